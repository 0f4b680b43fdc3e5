import { isThread } from './channel-types.ts'

/** The permission bits the product asks about (https://docs.discord.com/developers/topics/permissions). */
export const Permission = {
  Administrator: 1n << 3n,
  ManageGuild: 1n << 5n,
  ViewChannel: 1n << 10n,
  ReadMessageHistory: 1n << 16n,
  Connect: 1n << 20n,
  ManageThreads: 1n << 34n,
} as const

const ALL = (1n << 64n) - 1n

/** What is known of a guild for deciding who may do what. `ownerId` null: not known, then nobody is treated as the owner. */
export type GuildFacts = {
  guildId: string
  ownerId: string | null
  roles: readonly { roleId: string; permissions: string }[]
}

/** A person in a guild. */
export type MemberFacts = { userId: string; roleIds: readonly string[] }

/** What is known of a channel. `permissionOverwrites` null: not known, then only those with all permissions may. */
export type ChannelFacts = {
  channelId: string
  type: string | null
  parentId: string | null
  permissionOverwrites: readonly { id: string; type: 'role' | 'member'; allow: string; deny: string }[] | null
}

/** A member's permissions in the guild as a whole: @everyone's and those of all roles; everything for the owner and administrators. */
export function guildPermissions(guild: GuildFacts, member: MemberFacts): bigint {
  if (guild.ownerId !== null && guild.ownerId === member.userId) return ALL
  const held = new Set([guild.guildId, ...member.roleIds])
  const bits = guild.roles
    .filter((role) => held.has(role.roleId))
    .reduce((sum, role) => sum | BigInt(role.permissions), 0n)
  return bits & Permission.Administrator ? ALL : bits
}

/** A member's permissions in a channel: the guild's, then the overwrites for @everyone, for the roles together, and for the member. Not known means none. */
export function channelPermissions(guild: GuildFacts, member: MemberFacts, channel: ChannelFacts): bigint {
  const base = guildPermissions(guild, member)
  if (base === ALL) return ALL
  if (channel.permissionOverwrites === null) return 0n
  const everyone = channel.permissionOverwrites.filter((overwrite) => overwrite.id === guild.guildId)
  const roles = channel.permissionOverwrites.filter(
    (overwrite) => overwrite.type === 'role' && overwrite.id !== guild.guildId && member.roleIds.includes(overwrite.id),
  )
  const own = channel.permissionOverwrites.filter(
    (overwrite) => overwrite.type === 'member' && overwrite.id === member.userId,
  )
  return [everyone, roles, own].reduce(apply, base)
}

/**
 * Whether a member may see a channel and read its past messages. `parent` is the channel of a thread.
 * A private thread is readable here only for those who manage threads: who was invited is not known.
 */
export function canReadChannel(
  guild: GuildFacts,
  member: MemberFacts,
  channel: ChannelFacts,
  parent?: ChannelFacts,
): boolean {
  const place = isThread(channel.type) ? parent : channel
  if (!place) return guildPermissions(guild, member) === ALL
  const needed =
    Permission.ViewChannel |
    Permission.ReadMessageHistory |
    (place.type === 'voice' || place.type === 'stage_voice' ? Permission.Connect : 0n) |
    (channel.type === 'private_thread' ? Permission.ManageThreads : 0n)
  return (channelPermissions(guild, member, place) & needed) === needed
}

/** Names of the permissions that a member lacks for reading the past of a channel, as Discord's settings call them. A thread is asked about by its channel. */
export function missingForReading(guild: GuildFacts, member: MemberFacts, channel: ChannelFacts): string[] {
  const held = channelPermissions(guild, member, channel)
  const isVoice = channel.type === 'voice' || channel.type === 'stage_voice'
  const needed = {
    'View Channel': Permission.ViewChannel,
    'Read Message History': Permission.ReadMessageHistory,
    ...(isVoice ? { Connect: Permission.Connect } : {}),
  }
  return Object.entries(needed).flatMap(([name, bit]) => ((held & bit) === 0n ? [name] : []))
}

/** The ids of the channels in `channels` that a member may read; parents of threads are looked up in the same list. */
export function readableChannelIds(
  guild: GuildFacts,
  member: MemberFacts,
  channels: readonly ChannelFacts[],
): string[] {
  const byId = new Map(channels.map((channel) => [channel.channelId, channel]))
  return channels
    .filter((channel) => canReadChannel(guild, member, channel, byId.get(channel.parentId ?? '')))
    .map((channel) => channel.channelId)
}

/** Whether a member may change a guild's settings and start scans: Manage Server in Discord. */
export function canManageGuild(guild: GuildFacts, member: MemberFacts): boolean {
  return (guildPermissions(guild, member) & Permission.ManageGuild) !== 0n
}

function apply(permissions: bigint, overwrites: readonly { allow: string; deny: string }[]): bigint {
  const deny = overwrites.reduce((sum, overwrite) => sum | BigInt(overwrite.deny), 0n)
  const allow = overwrites.reduce((sum, overwrite) => sum | BigInt(overwrite.allow), 0n)
  return (permissions & ~deny) | allow
}
