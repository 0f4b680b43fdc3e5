import { listGuildSettings, type BotChannel } from '@dcs/shared/db'
import { isThread, type ClipRules } from '@dcs/shared/domain'
import {
  parseStoredChannelSettings,
  parseStoredGuildSettings,
  resolveChannelSettings,
  resolveGuildSettings,
  toClipRules,
} from '@dcs/shared/settings'
import type { BotContext } from '../context.ts'

/** The guilds of these in which new channels are read from the start. */
export async function guildsReadingByDefault(
  { settings }: BotContext,
  guildIds: readonly string[],
): Promise<Set<string>> {
  const stored = await listGuildSettings(guildIds)
  return new Set(
    guildIds.filter((guildId) => {
      const guild = parseStoredGuildSettings(stored.get(guildId), { lenient: true }).settings
      return resolveGuildSettings({ instance: settings, guild }).enabled_by_default
    }),
  )
}

/** How live messages of a channel are taken, or null when they are not read. A thread is read with its channel when threads are switched on. */
export async function findLiveRules(
  { settings }: BotContext,
  channel: BotChannel,
  parent: BotChannel | null,
): Promise<ClipRules | null> {
  const stored = await listGuildSettings([channel.guildId])
  const guild = parseStoredGuildSettings(stored.get(channel.guildId), { lenient: true }).settings
  const place = isThread(channel.type) ? parent : channel
  const own = parseStoredChannelSettings(place?.settings ?? {}, { lenient: true }).settings
  const layers = { instance: settings, guild }
  const [ofGuild, ofChannel] = [resolveGuildSettings(layers), resolveChannelSettings({ ...layers, channel: own })]
  if (isThread(channel.type)) {
    const withThreads = ofGuild.parse_threads || ofChannel.include_threads
    if (!channel.isReading && !(parent?.isReading && withThreads)) return null
  } else if (!channel.isReading) return null
  if (ofGuild.ignore_nsfw_channels && place?.isNsfw) return null
  return toClipRules(ofChannel)
}
