import { PermanentFailure } from '@dcs/shared/core'
import { fetchMessagesBefore } from '@dcs/shared/discord'
import { listCoverage } from '@dcs/shared/db'
import type { WorkerContext } from '../../context.ts'
import type { JobRun } from '../../runner/handler.ts'
import { requireReadable } from './access.ts'
import { Committer } from './committer.ts'
import { keepPages, type Kept } from './keep-pages.ts'
import { KnownRanges } from './known-ranges.ts'
import { provenRange, type Page } from './page.ts'
import type { Scan, TurnEnd } from './scan.ts'

/**
 * Reads a channel newest to oldest, leaving out what was read before: all of it, or in the mode forward only what is newer than the newest message of
 * before. The next page is read while the last ones are kept. Every page is kept whole or not at all, so a scan that is cut off at any point goes on where
 * it was.
 */
export async function readHistory(
  context: WorkerContext,
  scan: Scan,
  { signal, event }: JobRun,
): Promise<{ end: TurnEnd; skipped: readonly string[] }> {
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
      read += page.messages.length
      if (!(await committer.add(page))) break
      if (read < askAt || page.isLast) continue
      askAt = read + perTurn
      if ((await context.queue.waiting('scan-channel')) === 0) continue
      end = 'turn-over'
      break
    }
  } finally {
    // Also what was read before it was cut off.
    if (!(await committer.end())) end = 'not-ours'
    event.messages = Number(event.messages ?? 0) + read
    event.newClips = Number(event.newClips ?? 0) + kept.newClips
  }
  return { end, skipped: kept.skipped }
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
      const { messages, range } = await fetchPage(context, scan, before, signal)
      // Of the newest page, read once more at the end, only what was posted meanwhile counts.
      const isAgain = before === null && run.beforeMessageId !== null
      const isNews = !isAgain || range === null || !known.covers(range)
      const unread = isAgain ? messages.filter(({ id }) => !known.has(BigInt(id))) : messages
      if (range) known.add(range)
      before = range && nextBelow(range.low)
      if (isNews) yield { messages: unread, range, isLast: from === null && before === null }
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
  before: bigint | null,
  signal: AbortSignal,
): Promise<Omit<Page, 'isLast'>> {
  signal.throwIfAborted()
  try {
    const from = before === null ? null : String(before)
    const messages = await fetchMessagesBefore(context.rest, scan.channelId, from, signal)
    if (messages.length === 0) await requireReadable(context, scan)
    return { messages, range: provenRange(messages, before) }
  } catch (error) {
    // What Discord refuses is said in words that name the permission.
    if (error instanceof PermanentFailure && (error.code === 'forbidden' || error.code === 'not-found'))
      await requireReadable(context, scan)
    throw error
  }
}
