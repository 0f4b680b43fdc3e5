import { findChannelRules, listGuildSettings, type BotChannel, type ChannelRules, type Executor } from '@dcs/shared/db'
import { parseStoredGuildSettings, resolveGuildSettings } from '@dcs/shared/settings'
import type { BotContext } from '../context.ts'

/** The guilds of these in which new channels are read from the start. */
export async function guildsReadingByDefault(
  { settings }: BotContext,
  guildIds: readonly string[],
  db: Executor,
): Promise<Set<string>> {
  const stored = await listGuildSettings(guildIds, db)
  return new Set(
    guildIds.filter((guildId) => {
      const guild = parseStoredGuildSettings(stored.get(guildId), { lenient: true }).settings
      return resolveGuildSettings({ instance: settings, guild }).enabled_by_default
    }),
  )
}

/** The settings of a channel, or null when it is not read. */
export async function findLiveRules(
  { config, identity, settings }: BotContext,
  channel: BotChannel,
  parent: BotChannel | null,
): Promise<ChannelRules | null> {
  const { cdnHosts } = config.discord
  const rules = await findChannelRules(settings, channel, parent, { cdnHosts, botUserId: identity.userId })
  return rules.isRead && rules.ignoresChannel === null ? rules : null
}
