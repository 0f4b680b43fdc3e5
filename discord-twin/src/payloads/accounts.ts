import type { TwinContext } from '../context.ts'
import type { Member, Person, Role } from '../world/types.ts'
import type { World } from '../world/world.ts'
import { timestamp } from './time.ts'

/** An account as Discord sends it. */
export function userPayload(person: Person) {
  return {
    id: person.id,
    username: person.username,
    discriminator: person.bot ? '0001' : '0',
    global_name: person.globalName,
    avatar: person.avatar,
    bot: person.bot,
    public_flags: 0,
    flags: 0,
    banner: null,
    accent_color: null,
    avatar_decoration_data: null,
    collectibles: null,
    primary_guild: null,
  }
}

/** Somebody by id; Discord keeps a name for accounts that are gone. */
export function accountPayload(world: World, id: string) {
  return userPayload(
    world.people.get(id) ?? { id, username: 'Deleted User', globalName: null, avatar: null, bot: false },
  )
}

export function rolePayload(role: Role) {
  return {
    id: role.id,
    name: role.name,
    color: role.color,
    colors: { primary_color: role.color, secondary_color: null, tertiary_color: null },
    hoist: role.hoist ?? false,
    icon: null,
    unicode_emoji: null,
    position: role.position,
    permissions: role.permissions.toString(),
    managed: role.botId !== undefined,
    mentionable: role.mentionable ?? false,
    flags: 0,
    ...(role.botId === undefined ? {} : { tags: { bot_id: role.botId } }),
  }
}

export function memberPayload({ world }: TwinContext, member: Member) {
  return {
    user: accountPayload(world, member.userId),
    nick: member.nick,
    avatar: null,
    banner: null,
    roles: member.roleIds,
    joined_at: timestamp(member.joinedAt),
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: member.isPending ?? false,
    communication_disabled_until: member.timedOutUntil ? timestamp(member.timedOutUntil) : null,
  }
}
