import * as z from 'zod'
import { isObject } from './read.ts'
import { channelSettings, databaseSettings, guildSettings } from './registry.ts'
import { metaOf } from './setting.ts'
import type {
  ChannelSettingsValues,
  DatabaseSettingsValues,
  GuildSettingsValues,
  InstanceSettings,
  Sparse,
  StoredChannelSettings,
  StoredGuildSettings,
} from './values.ts'

/** Every setting of a guild: its own value, else that of the settings file, else the default. */
export function resolveGuildSettings(from: {
  instance?: InstanceSettings
  guild?: StoredGuildSettings
}): GuildSettingsValues {
  return resolve(guildSettings, [from.guild, from.instance?.guild_settings_defaults]) as GuildSettingsValues
}

/** Every setting of a channel: its own value, else that of its guild, else that of the settings file, else the default. */
export function resolveChannelSettings(from: {
  instance?: InstanceSettings
  guild?: StoredGuildSettings
  channel?: StoredChannelSettings
}): ChannelSettingsValues {
  return resolve(channelSettings, [
    from.channel,
    from.guild?.channel_defaults,
    from.instance?.channel_settings_defaults,
  ]) as ChannelSettingsValues
}

/** Every setting of the instance: the value of the settings file, else the default. */
export function resolveDatabaseSettings(from: { instance?: InstanceSettings }): DatabaseSettingsValues {
  return resolve(databaseSettings, [from.instance?.database_settings_defaults]) as DatabaseSettingsValues
}

/** Only what differs from `base`, which is what needs to be stored: resolving it over `base` gives `values` again. */
export function toSparse<V extends object>(values: V, base: V): Sparse<V> {
  return difference(values as Record<string, unknown>, base as Record<string, unknown>) as Sparse<V>
}

// Layers come nearest first. Groups are merged by their settings, lists are replaced as a whole.
function resolve(tree: z.ZodObject, layers: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(tree.shape).map(([key, node]) => {
      const own = layers.map((layer) => (isObject(layer) ? layer[key] : undefined))
      return [key, node instanceof z.ZodObject ? resolve(node, own) : nearest(node, own)]
    }),
  )
}

function nearest(schema: z.core.$ZodType, candidates: readonly unknown[]): unknown {
  const value = candidates.find((candidate) => candidate !== undefined && candidate !== null)
  if (value === undefined) return metaOf(schema).fallback
  return value === '' ? null : value
}

function difference(values: Record<string, unknown>, base: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(values)) {
    const other = base[key]
    if (isObject(value) && isObject(other)) {
      const inner = difference(value, other)
      if (Object.keys(inner).length > 0) out[key] = inner
    } else if (JSON.stringify(value) !== JSON.stringify(other)) out[key] = value ?? ''
  }
  return out
}
