import { parseSnowflake, PermanentFailure } from '@dcs/shared/core'
import {
  advanceScan,
  findMessageToRecheck,
  listClipsToRecheck,
  listForwardsToRecheck,
  lockClipsOfMessages,
  markClipsLost,
  noteAttachmentsRemoved,
  noteMessagesDeleted,
  notifyScan,
  restoreClips,
  storeClips,
  transaction,
  updateMessageText,
  type NewClip,
  type StoredClip,
  type Transaction,
} from '@dcs/shared/db'
import { avatarUrl, fetchPageBefore } from '@dcs/shared/discord'
import { clipsIn, isClipIn, type IdRange } from '@dcs/shared/domain'
import type { APIMessage } from 'discord-api-types/v10'
import type { WorkerContext } from '../../context.ts'
import type { JobRun } from '../../runner/handler.ts'
import { requireReadable } from './access.ts'
import { requireNothingBelow } from './nothing-below.ts'
import { provenRange } from './page.ts'
import { findScannable } from './rules.ts'
import type { Scan, TurnEnd } from './scan.ts'

/**
 * Looks at the messages of the stored clips of a channel again, newest first, and nowhere else: deleted messages and removed attachments follow the guild's
 * policy, edits are kept, what was thought gone and is there comes back, and files that are lost or failed are fetched again. Only a page that Discord gave to
 * a bot that may read proves that something is gone.
 */
export async function recheckChannel(context: WorkerContext, scan: Scan, { signal, event }: JobRun): Promise<TurnEnd> {
  const { channelId, run } = scan
  let read = 0
  let askAt = scan.rules.maxMessagesPerPass
  let below = run.beforeMessageId === null ? null : BigInt(run.beforeMessageId)
  for (;;) {
    signal.throwIfAborted()
    const next = await findMessageToRecheck(channelId, below)
    if (next === null) return 'done'
    const page = { ...(await fetchProven(context, scan, next.id, signal)), askedAt: next.at }
    if (!(await keepPage(context, scan, page))) return 'not-ours'
    read += page.messages.length
    event.messages = Number(event.messages ?? 0) + page.messages.length
    below = page.range.low
    if (read < askAt) continue
    if ((await context.queue.waiting('scan-channel')) > 0) return 'turn-over'
    scan.rules = (await findScannable(context, channelId)).rules
    askAt = read + scan.rules.maxMessagesPerPass
  }
}

/** `askedAt`, by the database's clock: what was noted later is newer than the page. */
type ProvenPage = { messages: readonly APIMessage[]; range: IdRange; askedAt: Date }

/** The message and up to 99 below it. */
async function fetchProven(
  context: WorkerContext,
  scan: Scan,
  newest: bigint,
  signal: AbortSignal,
): Promise<Omit<ProvenPage, 'askedAt'>> {
  try {
    const before = newest + 1n
    const page = await fetchPageBefore(context.rest, scan.channelId, String(before), signal)
    if (page.messages.length === 0) await requireNothingBelow(context, scan, before, signal)
    const ids = page.messages.map(({ id }) => id)
    const range = provenRange(ids, page.isFull, before) ?? { low: newest, high: newest }
    // What came and could not be read as a message may be one of ours, so nothing is taken for gone.
    return page.unreadable > 0
      ? { messages: page.messages, range: { ...range, high: range.low - 1n } }
      : { messages: page.messages, range }
  } catch (error) {
    if (error instanceof PermanentFailure && (error.code === 'forbidden' || error.code === 'not-found'))
      await requireReadable(context, scan)
    throw error
  }
}

/** Commits what a page says about stored clips, in one transaction. False when the run is no longer ours: then nothing of it is kept. */
async function keepPage(
  context: WorkerContext,
  scan: Scan,
  { messages, range, askedAt }: ProvenPage,
): Promise<boolean> {
  const { guildId, channelId, rules } = scan
  const byId = new Map(messages.map((message) => [message.id, message]))
  const found = messages.flatMap((message) =>
    clipsIn(message, rules.clips).map((clip): NewClip => ({
      ...clip,
      guildId,
      authorAvatar: clip.authorId ? avatarUrl(context.cdnHosts, clip.authorId, clip.authorAvatarHash) : null,
    })),
  )
  const missingFiles = await findMissingFiles(context, await listClipsToRecheck(channelId, range))
  return transaction(async (tx) => {
    await lockClipsOfMessages(channelId, range, tx)
    const stored = await listClipsToRecheck(channelId, range, tx)
    const forwards = await listForwardsToRecheck(channelId, range, tx)
    const there = stored.filter((clip) => isThere(clip, byId))
    await restoreClips(
      there.filter(({ goneAt }) => goneAt !== null && goneAt < askedAt).map(({ id }) => id),
      tx,
    )
    const wanted = new Set(await storeClips(found, () => rules.dailyCap, tx))
    const edited = rules.clips.keepsText ? new Set(there.map((clip) => clip.messageId)) : []
    for (const messageId of edited) await keepText(byId.get(messageId), tx)
    const place = { guildId, channelId, ...rules.deletion }
    const gone = [...stored.map(({ messageId }) => messageId), ...forwards].filter((id) => !byId.has(id))
    await noteMessagesDeleted({ ...place, messageIds: [...new Set(gone)] }, tx)
    for (const messageId of new Set(stored.map((clip) => clip.messageId))) {
      const clips = stored.filter((clip) => clip.messageId === messageId)
      const keptIds = clips.filter((clip) => isThere(clip, byId)).map(({ id }) => id)
      if (byId.has(messageId) && keptIds.length < clips.length)
        await noteAttachmentsRemoved({ ...place, messageId, keptIds }, tx)
    }
    const lost = there.filter((clip) => clip.state === 'failed' || missingFiles.has(clip.id)).map(({ id }) => id)
    for (const id of await markClipsLost(lost, tx)) wanted.add(id)
    const payloads = [...wanted].map((clipId) => ({ clipId: parseSnowflake(clipId) }))
    await context.queue.enqueue('fetch-clip', payloads, tx)
    const matched = new Set(there.map(({ messageId }) => messageId)).size
    const progress = { beforeMessageId: String(range.low), scanned: messages.length, matched }
    if (!(await advanceScan(scan.run, progress, tx))) throw new NotOurs()
    await notifyScan({ guildId, channelId }, tx)
    return true
  }).catch((error: unknown) => {
    if (error instanceof NotOurs) return false
    throw error
  })
}

/** Undoes the transaction. */
class NotOurs extends Error {
  override name = 'NotOurs'
}

function isThere(clip: StoredClip, byId: ReadonlyMap<string, APIMessage>): boolean {
  const message = byId.get(clip.messageId)
  return message !== undefined && isClipIn(message, clip)
}

async function keepText(message: APIMessage | undefined, tx: Transaction): Promise<void> {
  if (!message) return
  const editedAt = message.edited_timestamp ? new Date(message.edited_timestamp) : null
  await updateMessageText(message.id, message.content, editedAt, tx)
}

/** Ready clips whose video is not in the store. */
async function findMissingFiles({ store }: WorkerContext, clips: readonly StoredClip[]): Promise<Set<string>> {
  const missing = new Set<string>()
  for (const { id, state, objectSha256 } of clips)
    if (state === 'ready' && objectSha256 !== null && (await store.size(objectSha256)) === null) missing.add(id)
  return missing
}
