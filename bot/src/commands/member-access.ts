import { AppError } from '@dcs/shared/core'
import { findGuild, getChannelsByGuild, listRoles } from '@dcs/shared/db'
import { guildPermissions, placesOf, readablePlaces, withKnownRoles } from '@dcs/shared/domain'

/** The channels and threads of a guild that a member may read; an answer names no others. Throws `not-found` for a guild that is not stored yet. */
export async function findReadableChannels(
  guildId: string,
  member: { userId: string; roleIds: readonly string[] },
): Promise<Set<string>> {
  const guild = await findGuild(guildId)
  if (!guild)
    throw new AppError('not-found', `Guild ${guildId} is not stored.`, {
      publicMessage: 'The bot does not know this server yet. Try again in a moment.',
    })
  const facts = { guildId, ownerId: guild.discordOwnerId, roles: await listRoles(guildId) }
  const places = placesOf(guildId, await getChannelsByGuild(guildId))
  const readable = readablePlaces(places, withKnownRoles(facts, member), guildPermissions(facts, member))
  return new Set(readable.map(({ channelId }) => channelId))
}
