import { GatewayDispatchEvents } from '@discordjs/core'

/**
 * Watches the numbers that Discord gives the events of a session: each is one higher than the one before. One that is left out is an event that is lost, or
 * comes out of order (https://docs.discord.com/developers/events/gateway#sending-heartbeats).
 */
export class Sequences {
  readonly #last = new Map<number, number>()
  /** Highest number of this moment, per shard: the client tells of the first event of a session after the second when both arrive together. */
  readonly #now = new Map<number, number>()

  /** Takes the next event of a shard. Returns whether others should have come before it. */
  skips(shardId: number, { t: name, s: number }: { t: string; s: number }): boolean {
    if (this.#now.size === 0) setImmediate(() => this.#now.clear())
    const highest = Math.max(number, this.#now.get(shardId) ?? 0)
    this.#now.set(shardId, highest)
    if (name === GatewayDispatchEvents.Ready) {
      this.#last.set(shardId, highest)
      return false
    }
    const last = this.#last.get(shardId)
    if (last === undefined || number <= last) return false
    this.#last.set(shardId, number)
    return number > last + 1
  }
}
