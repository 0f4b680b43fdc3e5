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

/** What a member may do in a guild as a whole, worked out once for asking about many of its channels. @everyone is one of the roles. */
export type Standing = { permissions: bigint; flags: number; roleIds: ReadonlySet<string> }

/** The standing of a member. */
export function standingOf(guild: GuildFacts, member: MemberFacts): Standing {
  const permissions = guildPermissions(guild, member)
  return { permissions, flags: toFlags(permissions), roleIds: new Set([guild.guildId, ...member.roleIds]) }
}

/** What a caller knows beside the channel: the channel of a thread, the private threads the member is in, their standing, and whether they are in a time-out. */
export type Surroundings = {
  parent?: ChannelFacts | undefined
  threadIds?: ReadonlySet<string>
  standing?: Standing
  isTimedOut?: boolean
}

/**
 * Whether a member may see a channel and read its past messages; the chat of a voice channel needs Connect, too
 * (https://docs.discord.com/developers/resources/message#get-channel-messages). A thread follows its channel; a private one is for those who are in it, and for those who
 * manage threads (https://docs.discord.com/developers/topics/threads#permissions). A time-out leaves nothing but View Channel and Read Message History
 * (https://docs.discord.com/developers/topics/permissions#permissions-for-timed-out-members).
 */
export function canReadChannel(
  guild: GuildFacts,
  member: MemberFacts,
  channel: ChannelFacts,
  { parent, threadIds, standing = standingOf(guild, member), isTimedOut = false }: Surroundings = {},
): boolean {
  if (standing.permissions === allPermissions) return true
  const place = isThread(channel.type) ? parent : channel
  if (!place) return false
  const isOutside = channel.type === 'private_thread' && threadIds?.has(channel.channelId) !== true
  const needed = neededIn(place) | (isOutside ? Flag.threads : 0)
  if (isTimedOut && needed !== READING) return false
  return (flagsIn(guild, member, place, standing) & needed) === needed
}

/** Names of the permissions that a member lacks for reading the past of a channel, as Discord's settings call them. A thread is asked about by its channel. */
export function missingForReading(guild: GuildFacts, member: MemberFacts, channel: ChannelFacts): string[] {
  const missing = neededIn(channel) & ~flagsIn(guild, member, channel, standingOf(guild, member))
  return Object.entries(NAMES).flatMap(([name, flag]) => ((missing & flag) === 0 ? [] : [name]))
}

/** The permissions that decide who reads a channel, as bits of a small number: a guild has thousands of overwrites, and big integers are slow. */
const Flag = { view: 1, history: 2, connect: 4, threads: 8 } as const
const EVERY_FLAG = 15
const READING = Flag.view | Flag.history
const NAMES = { 'View Channel': Flag.view, 'Read Message History': Flag.history, Connect: Flag.connect }

function toFlags(bits: bigint): number {
  return (
    (bits & Permission.ViewChannel ? Flag.view : 0) |
    (bits & Permission.ReadMessageHistory ? Flag.history : 0) |
    (bits & Permission.Connect ? Flag.connect : 0) |
    (bits & Permission.ManageThreads ? Flag.threads : 0)
  )
}

const MOST_KNOWN = 10_000
const flagsByText = new Map<string, number>()

/** The same few numbers stand in all overwrites. */
function parseFlags(text: string): number {
  const known = flagsByText.get(text)
  if (known !== undefined) return known
  const flags = toFlags(BigInt(text))
  if (flagsByText.size >= MOST_KNOWN) flagsByText.clear()
  flagsByText.set(text, flags)
  return flags
}

function neededIn({ type }: ChannelFacts): number {
  return READING | (type === 'voice' || type === 'stage_voice' ? Flag.connect : 0)
}

/** What a member has in a channel: what they have in the guild, then the overwrites for @everyone, for the roles together, and for the member. Not known means none. */
function flagsIn(guild: GuildFacts, member: MemberFacts, channel: ChannelFacts, standing: Standing): number {
  if (standing.permissions === allPermissions) return EVERY_FLAG
  if (channel.permissionOverwrites === null) return 0
  const { roleIds } = standing
  const everyone = { allow: 0, deny: 0 }
  const roles = { allow: 0, deny: 0 }
  const own = { allow: 0, deny: 0 }
  for (const overwrite of channel.permissionOverwrites) {
    const { id } = overwrite
    const isOwn = overwrite.type === 'member'
    if (isOwn ? id !== member.userId : !roleIds.has(id)) continue
    const step = isOwn ? own : id === guild.guildId ? everyone : roles
    step.allow |= parseFlags(overwrite.allow)
    step.deny |= parseFlags(overwrite.deny)
  }
  return apply(apply(apply(standing.flags, everyone), roles), own)
}

function apply(flags: number, { allow, deny }: { allow: number; deny: number }): number {
  return (flags & ~deny) | allow
}
