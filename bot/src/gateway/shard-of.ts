/** The shard that tells of a guild (https://docs.discord.com/developers/events/gateway#sharding-sharding-formula). */
export function shardOf(guildId: string, count: number): number {
  return Number((BigInt(guildId) >> 22n) % BigInt(count))
}
