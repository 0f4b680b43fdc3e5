import { parseSnowflake } from '@dcs/shared/core'
import {
  addCoverage,
  advanceScan,
  listCoverage,
  notifyScan,
  storeClips,
  transaction,
  updateChannelProgress,
  updateScanProgress,
  type DailyCap,
} from '@dcs/shared/db'
import { avatarUrl, fetchMessagesBefore } from '@dcs/shared/discord'
import { clipsIn, nextUncovered, type ClipRules } from '@dcs/shared/domain'
import type { APIMessage } from 'discord-api-types/v10'
import type { WorkerContext } from '../../context.ts'
import type { JobRun } from '../../runner/handler.ts'
import { countUnread, isCovered, provenRange } from './page.ts'

/** One scan: which run, where, from which message down (exclusive; null: the newest), and what counts as a clip. */
export type Scan = {
  runId: string
  guildId: string
  channelId: string
  from: string | null
  rules: ClipRules
  dailyCap: DailyCap
  /** Throws when the bot may not read the channel. */
  requireReadable: () => Promise<void>
}

/**
 * Reads a channel newest to oldest down to its beginning, leaving out what was read before. Every page is kept whole or not at all, so a scan that is cut
 * off at any point goes on where it was. Returns false when the run was canceled.
 */
export async function readHistory(context: WorkerContext, scan: Scan, { signal, event }: JobRun): Promise<boolean> {
  let before = scan.from === null ? null : nextUncovered(await listCoverage(scan.channelId), BigInt(scan.from))
  if (scan.from !== null && before === null) return true
  do {
    signal.throwIfAborted()
    const page = await fetchMessagesBefore(
      context.rest,
      scan.channelId,
      before === null ? null : String(before),
      signal,
    )
    // Also what Discord says once Read Message History is taken away.
    if (page.length === 0) await scan.requireReadable()
    const kept = await keepPage(context, scan, page, before)
    if (!kept) return false
    event.messages = Number(event.messages ?? 0) + page.length
    event.newClips = Number(event.newClips ?? 0) + kept.newClips
    before = kept.next
  } while (before !== null)
  return true
}

/** Commits a page with everything that follows from it. Null when the run was canceled: then nothing of it is kept. */
async function keepPage(
  context: WorkerContext,
  scan: Scan,
  page: readonly APIMessage[],
  before: bigint | null,
): Promise<{ newClips: number; next: bigint | null } | null> {
  const { runId, guildId, channelId } = scan
  const proven = provenRange(page, before)
  if (!proven) return { newClips: 0, next: null }
  const clips = page.map((message) => clipsIn(message, scan.rules))
  const matched = clips.filter((found) => found.length > 0).length
  const oldest = page.at(-1)?.id ?? String(before)
  return transaction(async (tx) => {
    // Also locks the run: two workers, one of them thought dead, take turns.
    if (!(await advanceScan(runId, { beforeMessageId: oldest, scanned: 0, matched: 0 }, tx))) return null
    const covered = await listCoverage(channelId, tx)
    const isReadMeanwhile = before !== null && isCovered(before - 1n, covered)
    if (!isReadMeanwhile) await updateScanProgress(runId, page.length, matched, tx)
    const found = clips.flat().map((clip) => ({ ...clip, guildId, authorAvatar: avatarOf(context, clip) }))
    const newIds = await storeClips(found, () => scan.dailyCap, tx)
    await context.queue.enqueue(
      'fetch-clip',
      newIds.map((clipId) => ({ clipId: parseSnowflake(clipId) })),
      tx,
    )
    await addCoverage(channelId, proven, tx)
    await updateChannelProgress(channelId, page[0]?.id ?? null, countUnread(page, covered), tx)
    await notifyScan(guildId, tx)
    return { newClips: newIds.length, next: nextUncovered(await listCoverage(channelId, tx), proven.low) }
  })
}

function avatarOf(context: WorkerContext, clip: { authorId: string | null; authorAvatarHash: string | null }) {
  return clip.authorId === null ? null : avatarUrl(context.cdnHosts, clip.authorId, clip.authorAvatarHash)
}
