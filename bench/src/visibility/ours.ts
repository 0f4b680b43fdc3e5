import { grantAccess, type Circumstances, type GuildAccess, type Places } from '@dcs/shared/domain'
import { toChannelSnapshot } from '../../../bot/src/gateway/snapshots.ts'
import type { RawChannel, RawGuild, RawPerson } from './cases.ts'

const NO_ROLES = { tag: [], edit: [], delete: [], stats: [] }

/** A guild as the product stores it. */
export function toFacts(guild: RawGuild) {
  return {
    guildId: guild.id,
    ownerId: guild.ownerId,
    isUnavailable: guild.isUnavailable,
    roles: guild.roles.map(({ id, permissions }) => ({ roleId: id, permissions })),
  }
}

/** A channel as the bot stores it. */
export function toChannelFacts(channel: RawChannel) {
  const { id, type, parentId, nsfw, overwrites } = channel
  const stored = toChannelSnapshot({ id, type, parent_id: parentId, nsfw, permission_overwrites: overwrites })
  return {
    channelId: stored.id,
    type: stored.type ?? null,
    parentId: stored.parentId ?? null,
    permissionOverwrites: stored.permissionOverwrites ?? null,
    isAgeRestricted: stored.isNsfw !== false,
  }
}

/** A person as the product stores them, or null. */
export function toPerson({ id, isMember, roleIds, isPending, timedOutUntil }: RawPerson) {
  return isMember ? { userId: id, roleIds, isPending, timeoutUntil: timedOutUntil } : null
}

/** What the product says somebody sees of a guild. `threadIds`: the threads they are in. */
export function ourGrant(
  guild: ReturnType<typeof toFacts>,
  channels: readonly ReturnType<typeof toChannelFacts>[] | Places,
  person: RawPerson,
  { threadIds, ageRestricted }: Pick<Circumstances, 'threadIds'> & Pick<Circumstances['rights'], 'ageRestricted'>,
): GuildAccess | null {
  return grantAccess(guild, toPerson(person), channels, {
    now: new Date(),
    threadIds,
    showsAgeRestricted: person.showsAgeRestricted,
    rights: { ...NO_ROLES, ageRestricted },
  })
}

/** The threads a person is in. */
export function threadsOf({ channels }: RawGuild, { id }: RawPerson): ReadonlySet<string> {
  return new Set(channels.flatMap((channel) => (channel.memberIds.includes(id) ? [channel.id] : [])))
}
