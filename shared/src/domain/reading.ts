import { isThread } from './channel-types.ts'
import {
  allPermissions,
  guildPermissions,
  Permission,
  type ChannelFacts,
  type GuildFacts,
  type MemberFacts,
} from './permissions.ts'

/**
 * The channels of a guild, arranged so that it costs microseconds to tell which of them somebody reads. A value: what happens to the rows it was made from does not change
 * it.
 */
export type Places = {
  readonly guildId: string
  readonly list: readonly Place[]
  /** Overwrites by whom they are about: the id of a role, @everyone's being the guild's, or `member:` and an id. */
  readonly overwrites: ReadonlyMap<string, readonly Overwrite[]>
}

/** A channel or thread of `Places`. */
export type Place = {
  readonly channelId: string
  /** Which place says who may read it: itself, or the channel of a thread. -1: not known. */
  readonly rules: number
  /** Whether its overwrites are known. */
  readonly isKnown: boolean
  readonly needed: number
  readonly isPrivate: boolean
  /** Of the channel of a thread; what is not known is. */
  readonly isAgeRestricted: boolean
}

type Overwrite = { readonly at: number; readonly allow: number; readonly deny: number }

/** What a caller knows of a member beside their roles. */
export type Condition = { threadIds?: ReadonlySet<string>; isTimedOut?: boolean }

/** Arranges all channels of a guild. Channels without `isAgeRestricted` count as restricted. */
export function placesOf(guildId: string, channels: readonly (ChannelFacts & { isAgeRestricted?: boolean })[]): Places {
  const indexes = new Map(channels.map(({ channelId }, index) => [channelId, index]))
  const overwrites = new Map<string, Overwrite[]>()
  const parse = createParser()
  const list = channels.map((channel, at) => {
    const rules = isThread(channel.type) ? (indexes.get(channel.parentId ?? '') ?? -1) : at
    const owner = channels[rules]
    for (const { id, type, allow, deny } of channel.permissionOverwrites ?? []) {
      const whom = type === 'role' || id === guildId ? id : `member:${id}`
      const flags = { at, allow: parse(allow), deny: parse(deny) }
      const known = overwrites.get(whom)
      if (known) known.push(flags)
      else overwrites.set(whom, [flags])
    }
    return {
      channelId: channel.channelId,
      rules,
      isKnown: channel.permissionOverwrites !== null,
      needed: READING | (owner?.type === 'voice' || owner?.type === 'stage_voice' ? Flag.connect : 0),
      isPrivate: channel.type === 'private_thread',
      isAgeRestricted: owner?.isAgeRestricted !== false,
    }
  })
  return { guildId, list, overwrites }
}

/**
 * The places of which a member may see the past; the chat of a voice channel needs Connect, too
 * (https://docs.discord.com/developers/resources/message#get-channel-messages). A thread follows its channel; a private one is for those who are in it, and for those who
 * manage threads (https://docs.discord.com/developers/topics/threads#permissions). A time-out leaves nothing but View Channel and Read Message History
 * (https://docs.discord.com/developers/topics/permissions#permissions-for-timed-out-members). `held`: the member's permissions in the guild. Roles that the guild does not have count;
 * see `withKnownRoles`.
 */
export function readablePlaces(
  places: Places,
  member: MemberFacts,
  held: bigint,
  { threadIds, isTimedOut = false }: Condition = {},
): Place[] {
  if (held === allPermissions) return [...places.list]
  const flags = flagsIn(places, member, held)
  return places.list.filter((place) => {
    if (places.list[place.rules]?.isKnown !== true) return false
    const isOutside = place.isPrivate && threadIds?.has(place.channelId) !== true
    const needed = place.needed | (isOutside ? Flag.threads : 0)
    if (isTimedOut && needed !== READING) return false
    return ((flags[place.rules] ?? 0) & needed) === needed
  })
}

