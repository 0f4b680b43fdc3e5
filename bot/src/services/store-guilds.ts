import {
  ensureSettingsOfGuilds,
  noteAllowedChannels,
  noteHiddenChannels,
  noteMissingChannels,
  noteNewestMessages,
  noteSeenChannels,
  syncGuilds,
  transaction,
} from '@dcs/shared/db'
import { isHiddenChannel } from '@dcs/shared/discord'
import type { GatewayGuildCreateDispatchData } from 'discord-api-types/v10'
import type { BotContext } from '../context.ts'
import { newestMessages, rawChannels, toGuildSnapshot, visibleChannels } from '../gateway/snapshots.ts'
import { readNewChannels } from './new-channels.ts'

/** What managers are told of a channel that the bot cannot see. */
export const HIDDEN =
  'The bot cannot see this channel. Give its role "View Channel" there; what is posted meanwhile is read when it can.'

/** What managers are told of a channel that is not there any more. */
export const GONE = 'Discord deleted this channel. What was kept of it stays.'

/** Stores guilds as they arrive, with what is hidden and the newest messages, in one transaction and a constant number of statements. */
export async function storeGuilds(
  context: BotContext,
  guilds: readonly GatewayGuildCreateDispatchData[],
): Promise<void> {
  const { config, log } = context
  const begun = performance.now()
  const snapshots = guilds.map((guild) => toGuildSnapshot(guild, config.discord.cdnHosts))
  const guildIds = guilds.map(({ id }) => id)
  const hidden = guilds.flatMap((guild) => rawChannels(guild).filter(isHiddenChannel)).map(({ id }) => id)
  const channels = snapshots.flatMap(({ id: guildId, channels: all = [] }) =>
    all.map((channel) => ({ ...channel, guildId })),
  )
  const seen = channels.map(({ id }) => id)
  const invitedTo = channels.filter(({ type }) => type === 'private_thread').map(({ id }) => id)
  const listed = new Map(guilds.map((guild) => [guild.id, rawChannels(guild).map(({ id }) => id)]))
  const newest = guilds.flatMap((guild) => newestMessages(visibleChannels(guild)))
  // A channel that is stored is not new any more: whether it is read must be stored with it.
  const added = await transaction(async (tx) => {
    const fresh = new Set(await syncGuilds(snapshots, tx))
    await ensureSettingsOfGuilds(guildIds, {}, tx)
    const newOnes = channels.filter(({ id }) => fresh.has(id))
    await readNewChannels(context, newOnes, tx)
    await noteNewestMessages(newest, tx)
    await noteMissingChannels(listed, GONE, tx)
    await noteHiddenChannels(hidden, HIDDEN, tx)
    await noteSeenChannels(seen, tx)
    await noteAllowedChannels(invitedTo, tx)
    return newOnes.length
  })
  const durationMs = Math.round(performance.now() - begun)
  log.info({ guilds: guilds.length, newChannels: added, hidden: hidden.length, durationMs }, 'guilds stored')
}
