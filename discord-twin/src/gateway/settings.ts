/** What the gateway can be told; times are the twin's. */
export type GatewaySettings = {
  heartbeatIntervalMs: number
  /** How many sessions may start within five seconds. */
  maxConcurrency: number
  /** How many sessions may start in a day before the token is reset. */
  sessionStartLimit: number
  /** How long a session without a connection can be resumed. */
  sessionLifetimeMs: number
  /** A session of more guilds is told to shard. */
  maxGuildsPerShard: number
  /** Privileged intents that are switched on for the application, besides the one for message content. */
  privilegedIntents: readonly PrivilegedIntent[]
}

/** A privileged intent besides the one for message content. */
export type PrivilegedIntent = 'GUILD_MEMBERS' | 'GUILD_PRESENCES'

/** Discord's own numbers. */
export const DEFAULT_SETTINGS: GatewaySettings = {
  heartbeatIntervalMs: 41_250,
  maxConcurrency: 1,
  sessionStartLimit: 1000,
  sessionLifetimeMs: 180_000,
  maxGuildsPerShard: 2500,
  privilegedIntents: ['GUILD_MEMBERS', 'GUILD_PRESENCES'],
}
