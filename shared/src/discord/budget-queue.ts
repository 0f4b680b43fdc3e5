import { setImmediate } from 'node:timers/promises'
import { describeError, RetryLater } from '../core/errors.ts'
import { MINUTE, SECOND } from '../core/time.ts'
import type { BucketNews, RateStore, RateTurn, RateWant, ReturnedSlot } from '../db/repositories/rate-budget.repo.ts'
import type { RateRoute } from './budget-route.ts'

/** What was granted: a request may be sent from `readyAt` until `validUntil` (performance.now). */
export type Grant = { key: string; slot: ReturnedSlot | null; isProbe: boolean; readyAt: number; validUntil: number }

/** A request that waits. `rank`: 0 goes first. */
export type Waiter = {
  rank: number
  route: RateRoute
  dueAt: number
  since: number
  resolve: (grant: Grant) => void
  reject: (error: unknown) => void
}

/** Waiting longer than this is done outside: a job goes back to the queue. */
const LONGEST_WAIT_MS = MINUTE
const LARGEST_BATCH = 200
/** How soon it is asked again whether another process got the answer that tells the state of a bucket. */
const PROBE_POLL = 1 / 40
const DATABASE_RETRY_MS = 500
/** For how much of a window requests gather while there are more of them than slots. Slots are reserved further ahead than that, so none stands idle for it. */
const GATHER = 1 / 20
/** The same, while slots are free. */
const GATHER_FREE = GATHER / 10

/**
 * Waiters and what is given back, sent to the database together: while one statement is under way, the next ones gather.
 *
 * A slot is reserved some time before it is free: by live requests up to a whole window, by viewers half, by backfill a tenth. A slot that is given back is free a window
 * later, so who waits for live finds it before anybody else may have it, without anybody having to say that they wait.
 */
export class RateQueue {
  readonly #store: RateStore
  readonly #windowMs: number
  readonly #leaseMs: number
  #waiters: Waiter[] = []
  #slots: (ReturnedSlot & { freeAt: number })[] = []
  #news: (BucketNews & { at: number })[] = []
  #probes: string[] = []
  #blockMs = 0
  /** When it is worth asking for a slot again, by rank. */
  readonly #slotAt = [0, 0, 0]
  #running: Promise<void> | null = null
  #timer: NodeJS.Timeout | undefined
  #isClosed = false
  /** What was granted before counts for nothing until then. */
  blockedUntil = 0
  #pausedUntil = 0
  /** When what waits goes to the database at the earliest: so that what comes close together goes together. */
  #gatherUntil = 0
  /** Whether no slot was free at the last look. */
  #isScarce = true

  constructor(store: RateStore, options: { windowMs: number; leaseMs: number }) {
    this.#store = store
    this.#windowMs = options.windowMs
    this.#leaseMs = options.leaseMs
  }

  /** How many wait, by rank. */
  waiting(): number[] {
    return [0, 1, 2].map((rank) => this.#waiters.filter((waiter) => waiter.rank === rank).length)
  }

  add(waiter: Waiter): void {
    waiter.dueAt = waiter.route.needsSlot ? (this.#slotAt[waiter.rank] ?? 0) : 0
    // Sorted by rank, then by who came first.
    const place = this.#waiters.findLastIndex((it) => it.rank <= waiter.rank)
    this.#waiters.splice(place + 1, 0, waiter)
    this.#schedule()
  }

  /** False when it does not wait any more, or is just being asked for. */
  remove(waiter: Waiter): boolean {
    const place = this.#waiters.indexOf(waiter)
    if (place >= 0) this.#waiters.splice(place, 1)
    return place >= 0
  }

  /** Gives a slot back; it is free at `freeAt` (performance.now). */
  giveSlot(slot: ReturnedSlot, freeAt: number): void {
    this.#slots.push({ ...slot, freeAt })
    this.#schedule()
  }

  /** `at`: when the answer came. */
  giveNews(news: BucketNews, at: number): void {
    this.#news.push({ ...news, at })
    this.#schedule()
  }

  releaseProbe(key: string): void {
    this.#probes.push(key)
    this.#schedule()
  }

  /** Nobody may send for `ms`: Discord refused all requests of the bot. */
  block(ms: number): void {
    this.#blockMs = Math.max(this.#blockMs, ms)
    this.blockedUntil = Math.max(this.blockedUntil, performance.now() + ms)
    this.#schedule()
  }

  /** Tells everybody who waits that it will not be. */
  rejectAll(error: unknown): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error)
  }

