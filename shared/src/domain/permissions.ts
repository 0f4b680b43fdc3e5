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

/**
 * A member's permissions in a channel: the guild's, then the overwrites for @everyone, for the roles together, and for the member. Not known means none. `held` are those in
 * the guild where the caller has them.
 */
export function channelPermissions(
  guild: GuildFacts,
  member: MemberFacts,
  channel: ChannelFacts,
  held: bigint = guildPermissions(guild, member),
): bigint {
  if (held === allPermissions) return held
  if (channel.permissionOverwrites === null) return 0n
  let everyone: Step = NOTHING
  let roles: Step = NOTHING
  let own: Step = NOTHING
  for (const { id, type, allow, deny } of channel.permissionOverwrites) {
    if (id === guild.guildId) everyone = add(everyone, allow, deny)
    else if (type === 'role' && member.roleIds.includes(id)) roles = add(roles, allow, deny)
    else if (type === 'member' && id === member.userId) own = add(own, allow, deny)
  }
  return apply(apply(apply(held, everyone), roles), own)
}

/** What a caller knows beside the channel: the channel of a thread, the private threads the member is in, their permissions in the guild, and whether they are in a time-out. */
export type Surroundings = {
  parent?: ChannelFacts | undefined
  threadIds?: ReadonlySet<string>
  held?: bigint
  isTimedOut?: boolean
}

/** What reading the past of a channel needs, and all that a time-out leaves (https://docs.discord.com/developers/topics/permissions#permissions-for-timed-out-members). */
const READING = Permission.ViewChannel | Permission.ReadMessageHistory

/**
 * Whether a member may see a channel and read its past messages; the chat of a voice channel needs Connect, too
 * (https://docs.discord.com/developers/resources/message#get-channel-messages). A thread follows its channel; a private one is for those who are in it, and for those who
 * manage threads (https://docs.discord.com/developers/topics/threads#permissions).
 */
export function canReadChannel(
  guild: GuildFacts,
  member: MemberFacts,
  channel: ChannelFacts,
  { parent, threadIds, held = guildPermissions(guild, member), isTimedOut = false }: Surroundings = {},
): boolean {
  const place = isThread(channel.type) ? parent : channel
  if (held === allPermissions) return true
  if (!place) return false
  const isOutside = channel.type === 'private_thread' && threadIds?.has(channel.channelId) !== true
  const needed =
    READING |
    (place.type === 'voice' || place.type === 'stage_voice' ? Permission.Connect : 0n) |
    (isOutside ? Permission.ManageThreads : 0n)
  if (isTimedOut && needed !== READING) return false
  return (channelPermissions(guild, member, place, held) & needed) === needed
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

type Step = { allow: bigint; deny: bigint }

const NOTHING: Step = { allow: 0n, deny: 0n }

function add(step: Step, allow: string, deny: string): Step {
  return { allow: step.allow | BigInt(allow), deny: step.deny | BigInt(deny) }
}

function apply(permissions: bigint, { allow, deny }: Step): bigint {
  return (permissions & ~deny) | allow
}
