import type { AnyFaultDefinition, Behaviour, EventFault, FaultScope, FaultTools, RequestFault } from './definition.ts'
import type { Delivery, GatewayActions } from './gateway-hooks.ts'
import { seededRandom } from './random.ts'
import { matchesRequest, type RequestFacts } from './request-facts.ts'
import { namesRoute } from './route-pattern.ts'
import type { Selection } from './selectors.ts'

/** A fault of the list: what was asked for, and how often it struck. */
export type ListedFault = { id: string; kind: string; strikes: number; [option: string]: unknown }

/** A fault that is switched on: decides what it strikes, and counts. */
export class ActiveFault {
  readonly id: string
  readonly kind: string
  /** Among requests and faults: what was there first. */
  readonly order: number
  strikes = 0
  readonly #options: Selection & Record<string, unknown>
  readonly #scope: FaultScope
  readonly #behaviour: Behaviour
  readonly #began: number
  readonly #chance: () => number
  readonly #ended = new AbortController()
  readonly #timers: NodeJS.Timeout[] = []
  readonly #waiting = new Set<{ strikes: number; resolve: () => void; reject: (error: Error) => void }>()
  readonly #decided = new Map<string, boolean>()
  #seen = 0
  #isOver = false

  constructor(
    definition: AnyFaultDefinition,
    options: Record<string, unknown>,
    place: { id: string; order: number; scope: FaultScope; gateway: () => GatewayActions | null },
  ) {
    this.id = place.id
    this.kind = definition.kind
    this.order = place.order
    this.#options = options
    this.#scope = place.scope
    this.#began = place.scope.clock.elapsed()
    const seed = this.#options.seed ?? 0
    this.#chance = seededRandom(seed)
    const tools: FaultTools = {
      ...place.scope,
      gateway: place.gateway,
      random: seededRandom(seed + 1),
      countStrike: () => this.countStrike(),
      sleep: (milliseconds) => this.#sleep(milliseconds),
    }
    this.#behaviour = definition.create(options as never, tools)
  }

  get request(): RequestFault | undefined {
    return this.#behaviour.request
  }

  get event(): EventFault | undefined {
    return this.#behaviour.event
  }

  get behaviour(): Behaviour {
    return this.#behaviour
  }

  /** Whether it takes requests that were there before it, and no others. */
  get inFlight(): boolean {
    return this.#options.inFlight === true
  }

  /** Starts its time. */
  start(): void {
    const { from = 0, until } = this.#options
    const { begin } = this.#behaviour
    if (begin) this.#later(from, begin)
    if (until !== undefined) this.#later(until, () => this.#finish())
  }

  /** Ends it for good; those who wait for strikes are told. */
  stop(): void {
    this.#finish()
    for (const { strikes, reject } of this.#waiting)
      reject(new Error(`The fault ${this.kind} was removed after ${this.strikes} of ${strikes} strikes.`))
    this.#waiting.clear()
  }

  /** Whether its time has begun and not ended. */
  isOn(): boolean {
    if (this.#isOver) return false
    const { from = 0, until = Number.POSITIVE_INFINITY } = this.#options
    const elapsed = this.#scope.clock.elapsed() - this.#began
    return elapsed >= from && elapsed < until
  }

  /** Whether it strikes this request; counts it if so. `order` is the request's. */
  takesRequest(facts: RequestFacts, order: number, accepts: () => boolean): boolean {
    const { request } = this.#behaviour
    if (!request || !this.isOn() || order > this.order === this.inFlight) return false
    if (!matchesRequest(facts, this.#options, this.#scope)) return false
    if (request.only?.some((route) => namesRoute(route, facts)) === false) return false
    request.seen?.(facts)
    if (!accepts()) return false
    const key = request.oncePer?.(facts)
    if (typeof key !== 'string') return this.#draw()
    const isTaken = this.#decided.get(key) ?? this.#draw()
    this.#decided.set(key, isTaken)
    return isTaken
  }

  /** Whether it strikes this event; counts it if so. */
  takesEvent(delivery: Delivery): boolean {
    const { name, guildId, channelId } = delivery
    const { event, guild, channel, caller, part, route } = this.#options
    if (!this.#behaviour.event || !this.isOn() || route !== undefined || (part ?? 'gateway') !== 'gateway') return false
    const names = event === undefined ? null : [event].flat()
    if (names ? !names.includes(name) : name === 'READY' || name === 'RESUMED') return false
    if ((guild !== undefined && guild !== guildId) || (channel !== undefined && channel !== channelId)) return false
    if (caller !== undefined && !['any', 'bot', this.#scope.world.botId].includes(caller)) return false
    return (this.#behaviour.event.accepts?.(delivery) ?? true) && this.#draw()
  }

  /** Whether it strikes something else that it does each time it is asked; counts it if so. */
  takesTurn(): boolean {
    return this.isOn() && this.#draw()
  }

  countStrike(): void {
    this.strikes += 1
    for (const waiting of this.#waiting) {
      if (this.strikes < waiting.strikes) continue
      this.#waiting.delete(waiting)
      waiting.resolve()
    }
  }

  /** Resolves when it has struck this often; rejects when it is removed before. */
  struck(strikes: number): Promise<void> {
    if (this.strikes >= strikes) return Promise.resolve()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    // Nobody may be waiting any more when it is removed.
    promise.catch(() => undefined)
    this.#waiting.add({ strikes, resolve, reject })
    return promise
  }

  listed(): ListedFault {
    return { ...this.#options, id: this.id, kind: this.kind, strikes: this.strikes }
  }

  #draw(): boolean {
    const { after = 0, times = Number.POSITIVE_INFINITY, probability = 1 } = this.#options
    if (this.strikes >= times) return false
    this.#seen += 1
    if (this.#seen <= after || this.#chance() >= probability) return false
    this.countStrike()
    return true
  }

  #finish(): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#ended.abort()
    this.#behaviour.release?.()
    this.#behaviour.end?.()
  }

  #later(milliseconds: number, act: () => void): void {
    if (milliseconds === 0) act()
    else this.#timers.push(setTimeout(act, milliseconds / this.#scope.clock.speed))
  }

  async #sleep(milliseconds: number): Promise<void> {
    const { signal } = this.#ended
    if (signal.aborted) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, milliseconds / this.#scope.clock.speed)
    signal.addEventListener('abort', () => resolve(), { once: true })
    await promise
    clearTimeout(timer)
  }
}
