import { database, findGuild, getChannelsByGuild, listRoles, type BotChannel } from '@dcs/shared/db'
import { fetchMemberRoles } from '@dcs/shared/discord'
import { isThread, missingForReading } from '@dcs/shared/domain'
import { findReadChannels } from '@dcs/shared/jobs'
import type { BotContext } from '../context.ts'

const SHOWN = 10

/**
 * A sentence for each channel that is to be read and that the bot cannot read, naming the permission it lacks. Threads count with their channel.
 * `channelIds` null: every channel that is read. Channels that are not `visible` to the person who asks are not named.
 */
export async function findUnreadable(
  { identity, rest, settings }: BotContext,
  guildId: string,
  channelIds: readonly string[] | null,
  visible: ReadonlySet<string>,
): Promise<string[]> {
  const guild = await findGuild(guildId)
  const roleIds = identity.userId === null ? null : await fetchMemberRoles(rest, guildId, identity.userId)
  if (!guild || roleIds === null || identity.userId === null) return []
  const facts = { guildId, ownerId: guild.discordOwnerId, roles: await listRoles(guildId) }
  const member = { userId: identity.userId, roleIds }
  const places = (await findPlaces(guildId, channelIds, settings)).filter(({ channelId }) => visible.has(channelId))
  const sentences = places.flatMap((place) => {
    const missing = missingForReading(facts, member, place)
    return missing.length === 0
      ? []
      : [`<#${place.channelId}> cannot be read: the bot lacks ${missing.join(' and ')} there.`]
  })
  const more = sentences.length - SHOWN
  return more > 0 ? [...sentences.slice(0, SHOWN), `… and ${more} more channels that the bot cannot read.`] : sentences
}

async function findPlaces(
  guildId: string,
  channelIds: readonly string[] | null,
  settings: BotContext['settings'],
): Promise<BotChannel[]> {
  const all = new Map((await getChannelsByGuild(guildId)).map((channel) => [channel.channelId, channel]))
  const wanted =
    channelIds ?? (await findReadChannels(guildId, { settings }, database())).map(({ channel }) => channel.channelId)
  const places = wanted.flatMap((id) => {
    const channel = all.get(id)
    const place = channel && isThread(channel.type) ? all.get(channel.parentId ?? '') : channel
    return place ? [place] : []
  })
  return [...new Set(places)]
}
