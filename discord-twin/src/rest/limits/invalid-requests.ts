import type { Clock } from '../../clock.ts'
import { BAN_MS, INVALID } from './table.ts'
import { realSeconds } from './windows.ts'

/** What an address did wrong in its window. */
export type InvalidCount = { ip: string; count: number; window_ends_in: number; banned_for: number }

/** Counts the invalid requests of each address in ten minutes; one that goes beyond is shut out (topics/rate-limits, invalid request limit). */
export class InvalidRequests {
  limit: number
  readonly #clock: Clock
  readonly #addresses = new Map<string, { count: number; endsAt: number; bannedUntil: number }>()

  constructor(clock: Clock, limit = INVALID.limit) {
    this.#clock = clock
    this.limit = limit
  }

  /** Real seconds an address stays shut out; 0 when it is not. */
  bannedFor(ip: string): number {
    return this.#left(this.#addresses.get(ip)?.bannedUntil ?? 0, BAN_MS)
  }

  /** Counts one answer; `ban` says whether to act on it. */
  count(ip: string, ban: boolean): void {
    const now = this.#clock.elapsed()
    let address = this.#addresses.get(ip)
    if (!address || this.#left(address.endsAt, INVALID.windowMs) === 0)
      this.#addresses.set(
        ip,
        (address = { count: 0, endsAt: now + INVALID.windowMs, bannedUntil: address?.bannedUntil ?? 0 }),
      )
    address.count += 1
    if (ban && address.count >= this.limit && this.bannedFor(ip) === 0) address.bannedUntil = now + BAN_MS
  }

  list(): InvalidCount[] {
    return [...this.#addresses].map(([ip, { count, endsAt }]) => {
      const windowEndsIn = this.#left(endsAt, INVALID.windowMs)
      return { ip, count: windowEndsIn === 0 ? 0 : count, window_ends_in: windowEndsIn, banned_for: this.bannedFor(ip) }
    })
  }

  clear(): void {
    this.#addresses.clear()
  }

  #left(until: number, longest: number): number {
    const left = until - this.#clock.elapsed()
    return left <= 0 || left > longest ? 0 : realSeconds(left, this.#clock)
  }
}
