import { RetryLater } from '../core/errors.ts'
import { SECOND } from '../core/time.ts'
import {
  INVALID_REQUEST_LIMIT,
  type RateCounts,
  type RatePriority,
  type RateStore,
} from '../db/repositories/rate-budget.repo.ts'
import type { RateAnswer } from './budget-answer.ts'
import type { RateQueue } from './budget-queue.ts'

/** Counts what is refused, and stops everything before Discord shuts the address out. */
export function createBreaker(store: RateStore, queue: RateQueue) {
  let counts = new Map<RatePriority, RateCounts>()
  let stored = 0
  let stoppedUntil: number | null = null
  let reporting: Promise<void> | null = null

  const invalid = () => stored + [...counts.values()].reduce((sum, it) => sum + it.invalid, 0)
  const isStopped = () => stoppedUntil !== null && stoppedUntil > Date.now()
  const failure = () =>
    new RetryLater(
      `No request is sent to Discord until ${new Date(stoppedUntil ?? 0).toISOString()}: it refused ${invalid()} in 10 minutes (401, 403 or 429) and shuts an address out at 10,000. ` +
        'Check the token and the permissions of the bot; it goes on by itself.',
      Math.max(SECOND, (stoppedUntil ?? 0) - Date.now()),
    )
  const send = async () => {
    const sent = counts
    counts = new Map()
    try {
      const { count, belowLimitInMs } = await store.count([...sent].map(([priority, it]) => ({ priority, ...it })))
      stored = count
      stoppedUntil = belowLimitInMs === null ? null : Date.now() + belowLimitInMs
      if (isStopped()) queue.rejectAll(failure())
    } catch (error) {
      for (const [priority, it] of sent) add(priority, it)
      throw error
    }
  }
  const add = (priority: RatePriority, more: RateCounts) => {
    const known = counts.get(priority) ?? { requests: 0, invalid: 0, rateLimited: 0 }
    counts.set(priority, {
      requests: known.requests + more.requests,
      invalid: known.invalid + more.invalid,
      rateLimited: known.rateLimited + more.rateLimited,
    })
  }
  const report = async () => {
    reporting ??= send().finally(() => (reporting = null))
    await reporting
  }

  return {
    report,
    /** Whether something was counted, or may be over. */
    hasNews: () => counts.size > 0 || stored > 0,
    check: () => {
      if (isStopped()) throw failure()
    },
    count: (priority: RatePriority, answer: RateAnswer | null) => {
      add(priority, {
        requests: 1,
        invalid: answer?.isInvalid ? 1 : 0,
        rateLimited: answer?.status === 429 ? 1 : 0,
      })
      if (answer?.isInvalid && invalid() >= INVALID_REQUEST_LIMIT) void report().catch(() => {})
    },
    state: () => ({
      invalidLast10Minutes: invalid(),
      stoppedUntil: stoppedUntil !== null && isStopped() ? new Date(stoppedUntil) : null,
    }),
  }
}