/** A member without roles that the guild does not have any more: they stand in overwrites and with members for a while after they were deleted, and give and take nothing. */
export function withKnownRoles<M extends MemberFacts>(guild: GuildFacts, member: M): M {
  const known = new Set(guild.roles.map(({ roleId }) => roleId))
  return { ...member, roleIds: member.roleIds.filter((id) => known.has(id)) }
}

/** The private threads that a member reads if they are in them, and only then. */
export function threadsByMembership(guild: GuildFacts, member: MemberFacts, places: Places): Set<string> {
  const known = withKnownRoles(guild, member)
  const held = guildPermissions(guild, known)
  const threadIds = new Set(places.list.flatMap(({ isPrivate, channelId }) => (isPrivate ? [channelId] : [])))
  if (threadIds.size === 0) return threadIds
  const anyway = new Set(readablePlaces(places, known, held).map(({ channelId }) => channelId))
  const atMost = readablePlaces(places, known, held, { threadIds }).map(({ channelId }) => channelId)
  return new Set(atMost.filter((id) => threadIds.has(id) && !anyway.has(id)))
}

/** `readablePlaces` for one channel; `parent` is that of a thread. */
export function canReadChannel(
  guild: GuildFacts,
  member: MemberFacts,
  channel: ChannelFacts,
  { parent, ...condition }: Condition & { parent?: ChannelFacts | undefined } = {},
): boolean {
  const places = placesOf(guild.guildId, [
    channel,
    ...(parent ? [{ ...parent, channelId: channel.parentId ?? '' }] : []),
  ])
  const readable = readablePlaces(places, withKnownRoles(guild, member), guildPermissions(guild, member), condition)
  return readable.includes(places.list[0] as Place)
}

/** Names of the permissions that a member lacks for reading the past of a channel, as Discord's settings call them. A thread is asked about by its channel. */
export function missingForReading(guild: GuildFacts, member: MemberFacts, channel: ChannelFacts): string[] {
  const held = guildPermissions(guild, member)
  if (held === allPermissions) return []
  const places = placesOf(guild.guildId, [channel])
  const [place] = places.list
  const [flags = 0] = flagsIn(places, withKnownRoles(guild, member), held)
  const missing = (place?.needed ?? READING) & ~(place?.isKnown ? flags : 0)
  return Object.entries(NAMES).flatMap(([name, flag]) => ((missing & flag) === 0 ? [] : [name]))
}

/** The permissions that decide who reads a channel, as bits of a small number: a guild has thousands of overwrites, and big integers are slow. */
const Flag = { view: 1, history: 2, connect: 4, threads: 8 } as const
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

/** The same few numbers stand in most overwrites of a guild. */
function createParser(): (text: string) => number {
  const known = new Map<string, number>()
  return (text) => {
    const flags = known.get(text) ?? toFlags(BigInt(text))
    known.set(text, flags)
    return flags
  }
}

/** What a member has in each place: what they have in the guild, then the overwrites for @everyone, for the roles together, and for the member. */
function flagsIn({ guildId, list, overwrites }: Places, member: MemberFacts, held: bigint): Uint8Array {
  const flags = new Uint8Array(list.length).fill(toFlags(held))
  const apply = (given: readonly Overwrite[] = []) => {
    for (const { at, allow, deny } of given) flags[at] = ((flags[at] ?? 0) & ~deny) | allow
  }
  apply(overwrites.get(guildId))
  const allowed = new Uint8Array(list.length)
  for (const roleId of member.roleIds) {
    if (roleId === guildId) continue
    for (const { at, allow, deny } of overwrites.get(roleId) ?? []) {
      flags[at] = (flags[at] ?? 0) & ~deny
      allowed[at] = (allowed[at] ?? 0) | allow
    }
  }
  for (const [at, allow] of allowed.entries()) flags[at] = (flags[at] ?? 0) | allow
  apply(overwrites.get(`member:${member.userId}`))
  return flags
}
