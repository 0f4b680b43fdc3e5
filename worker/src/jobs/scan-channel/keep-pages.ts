import { compareSnowflakes } from '@dcs/shared/core'
import { isDataError, storeClips, transaction, type NewClip } from '@dcs/shared/db'
import { avatarUrl } from '@dcs/shared/discord'
import { clipsIn, type FoundClip, type IdRange } from '@dcs/shared/domain'
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
  /** Messages that cannot be understood or whose clips the database does not take, by id; until that is noted with the run. */
  skipped: string[]
  keptAt: number
  notifiedAt: number
}

/** The clips of the messages of a page. One that cannot be understood is named in `kept.skipped`. */
export function findClips(
  context: WorkerContext,
  { guildId, channelId, rules }: Scan,
  messages: readonly APIMessage[],
  kept: Kept,
): Page['found'] {
  return messages.flatMap((message) => {
    try {
      const clips = clipsIn(message, rules.clips)
      return clips.length > 0
        ? [{ messageId: message.id, clips: clips.map((clip) => toNewClip(context, guildId, clip)) }]
        : []
    } catch (err) {
      context.log.error({ err, channelId, messageId: message.id }, 'a message cannot be understood; it is left out')
      kept.skipped.push(message.id)
      return []
    }
  })
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
  const found = pages.flatMap((page) => page.found)
  try {
    return await keepTogether(context, scan, pages, found, kept)
  } catch (error) {
    if (!isDataError(error)) throw error
    const poison = await findPoison(scan, found)
    if (poison.length === 0) throw error
    kept.skipped.push(...poison)
    context.log.error(
      { err: error, channelId: scan.channelId, messageIds: poison },
      'clips of messages cannot be stored; the messages are left out',
    )
    const rest = found.filter(({ messageId }) => !poison.includes(messageId))
    return keepTogether(context, scan, pages, rest, kept)
  }
}

async function keepTogether(
  context: WorkerContext,
  scan: Scan,
  pages: readonly Page[],
  found: Page['found'],
  kept: Kept,
): Promise<boolean> {
  const scanned = pages.reduce((sum, { ids }) => sum + ids.length, 0)
  const now = performance.now()
  const notifies = now - kept.notifiedAt > NOTIFY_INTERVAL_MS
  const skipped = [...kept.skipped]
  const committed = await context.commit({
    guildId: scan.guildId,
    clips: found.flatMap(({ clips }) => clips),
    dailyCap: scan.rules.dailyCap,
    notifies,
    isLast: pages.some((page) => page.isLast),
    pages: {
      run: scan.run,
      channelId: scan.channelId,
      ranges: pages.flatMap(({ range }) => (range ? [range] : [])),
      beforeMessageId: oldestOf(pages),
      newestMessageId: newestOf(pages),
      scanned,
      unread: pages.reduce((sum, { ids, range }) => sum + countUnread(ids, range, kept.covered), 0),
      matched: found.length,
      messagesPerSecond: scanned > 0 ? scanned / Math.max(0.001, (now - kept.keptAt) / 1_000) : null,
      leftOut: skipped.length > 0 ? sentenceOf(skipped) : null,
      isEmpty: scan.run.messagesScanned === 0 && scanned === 0 && kept.covered.length === 0,
    },
  })
  if (committed === null) return false
  // The next pages are being read meanwhile, and may have added to it.
  kept.skipped.splice(0, skipped.length)
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
async function findPoison(scan: Scan, found: Page['found']): Promise<string[]> {
  const [only] = found
  if (!only) return []
  try {
    await transaction(async (tx) => {
      await storeClips(
        found.flatMap(({ clips }) => clips),
        () => scan.rules.dailyCap,
        tx,
      )
      throw new Undo()
    })
    return []
  } catch (error) {
    if (error instanceof Undo) return []
    if (!isDataError(error)) throw error
    if (found.length === 1) return [only.messageId]
    const middle = Math.ceil(found.length / 2)
    return [...(await findPoison(scan, found.slice(0, middle))), ...(await findPoison(scan, found.slice(middle)))]
  }
}

function toNewClip(context: WorkerContext, guildId: string, clip: FoundClip): NewClip {
  const { authorId, authorAvatarHash } = clip
  return {
    ...clip,
    guildId,
    authorAvatar: authorId === null ? null : avatarUrl(context.cdnHosts, authorId, authorAvatarHash),
  }
}

function oldestOf(pages: readonly Page[]): string {
  const last = pages.at(-1)
  return pages.flatMap(({ ids }) => ids.at(-1) ?? []).at(-1) ?? String(last?.range?.high ?? 0n)
}

function newestOf(pages: readonly Page[]): string | null {
  return (
    pages
      .flatMap(({ ids }) => ids[0] ?? [])
      .toSorted(compareSnowflakes)
      .at(-1) ?? null
  )
}

function sentenceOf(skipped: readonly string[]): string {
  const named = skipped.slice(0, 5).join(', ')
  return `The clips of ${skipped.length} ${skipped.length === 1 ? 'message' : 'messages'} could not be stored (${named}${skipped.length > 5 ? ', …' : ''}); the worker's log says why.`
}
