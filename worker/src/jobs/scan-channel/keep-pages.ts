import { isDataError, storeClips, transaction, type NewClip } from '@dcs/shared/db'
import { avatarUrl } from '@dcs/shared/discord'
import { clipsIn, type IdRange } from '@dcs/shared/domain'
import type { APIMessage } from 'discord-api-types/v10'
import type { WorkerContext } from '../../context.ts'
import { countUnread, type Page } from './page.ts'
import type { Scan } from './scan.ts'

/** How often whoever shows scans is told, in milliseconds. */
const NOTIFY_INTERVAL_MS = 1_000

/** What keeping pages has come to, over one turn. */
export type Kept = {
  covered: readonly IdRange[]
  newClips: number
  /** Messages whose clips the database does not take, by id. */
  skipped: string[]
  keptAt: number
  notifiedAt: number
}

/**
 * Commits pages with everything that follows from them in one transaction: clips, their jobs, coverage, progress. False when the run is no longer ours: then
 * nothing of them is kept. Values that the database refuses cost their own message only, which is named in `kept.skipped`.
 */
export async function keepPages(
  context: WorkerContext,
  scan: Scan,
  pages: readonly Page[],
  kept: Kept,
): Promise<boolean> {
  try {
    return await keepTogether(context, scan, pages, kept, [])
  } catch (error) {
    if (!isDataError(error)) throw error
    const poison = await findPoison(
      context,
      scan,
      pages.flatMap(({ messages }) => messages).filter((message) => clipsIn(message, scan.rules.clips).length > 0),
    )
    if (poison.length === 0) throw error
    kept.skipped.push(...poison)
    context.log.error(
      { err: error, channelId: scan.channelId, messageIds: poison },
      'clips of messages cannot be stored; the messages are left out',
    )
    return keepTogether(context, scan, pages, kept, poison)
  }
}

async function keepTogether(
  context: WorkerContext,
  scan: Scan,
  pages: readonly Page[],
  kept: Kept,
  leftOut: readonly string[],
): Promise<boolean> {
  const messages = pages.flatMap((page) => page.messages)
  const found = messages.map((message) => (leftOut.includes(message.id) ? [] : clipsOf(context, scan, message)))
  const now = performance.now()
  const notifies = now - kept.notifiedAt > NOTIFY_INTERVAL_MS
  const committed = await context.commit({
    guildId: scan.guildId,
    clips: found.flat(),
    dailyCap: scan.rules.dailyCap,
    notifies,
    isLast: pages.some((page) => page.isLast),
    pages: {
      run: scan.run,
      channelId: scan.channelId,
      ranges: pages.flatMap(({ range }) => (range ? [range] : [])),
      beforeMessageId: messages.at(-1)?.id ?? String(pages.at(-1)?.range?.high ?? 0n),
      newestMessageId: newestOf(messages),
      scanned: messages.length,
      unread: countUnread(messages, kept.covered),
      matched: found.filter((all) => all.length > 0).length,
      messagesPerSecond: messages.length > 0 ? messages.length / Math.max(0.001, (now - kept.keptAt) / 1_000) : null,
      isEmpty: scan.run.messagesScanned === 0 && messages.length === 0 && kept.covered.length === 0,
    },
  })
  if (committed === null) return false
  kept.covered = committed.covered
  kept.newClips += committed.newClips
  kept.keptAt = now
  if (notifies) kept.notifiedAt = now
  return true
}

/** Undoes the transaction. */
class Undo extends Error {
  override name = 'Undo'
}

/** The messages whose clips cannot be stored, found by halving. Nothing is stored here. */
async function findPoison(context: WorkerContext, scan: Scan, messages: readonly APIMessage[]): Promise<string[]> {
  if (messages.length === 0) return []
  try {
    await transaction(async (tx) => {
      await storeClips(
        messages.flatMap((message) => clipsOf(context, scan, message)),
        () => scan.rules.dailyCap,
        tx,
      )
      throw new Undo()
    })
    return []
  } catch (error) {
    if (error instanceof Undo) return []
    if (!isDataError(error)) throw error
    const [only] = messages
    if (messages.length === 1 && only) return [only.id]
    const middle = Math.ceil(messages.length / 2)
    return [
      ...(await findPoison(context, scan, messages.slice(0, middle))),
      ...(await findPoison(context, scan, messages.slice(middle))),
    ]
  }
}

function clipsOf(context: WorkerContext, scan: Scan, message: APIMessage): NewClip[] {
  return clipsIn(message, scan.rules.clips).map((clip) => ({
    ...clip,
    guildId: scan.guildId,
    authorAvatar: clip.authorId === null ? null : avatarUrl(context.cdnHosts, clip.authorId, clip.authorAvatarHash),
  }))
}

function newestOf(messages: readonly { id: string }[]): string | null {
  const newest = messages.reduce((highest, { id }) => (BigInt(id) > highest ? BigInt(id) : highest), 0n)
  return newest === 0n ? null : String(newest)
}
