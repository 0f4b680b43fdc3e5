/** The permission bits the product asks about (https://docs.discord.com/developers/topics/permissions). */
export const Permission = {
  Administrator: 1n << 3n,
  ManageGuild: 1n << 5n,
  ViewChannel: 1n << 10n,
  ReadMessageHistory: 1n << 16n,
  Connect: 1n << 20n,
  ManageThreads: 1n << 34n,
} as const

/** What owners and administrators have. */
export const allPermissions = (1n << 64n) - 1n

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
  if (guild.ownerId !== null && guild.ownerId === member.userId) return allPermissions
  const held = new Set([guild.guildId, ...member.roleIds])
  const bits = guild.roles
    .filter((role) => held.has(role.roleId))
    .reduce((sum, role) => sum | BigInt(role.permissions), 0n)
  return bits & Permission.Administrator ? allPermissions : bits
}