  /** Resolves when everything is given back. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#running
    await this.#give().catch(() => {
      // They are free again by time.
    })
  }

  #schedule(): void {
    if (this.#running || this.#isClosed) return
    const hasGifts = this.#slots.length + this.#news.length + this.#probes.length + this.#blockMs > 0
    const dueAt = hasGifts ? 0 : Math.min(...this.#waiters.map((waiter) => waiter.dueAt))
    clearTimeout(this.#timer)
    if (dueAt === Infinity) return
    // Live requests do not wait for company.
    const isUrgent = this.#waiters[0]?.rank === 0
    const wait = Math.max(dueAt, this.#pausedUntil, isUrgent ? 0 : this.#gatherUntil) - performance.now()
    if (wait > 0) this.#timer = setTimeout(() => this.#start(), Math.ceil(wait))
    else this.#start()
  }

  #start(): void {
    if (this.#running || this.#isClosed) return
    this.#running = this.#run().finally(() => {
      this.#running = null
      this.#schedule()
    })
  }

  async #run(): Promise<void> {
    try {
      // What is asked for in the same moment goes together.
      await setImmediate()
      await this.#give()
      const now = performance.now()
      const due = this.#waiters.filter((waiter) => waiter.dueAt <= now).slice(0, LARGEST_BATCH)
      if (due.length > 0) await this.#take(due)
    } catch (error) {
      this.#postpone(error)
    }
    this.#gatherUntil = performance.now() + this.#windowMs * (this.#isScarce ? GATHER : GATHER_FREE)
  }

  async #take(due: Waiter[]): Promise<void> {
    const wants: RateWant[] = due.map(({ rank, route }) => ({ ...route, horizonMs: this.#horizon(rank) }))
    const { turns, nextSlotInMs } = await this.#store.take(wants)
    const now = performance.now()
    this.#slotAt.forEach((_, rank) => (this.#slotAt[rank] = now + this.#slotWait(rank, nextSlotInMs)))
    this.#isScarce = nextSlotInMs > 0
    const unknown: RateRoute[] = []
    for (const [index, waiter] of due.entries()) {
      const turn = turns[index]
      if (turn?.kind === 'granted') this.#grant(waiter, turn, now)
      else if (turn?.kind === 'bucket')
        this.#wait(waiter, now + (turn.waitMs || this.#windowMs * PROBE_POLL), turn.waitMs)
      else if (turn?.kind === 'slot') this.#wait(waiter, this.#slotAt[waiter.rank] ?? now, nextSlotInMs)
      else unknown.push(waiter.route)
    }
    if (unknown.length > 0) await this.#store.addBuckets(unknown)
  }

  #grant(waiter: Waiter, turn: Extract<RateTurn, { kind: 'granted' }>, now: number): void {
    const slot =
      turn.slot === null || turn.holder === null ? null : { slot: turn.slot, holder: turn.holder, freeInMs: 0 }
    const readyAt = now + turn.readyInMs
    // A process that was suspended must not send with a slot that others may have by then.
    const grant = { key: turn.key, slot, isProbe: turn.isProbe, readyAt, validUntil: readyAt + this.#leaseMs / 2 }
    if (this.remove(waiter)) waiter.resolve(grant)
    else this.giveUnused(grant)
  }

  /** Gives back what was not used, for others to use. */
  giveUnused(grant: Grant): void {
    if (grant.slot) this.giveSlot(grant.slot, grant.readyAt)
    if (grant.isProbe) this.releaseProbe(grant.key)
  }

  #wait(waiter: Waiter, until: number, waitMs: number): void {
    waiter.dueAt = until
    if (waitMs <= LONGEST_WAIT_MS || !this.remove(waiter)) return
    waiter.reject(new RetryLater(`Discord asks to wait ${Math.ceil(waitMs / SECOND)} s.`, waitMs))
  }

  #horizon(rank: number): number {
    return this.#windowMs * (HORIZONS[rank] ?? 0)
  }

  /** A slot given back after this look can be reserved `windowMs - horizon` later at the earliest; whoever is to find it before the next rank looks before that. */
  #slotWait(rank: number, nextSlotInMs: number): number {
    const horizon = this.#horizon(rank)
    const longest = rank === HORIZONS.length - 1 ? this.#windowMs - horizon : this.#windowMs / 4
    const wait = nextSlotInMs - horizon + (Math.random() * horizon) / 2
    return Math.min(Math.max(wait, this.#windowMs / 250), longest)
  }

  async #give(): Promise<void> {
    const slots = this.#slots.splice(0)
    const news = this.#news.splice(0)
    const probes = this.#probes.splice(0)
    const blockMs = this.#blockMs
    this.#blockMs = 0
    try {
      const now = performance.now()
      if (slots.length > 0) await this.#store.giveSlots(slots.map((it) => ({ ...it, freeInMs: it.freeAt - now })))
      if (blockMs > 0) await this.#store.blockAll(blockMs)
      if (news.length > 0) await this.#store.giveBuckets(combine(news, now))
      if (probes.length > 0) await this.#store.releaseProbes(probes)
    } catch (error) {
      this.#slots.unshift(...slots)
      this.#news.unshift(...news)
      this.#probes.unshift(...probes)
      this.#blockMs = Math.max(this.#blockMs, blockMs)
      throw error
    }
  }

  /** The database does not answer, or asks to try again. */
  #postpone(error: unknown): void {
    const now = performance.now()
    this.#pausedUntil = now + DATABASE_RETRY_MS
    for (const waiter of this.#waiters.filter((it) => now - it.since > LONGEST_WAIT_MS)) {
      this.remove(waiter)
      waiter.reject(
        new RetryLater(`The rate budget cannot be read from the database: ${describeError(error)}`, 10 * SECOND, {
          cause: error,
        }),
      )
    }
  }
}

/** Parts of a window by rank: live, viewer, backfill. */
const HORIZONS = [1, 0.5, 0.1]

/** One entry of each bucket: of several answers the one that leaves least. */
function combine(news: (BucketNews & { at: number })[], now: number): BucketNews[] {
  const byKey = new Map<string, BucketNews>()
  for (const { at, ...it } of news) {
    const resetsInMs = it.resetsInMs - (now - at)
    const known = byKey.get(it.key)
    byKey.set(it.key, {
      ...it,
      remaining: Math.min(it.remaining, known?.remaining ?? it.remaining),
      resetsInMs: Math.max(resetsInMs, known?.resetsInMs ?? resetsInMs),
    })
  }
  return [...byKey.values()]
}
