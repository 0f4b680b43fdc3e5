import {
  canManageGuild,
  readableChannelIds,
  type ChannelFacts,
  type GuildFacts,
  type MemberFacts,
} from './permissions.ts'

declare const granted: unique symbol

/** Proof that a person may look into a guild, with the channels they may read there. Made only here. */
export type GuildAccess<L extends 'view' | 'manage' = 'view' | 'manage'> = {
  readonly userId: string
  readonly guildId: string
  readonly level: L
  readonly channelIds: readonly string[]
  readonly [granted]: true
}

/** The grant of a member, or null for somebody who is not in the guild. `channels` are all stored channels of the guild. */
export function grantAccess(
  guild: GuildFacts,
  member: MemberFacts | null,
  channels: readonly ChannelFacts[],
): GuildAccess | null {
  if (member === null) return null
  const level = canManageGuild(guild, member) ? 'manage' : 'view'
  return {
    userId: member.userId,
    guildId: guild.guildId,
    level,
    channelIds: readableChannelIds(guild, member, channels),
  } as unknown as GuildAccess
}

/** Narrows a grant to the right to manage. */
export function mayManage(access: GuildAccess): access is GuildAccess<'manage'> {
  return access.level === 'manage'
}
