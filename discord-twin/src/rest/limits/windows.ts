import type { Clock } from '../../clock.ts'
import type { Rule } from './table.ts'

/** A window as a request finds it. `afterSeconds` are real ones, whatever the speed of the clock. */
export type Taken = { allowed: boolean; remaining: number; afterSeconds: number }

const PRUNE_ABOVE = 10_000

/** Windows that begin with their first request and end after their time; a refused request changes nothing. */
export class Windows {
  readonly #clock: Clock
  readonly #open = new Map<string, { used: number; endsAt: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes one request out of a window, when it has room. */
  take(key: string, { limit, windowMs }: Rule): Taken {
    const now = this.#clock.elapsed()
    let open = this.#open.get(key)
    // A clock that was made slower would leave windows that never end; one millisecond is more than sums of times are off.
    if (!open || open.endsAt <= now || open.endsAt - now > windowMs + 1) {
      if (this.#open.size >= PRUNE_ABOVE) this.#prune(now)
      this.#open.set(key, (open = { used: 0, endsAt: now + windowMs }))
    }
    const allowed = open.used < limit
    if (allowed) open.used += 1
    return { allowed, remaining: limit - open.used, afterSeconds: realSeconds(open.endsAt - now, this.#clock) }
  }

  clear(): void {
    this.#open.clear()
  }

  #prune(now: number): void {
    for (const [key, { endsAt }] of this.#open) if (endsAt <= now) this.#open.delete(key)
  }
}

/** Real seconds of a time on the clock, rounded up to a millisecond so that who waits that long does not come too early. */
export function realSeconds(milliseconds: number, clock: Clock): number {
  // Sums of times are off by less than a nanosecond, which is no millisecond to wait for.
  return Math.ceil(milliseconds / clock.speed - 1e-6) / 1_000
}
