import {
  ensureSettingsOfGuilds,
  noteAllowedChannels,
  noteHiddenChannels,
  noteNewestMessages,
  noteSeenChannels,
  syncGuilds,
  transaction,
} from '@dcs/shared/db'
import type { GatewayGuildCreateDispatchData } from 'discord-api-types/v10'
import type { BotContext } from '../context.ts'
import { isHidden, newestMessages, rawChannels, toGuildSnapshot, visibleChannels } from '../gateway/snapshots.ts'
import { readNewChannels } from './new-channels.ts'

/** What managers are told of a channel that the bot cannot see. */
export const HIDDEN =
  'The bot cannot see this channel. Give its role "View Channel" there; what is posted meanwhile is read when it can.'

/** Stores guilds as they arrive, with what is hidden and the newest messages, in one transaction and a constant number of statements. */
export async function storeGuilds(
  context: BotContext,
  guilds: readonly GatewayGuildCreateDispatchData[],
): Promise<void> {
  const { config, log } = context
  const begun = performance.now()
  const snapshots = guilds.map((guild) => toGuildSnapshot(guild, config.discord.cdnHosts))
  const guildIds = guilds.map(({ id }) => id)
  const hidden = guilds.flatMap((guild) => rawChannels(guild).filter(isHidden)).map(({ id }) => id)
  const channels = snapshots.flatMap(({ id: guildId, channels: all = [] }) =>
    all.map((channel) => ({ ...channel, guildId })),
  )
  const seen = channels.map(({ id }) => id)
  const invitedTo = channels.filter(({ type }) => type === 'private_thread').map(({ id }) => id)
  const newest = guilds.flatMap((guild) => newestMessages(visibleChannels(guild)))
  // A channel that is stored is not new any more: whether it is read must be stored with it.
  const added = await transaction(async (tx) => {
    const fresh = new Set(await syncGuilds(snapshots, tx))
    await ensureSettingsOfGuilds(guildIds, {}, tx)
    const newOnes = channels.filter(({ id }) => fresh.has(id))
    await readNewChannels(context, newOnes, tx)
    await noteNewestMessages(newest, tx)
    await noteHiddenChannels(hidden, HIDDEN, tx)
    await noteSeenChannels(seen, tx)
    await noteAllowedChannels(invitedTo, tx)
    return newOnes.length
  })
  const durationMs = Math.round(performance.now() - begun)
  log.info({ guilds: guilds.length, newChannels: added, hidden: hidden.length, durationMs }, 'guilds stored')
}
