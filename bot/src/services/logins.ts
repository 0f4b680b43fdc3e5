import type { GatewayReadyDispatchData } from 'discord-api-types/v10'
import { shardOf } from '../gateway/shard-of.ts'

/** The guilds of each shard's session: which of them Discord still has to send, and all it told of. */
export class Logins {
  readonly #shards = new Map<number, { awaited: Set<string>; guildIds: Set<string> }>()
  #count = 1

  /** A session of a shard begins. Returns which shard, and the guilds that its session before was in. */
  begin({ shard, guilds }: Pick<GatewayReadyDispatchData, 'shard' | 'guilds'>): { shardId: number; before: string[] } {
    const [shardId, count] = shard ?? [0, 1]
    this.#count = count
    const before = this.guildsOf(shardId)
    const ids = guilds.map(({ id }) => id)
    this.#shards.set(shardId, { awaited: new Set(ids), guildIds: new Set(ids) })
    return { shardId, before }
  }

  /** A guild came or cannot come now. */
  arrive(guildId: string): void {
    const shard = this.#shards.get(this.#shardOf(guildId))
    shard?.awaited.delete(guildId)
    shard?.guildIds.add(guildId)
  }

  /** The bot was removed from a guild. */
  leave(guildId: string): void {
    const shard = this.#shards.get(this.#shardOf(guildId))
    shard?.awaited.delete(guildId)
    shard?.guildIds.delete(guildId)
  }

  /** The guilds that the session of a shard told of. */
  guildsOf(shardId: number): string[] {
    return [...(this.#shards.get(shardId)?.guildIds ?? [])]
  }

  /** Does not wait any longer for guilds of a shard. Returns those that did not come. */
  giveUp(shardId: number): string[] {
    const awaited = this.#shards.get(shardId)?.awaited
    const missing = [...(awaited ?? [])]
    awaited?.clear()
    return missing
  }

  /** Whether every guild of the shards that are there has come. */
  get isComplete(): boolean {
    return [...this.#shards.values()].every(({ awaited }) => awaited.size === 0)
  }

  /** Every guild the bot is in; null until every shard had a session. */
  get guildIds(): string[] | null {
    if (this.#shards.size < this.#count) return null
    return [...this.#shards.values()].flatMap(({ guildIds }) => [...guildIds])
  }

  #shardOf(guildId: string): number {
    return shardOf(guildId, this.#count)
  }
}
