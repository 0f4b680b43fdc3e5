import { createHash } from 'node:crypto'
import { RetryLater } from '../core/errors.ts'
import { HOUR, SECOND, sleep } from '../core/time.ts'
import {
  openRateStore,
  RATE_PRIORITIES,
  type RatePriority,
  type RateStore,
} from '../db/repositories/rate-budget.repo.ts'
import type { RateAnswer } from './budget-answer.ts'
import { createBreaker } from './budget-breaker.ts'
import { createDiscordClock } from './budget-clock.ts'
import { RateQueue, type Grant } from './budget-queue.ts'
import type { RateRoute } from './budget-route.ts'

export type { RatePriority } from '../db/repositories/rate-budget.repo.ts'

/** The leave to send one request. Exactly one of the two is called, once. */
export type RatePermit = {
  /** Says, as soon as it is known, what came back; null when no answer came. */
  done: (answer: RateAnswer | null) => void
  /** Nothing was sent. */
  cancel: () => void
}

/** What this process knows of the budget. */
export type RateBudgetState = {
  waiting: Record<RatePriority, number>
  invalidLast10Minutes: number
  /** While in the future, no request is sent; null otherwise. */
  stoppedUntil: Date | null
}

/** The budget of requests that all processes with a token share. */
export type RateBudget = {
  /** Waits until the request may be sent. Rejects with the reason of `signal`, and with `RetryLater` when it would take more than a minute or requests are stopped. */
  take: (route: RateRoute, priority: RatePriority, signal?: AbortSignal) => Promise<RatePermit>
  state: () => RateBudgetState
  stop: () => Promise<void>
}

export type RateBudgetOptions = {
  token: string
  /** Requests that Discord allows the bot in a window. */
  requestsPerSecond: number
  /** Length of the window in milliseconds; a second unless set. */
  windowMs?: number
  applicationName?: string
}

/** Seconds after which the slot of a process that died is free again. */
const LEASE_MS = 5 * SECOND
const REPORT_INTERVAL_MS = SECOND

/** The name under which the budget of a token is stored; it does not give the token away. */
export function tokenKey(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 32)
}

/** Joins the budget of a token in the database that `initDb` opened. `stop` before `closeDb`. */
export async function openRateBudget(options: RateBudgetOptions): Promise<RateBudget> {
  const windowMs = options.windowMs ?? SECOND
  const leaseMs = Math.max(LEASE_MS, 3 * windowMs)
  const store = openRateStore({
    key: tokenKey(options.token),
    leaseMs,
    applicationName: options.applicationName ?? 'dcs-rate',
  })
  const queue = new RateQueue(store, { windowMs, leaseMs })
  const breaker = createBreaker(store, queue)
  const clock = createDiscordClock()
  const held = new Map<string, number>()
  try {
    await store.setSlots(options.requestsPerSecond)
    await breaker.report()
    await store.tidy()
  } catch (error) {
    await store.close()
    throw error
  }
  const timers = [
    setInterval(() => breaker.hasNews() && void breaker.report().catch(() => {}), REPORT_INTERVAL_MS),
    setInterval(() => void renew(store, held, leaseMs).catch(() => {}), leaseMs / 5),
    setInterval(() => void store.tidy().catch(() => {}), HOUR),
  ]
  timers.forEach((timer) => timer.unref())
  let isStopped = false

  const take = async (route: RateRoute, priority: RatePriority, signal?: AbortSignal) => {
    for (;;) {
      if (isStopped) throw new RetryLater('This program stops.', SECOND)
      breaker.check()
      const grant = await wait(queue, route, RATE_PRIORITIES.indexOf(priority), signal)
      try {
        await until(grant.readyAt, signal)
      } catch (error) {
        queue.giveUnused(grant)
        throw error
      }
      const now = performance.now()
      if (now <= grant.validUntil && now >= queue.blockedUntil) return toPermit(grant, route, priority)
      queue.giveUnused(grant)
    }
  }

  const toPermit = (grant: Grant, route: RateRoute, priority: RatePriority): RatePermit => {
    const { slot, key } = grant
    const sentAt = performance.now()
    if (slot) held.set(slot.holder, sentAt)
    return {
      done: (answer) => {
        const answeredAt = performance.now()
        if (slot) {
          held.delete(slot.holder)
          queue.giveSlot(slot, clock.countedBy(sentAt, answeredAt, answer?.discordAt ?? null) + windowMs)
        }
        breaker.count(priority, answer)
        if (answer?.isGlobal) queue.block(answer.waitMs)
        const waitMs = answer?.isGlobal ? 0 : (answer?.waitMs ?? 0)
        const bucket = answer?.bucket
        if (bucket || waitMs > 0)
          queue.giveNews(
            {
              key,
              route: route.route,
              major: route.major,
              bucket: bucket?.name ?? null,
              limit: bucket?.limit ?? 0,
              remaining: waitMs > 0 ? 0 : (bucket?.remaining ?? 0),
              resetsInMs: Math.max(waitMs, bucket?.resetsInMs ?? 0),
            },
            answeredAt,
          )
        else if (grant.isProbe) queue.releaseProbe(key)
      },
      cancel: () => {
        if (slot) held.delete(slot.holder)
        queue.giveUnused(grant)
      },
    }
  }

  return {
    take,
    state: () => {
      const [live = 0, viewer = 0, backfill = 0] = queue.waiting()
      return { waiting: { live, viewer, backfill }, ...breaker.state() }
    },
    stop: async () => {
      isStopped = true
      timers.forEach((timer) => clearInterval(timer))
      queue.rejectAll(new RetryLater('This program stops.', SECOND))
      await queue.close()
      await breaker.report().catch(() => {})
      await store.close()
    },
  }
}

function wait(queue: RateQueue, route: RateRoute, rank: number, signal: AbortSignal | undefined): Promise<Grant> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const onAbort = () => {
      queue.remove(waiter)
      reject(signal?.reason)
    }
    const settled = () => signal?.removeEventListener('abort', onAbort)
    const waiter = {
      rank,
      route,
      dueAt: 0,
      since: performance.now(),
      resolve: (grant: Grant) => {
        settled()
        resolve(grant)
      },
      reject: (error: unknown) => {
        settled()
        reject(error)
      },
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    queue.add(waiter)
  })
}

/** Timers may be early by a part of a millisecond. */
async function until(at: number, signal: AbortSignal | undefined): Promise<void> {
  for (let left = at - performance.now(); left > 0; left = at - performance.now()) await sleep(Math.ceil(left), signal)
}

async function renew(store: RateStore, held: ReadonlyMap<string, number>, leaseMs: number): Promise<void> {
  const before = performance.now() - leaseMs / 5
  const long = [...held].filter(([, since]) => since < before).map(([holder]) => holder)
  if (long.length > 0) await store.renew(long)
}
