import { PermanentFailure } from '@dcs/shared/core'
import { fetchMessagesBefore } from '@dcs/shared/discord'
import { nextUncovered } from '@dcs/shared/domain'
import { listCoverage } from '@dcs/shared/db'
import type { APIMessage } from 'discord-api-types/v10'
import type { WorkerContext } from '../../context.ts'
import type { JobRun } from '../../runner/handler.ts'
import { requireReadable } from './access.ts'
import { Committer } from './committer.ts'
import { keepPages, type Kept } from './keep-pages.ts'
import { isCovered, provenRange } from './page.ts'
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
async function* readPages(context: WorkerContext, scan: Scan, kept: Kept, signal: AbortSignal) {
  const { run } = scan
  const known = [...kept.covered]
  const floor = run.mode === 'forward' && run.afterMessageId ? BigInt(run.afterMessageId) : null
  const isBelow = (id: bigint) => floor !== null && id <= floor
  // A run that had a turn before goes on where it was, and then looks at what was posted above its first page meanwhile.
  const starts = run.beforeMessageId === null ? [null] : [BigInt(run.beforeMessageId), null]
  for (const start of starts) {
    let before = start === null ? null : nextUncovered(known, start)
    if (start !== null && (before === null || isBelow(before))) continue
    for (;;) {
      signal.throwIfAborted()
      const messages = await fetchPage(context, scan, before, signal)
      const range = provenRange(messages, before)
      const newest = messages[0]
      if (before === null && starts.length > 1 && newest && isCovered(BigInt(newest.id), known)) return
      if (range) known.push(range)
      const next = range ? nextUncovered(known, range.low) : null
      const isLast = next === null || isBelow(next)
      yield { messages, range, isLast: isLast && start === null }
      if (isLast) break
      before = next
    }
  }
}

/** One page. Nothing in it is only believed when the bot may read the channel's past. */
async function fetchPage(
  context: WorkerContext,
  scan: Scan,
  before: bigint | null,
  signal: AbortSignal,
): Promise<APIMessage[]> {
  try {
    const messages = await fetchMessagesBefore(
      context.rest,
      scan.channelId,
      before === null ? null : String(before),
      signal,
    )
    if (messages.length === 0) await requireReadable(context, scan)
    return messages
  } catch (error) {
    // What Discord refuses is said in words that name the permission.
    if (error instanceof PermanentFailure && (error.code === 'forbidden' || error.code === 'not-found'))
      await requireReadable(context, scan)
    throw error
  }
}
