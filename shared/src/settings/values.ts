import type * as z from 'zod'
import type { channelSettings, databaseSettings, guildSettings, settingsFile, storedGuildSettings } from './registry.ts'

/** All settings of a guild, resolved. */
export type GuildSettingsValues = z.output<typeof guildSettings>

/** All settings of a channel, resolved. */
export type ChannelSettingsValues = z.output<typeof channelSettings>

/** All settings of the instance, resolved. */
export type DatabaseSettingsValues = z.output<typeof databaseSettings>

/** Any part of the settings; what is missing or null is inherited. A regular expression of `""` is "none". */
export type Sparse<V> = {
  [K in keyof V]?: V[K] extends readonly unknown[] ? V[K] | null : V[K] extends object ? Sparse<V[K]> : V[K] | null
}

/** What is stored for a guild, without keys we do not know. */
export type StoredGuildSettings = Sparse<z.output<typeof storedGuildSettings>>

/** What is stored for a channel, without keys we do not know. */
export type StoredChannelSettings = Sparse<ChannelSettingsValues>

/** What the settings file of an instance sets. */
export type InstanceSettings = Sparse<z.output<typeof settingsFile>>
