import type { Clock } from '../clock.ts'
import type { WorldEvent } from '../world/events.ts'
import type { Channel, Message } from '../world/types.ts'
import type { World } from '../world/world.ts'
import { findMessages, type Found } from './find.ts'
import type { SearchQuery } from './query.ts'

/** How the search of a twin differs from one that knows everything at once. */
export type SearchOptions = {
  /** How long a new message is not found, and a deleted one still is. */
  lagMs?: number
  /** How long after the start, or for how many requests, a guild has no index. */
  unavailableForMs?: number
  unavailableRequests?: number
  /** Pages asked for the first time leave out some of their results. */
  fewerResults?: boolean
}

/** A message as the index has it, or null when it does not have it yet; `due` is when it catches up. */
type Late = { channelId: string; indexed: Message | null; due: number }

const REMEMBERED = 4

/** The search index of every guild. It lags and is missing at first if it is told to. */
export class SearchIndex {
  #options: SearchOptions
  readonly #world: World
  readonly #clock: Clock
  readonly #startedAt: number
  readonly #asked = new Map<string, number>()
  readonly #late = new Map<string, Late>()
  readonly #answers = new Map<string, Found>()
  readonly #fetched = new Set<string>()

  constructor(world: World, clock: Clock, options: SearchOptions = {}) {
    this.#options = options
    this.#world = world
    this.#clock = clock
    this.#startedAt = clock.elapsed()
    world.onEvent((event) => this.#note(event))
  }

  /** From now on the search differs otherwise. Requests that find no index are counted anew. */
  change(options: { [Name in keyof SearchOptions]: SearchOptions[Name] | undefined }): void {
    const given = Object.entries(options).filter(([, value]) => value !== undefined)
    this.#options = { ...this.#options, ...Object.fromEntries(given) }
    if (options.unavailableRequests !== undefined) this.#asked.clear()
  }

  /** Seconds after which to ask again while a guild has no index; null when it has one. */
  retryAfter(guildId: string): number | null {
    const { unavailableForMs = 0, unavailableRequests = 0 } = this.#options
    const left = this.#startedAt + unavailableForMs - this.#clock.elapsed()
    if (left > 0) return Math.max(1, Math.ceil(left / this.#clock.speed / 1000))
    const asked = this.#asked.get(guildId) ?? 0
    if (asked >= unavailableRequests) return null
    this.#asked.set(guildId, asked + 1)
    return 1
  }

  /** Everything in these channels that the index finds, in order. */
  find(query: SearchQuery, channels: readonly Channel[]): Found {
    this.#catchUp()
    const { limit: _limit, offset: _offset, ...what } = query
    const lengths = channels.map(({ id, messages }) => `${id}:${messages.length}`).join(' ')
    const key = `${JSON.stringify(what)} ${lengths}`
    const known = this.#answers.get(key)
    const found = known ?? findMessages(this.#world, what, channels, this.#late)
    // The one that was asked for last is kept longest.
    this.#answers.delete(key)
    this.#answers.set(key, found)
    for (const old of [...this.#answers.keys()].slice(0, -REMEMBERED)) this.#answers.delete(old)
    return found
  }

  /** A found message as the index has it. */
  read({ channelId, id }: { channelId: string; id: string }): Message | undefined {
    const late = this.#late.get(id)
    return late ? (late.indexed ?? undefined) : this.#world.findMessage(channelId, id)
  }

  /** Whether a page leaves a message out: one of those that nobody has fetched for a long time. Asked again it is there. */
  leavesOut(id: string): boolean {
    if (!this.#options.fewerResults || (BigInt(id) >> 22n) % 5n !== 0n || this.#fetched.has(id)) return false
    this.#fetched.add(id)
    return true
  }

  #note(event: WorldEvent): void {
    this.#answers.clear()
    const lag = this.#options.lagMs ?? 0
    if (lag <= 0) return
    const due = this.#clock.elapsed() + lag
    if (event.kind === 'message-created')
      this.#late.set(event.message.id, { channelId: event.channel.id, indexed: null, due })
    else if (event.kind === 'message-deleted') this.#keep(event.message, due)
    else if (event.kind === 'messages-deleted') for (const message of event.messages ?? []) this.#keep(message, due)
  }

  #keep(message: Message, due: number): void {
    const late = this.#late.get(message.id)
    this.#late.set(message.id, { channelId: message.channelId, indexed: late ? late.indexed : message, due })
  }

  #catchUp(): void {
    const now = this.#clock.elapsed()
    for (const [id, { due }] of this.#late) {
      if (due > now) continue
      this.#late.delete(id)
      this.#answers.clear()
    }
  }
}
