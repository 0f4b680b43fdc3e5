import type { Clock } from '../clock.ts'
import type { GatewaySettings } from './settings.ts'

const DAY_MS = 86_400_000
const IDENTIFY_MS = 5000
const SENDS = 120
const SENDS_MS = 60_000

/** A number of things in a window of time, which begins with the first of them. */
class Window {
  readonly #clock: Clock
  readonly #lengthMs: number
  #began = -Infinity
  #count = 0

  constructor(clock: Clock, lengthMs: number) {
    this.#clock = clock
    this.#lengthMs = lengthMs
  }

  get count(): number {
    return this.remainingMs > 0 ? this.#count : 0
  }

  get remainingMs(): number {
    const passed = this.#clock.elapsed() - this.#began
    // Time runs backwards when the clock is slowed down.
    return passed < 0 ? 0 : Math.max(0, this.#lengthMs - passed)
  }

  add(): number {
    if (this.remainingMs === 0) {
      this.#began = this.#clock.elapsed()
      this.#count = 0
    }
    return (this.#count += 1)
  }
}

/** How often sessions may start (https://docs.discord.com/developers/events/gateway#rate-limiting). */
export class IdentifyLimits {
  readonly #clock: Clock
  readonly #settings: Pick<GatewaySettings, 'maxConcurrency' | 'sessionStartLimit'>
  readonly #day: Window
  readonly #recent = new Map<number, Window>()

  constructor(clock: Clock, settings: Pick<GatewaySettings, 'maxConcurrency' | 'sessionStartLimit'>) {
    this.#clock = clock
    this.#settings = settings
    this.#day = new Window(clock, DAY_MS)
  }

  /** Counts the start of a session. Shards that share a key may start one after the other only. */
  take(shardId: number): 'fine' | 'too soon' | 'used up' {
    if (this.#day.add() > this.#settings.sessionStartLimit) return 'used up'
    const key = shardId % this.#settings.maxConcurrency
    const recent = this.#recent.get(key) ?? new Window(this.#clock, IDENTIFY_MS)
    this.#recent.set(key, recent)
    if (recent.count > 0) return 'too soon'
    recent.add()
    return 'fine'
  }

  /** What `GET /gateway/bot` tells of it. */
  toJSON() {
    return {
      total: this.#settings.sessionStartLimit,
      remaining: Math.max(0, this.#settings.sessionStartLimit - this.#day.count),
      reset_after: this.#day.count > 0 ? Math.ceil(this.#day.remainingMs) : DAY_MS,
      max_concurrency: this.#settings.maxConcurrency,
    }
  }
}

/** What a client may send on one connection: 120 payloads in a minute. */
export class SendLimit {
  readonly #window: Window

  constructor(clock: Clock) {
    this.#window = new Window(clock, SENDS_MS)
  }

  accept(): boolean {
    return this.#window.add() <= SENDS
  }
}

/** One thing per key in a window. */
export class OncePerKey {
  readonly #clock: Clock
  readonly #lengthMs: number
  readonly #windows = new Map<string, Window>()

  constructor(clock: Clock, lengthMs: number) {
    this.#clock = clock
    this.#lengthMs = lengthMs
  }

  /** Milliseconds to wait; 0 when it may be done, which counts it. */
  take(key: string): number {
    const window = this.#windows.get(key) ?? new Window(this.#clock, this.#lengthMs)
    this.#windows.set(key, window)
    const { remainingMs } = window
    if (remainingMs === 0) window.add()
    return remainingMs
  }
}
