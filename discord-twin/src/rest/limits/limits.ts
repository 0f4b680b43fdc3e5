import type { Clock } from '../../clock.ts'
import { InvalidRequests, type InvalidCount } from './invalid-requests.ts'
import { Windows } from './windows.ts'

/** Why a request was refused; `cloudflare` is the ban before Discord itself. */
type Scope = 'user' | 'shared' | 'global' | 'cloudflare'

/** What the limits did since they were cleared. */
type LimitCounters = {
  enforced: boolean
  requests: number
  refused: Record<Scope, number>
  invalid_request_limit: number
  invalid_requests: InvalidCount[]
}

/** The state of every limit of the twin, one for all its API versions. */
export class Limits {
  readonly windows: Windows
  readonly invalid: InvalidRequests
  readonly #isEnforced: () => boolean
  #requests = 0
  #refused = noRefusals()

  constructor(clock: Clock, options: { enforced: () => boolean; invalidRequestLimit?: number | undefined }) {
    this.#isEnforced = options.enforced
    this.windows = new Windows(clock)
    this.invalid = new InvalidRequests(clock, options.invalidRequestLimit)
  }

  /** While false, requests are counted and none is refused. */
  get enforced(): boolean {
    return this.#isEnforced()
  }

  countRequest(): void {
    this.#requests += 1
  }

  countRefusal(scope: Scope): void {
    this.#refused[scope] += 1
  }

  counters(): LimitCounters {
    return {
      enforced: this.enforced,
      requests: this.#requests,
      refused: { ...this.#refused },
      invalid_request_limit: this.invalid.limit,
      invalid_requests: this.invalid.list(),
    }
  }

  /** Forgets every window, ban and count. */
  clear(): void {
    this.windows.clear()
    this.invalid.clear()
    this.#requests = 0
    this.#refused = noRefusals()
  }
}

function noRefusals(): Record<Scope, number> {
  return { user: 0, shared: 0, global: 0, cloudflare: 0 }
}
