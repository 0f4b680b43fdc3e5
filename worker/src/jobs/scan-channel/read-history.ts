import { PermanentFailure } from '@dcs/shared/core'
import { fetchPageBefore } from '@dcs/shared/discord'
import { findNewestMessageId, listCoverage } from '@dcs/shared/db'
import type { WorkerContext } from '../../context.ts'
import type { JobRun } from '../../runner/handler.ts'
import { requireReadable } from './access.ts'
import { Committer } from './committer.ts'
import { findClips, keepPages, type Kept } from './keep-pages.ts'
import { KnownRanges } from './known-ranges.ts'
import { requireNothingBelow } from './nothing-below.ts'
import { provenRange, type Page } from './page.ts'
import { findScannable } from './rules.ts'
import type { Scan, TurnEnd } from './scan.ts'

/**
 * Reads a channel newest to oldest, leaving out what was read before: all of it, or in the mode forward only what is newer than the newest message of
 * before. The next page is read while the last ones are kept. Every page is kept whole or not at all, so a scan that is cut off at any point goes on where
 * it was.
 */
export async function readHistory(context: WorkerContext, scan: Scan, { signal, event }: JobRun): Promise<TurnEnd> {
  const kept: Kept = {
    covered: await listCoverage(scan.channelId),
    newClips: 0,
    skipped: [],
    keptAt: performance.now(),
    notifiedAt: 0,
  }
  const committer = new Committer((pages) => keepPages(context, scan, pages, kept))
  const perTurn = scan.rules.maxMessagesPerPass
  let read = 0
  let askAt = perTurn
  let end: TurnEnd = 'done'
  try {
    for await (const page of readPages(context, scan, kept, signal)) {
      read += page.ids.length
      if (!(await committer.add(page))) break
      if (read < askAt || page.isLast) continue
      askAt = read + perTurn
      if ((await context.queue.waiting('scan-channel')) > 0) {
        end = 'turn-over'
        break
      }
      scan.rules = (await findScannable(context, scan.channelId)).rules
    }
  } finally {
    // Also what was read before it was cut off.
    if (!(await committer.end())) end = 'not-ours'
    event.messages = Number(event.messages ?? 0) + read
    event.newClips = Number(event.newClips ?? 0) + kept.newClips
  }
  return end
}

/** Pages from the newest gap down. */
async function* readPages(context: WorkerContext, scan: Scan, kept: Kept, signal: AbortSignal): AsyncGenerator<Page> {
  const { run } = scan
  const known = new KnownRanges(kept.covered)
  const floor = run.mode === 'forward' && run.afterMessageId ? BigInt(run.afterMessageId) : null
  const nextBelow = (id: bigint) => {
    const next = known.nextUncovered(id)
    return next === null || (floor !== null && next <= floor) ? null : next
  }
  const readDown = async function* (from: bigint | null): AsyncGenerator<Page> {
    for (let before = from; ;) {
      const { ids, found, range } = await fetchPage(context, scan, kept, before, signal)
      // Of the newest page, read once more at the end, only what was posted meanwhile counts.
      const isAgain = before === null && run.beforeMessageId !== null
      const isNews = !isAgain || range === null || !known.covers(range)
      const isUnread = (id: string) => !isAgain || !known.has(BigInt(id))
      const news = { ids: ids.filter(isUnread), found: found.filter(({ messageId }) => isUnread(messageId)) }
      if (range) known.add(range)
      before = range && nextBelow(range.low)
      if (isNews) yield { ...news, range, isLast: from === null && before === null }
      if (before === null) return
    }
  }
  // A run that had a turn before goes on where it was, and then looks at what is missing above.
  const place = run.beforeMessageId === null ? null : nextBelow(BigInt(run.beforeMessageId))
  if (place !== null) yield* readDown(place)
  yield* readDown(null)
}

/** One page. Nothing in it is only believed when the bot may read the channel's past. */
async function fetchPage(
  context: WorkerContext,
  scan: Scan,
  kept: Kept,
  before: bigint | null,
  signal: AbortSignal,
): Promise<Omit<Page, 'isLast'>> {
  signal.throwIfAborted()
  const heardOf = before === null ? await findNewestMessageId(scan.channelId) : null
  try {
    const from = before === null ? null : String(before)
    const { messages, isFull, unreadable } = await fetchPageBefore(context.rest, scan.channelId, from, signal)
    if (messages.length === 0) await requireNothingBelow(context, scan, before, signal)
    for (let count = 0; count < unreadable; count++) kept.skipped.push('one without an id')
    const ids = messages.map(({ id }) => id)
    return { ids, found: findClips(context, scan, messages, kept), range: provenRange(ids, isFull, before, heardOf) }
  } catch (error) {
    // What Discord refuses is said in words that name the permission.
    if (error instanceof PermanentFailure && (error.code === 'forbidden' || error.code === 'not-found'))
      await requireReadable(context, scan)
    throw error
  }
}
