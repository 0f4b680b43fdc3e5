import {
  allPermissions,
  guildPermissions,
  Permission,
  type ChannelFacts,
  type GuildFacts,
  type MemberFacts,
} from './permissions.ts'
import { placesOf, readablePlaces, withKnownRoles, type Places } from './reading.ts'

declare const granted: unique symbol

/** What roles of a guild may be allowed to do here. */
export const ABILITIES = ['tag', 'edit', 'delete', 'stats'] as const
export type Ability = (typeof ABILITIES)[number]

/** Proof that a person may look into a guild, with what they may see and do there. Made only here. */
export type GuildAccess<L extends 'view' | 'manage' = 'view' | 'manage'> = {
  readonly userId: string
  readonly guildId: string
  readonly level: L
  /** Channels whose clips the person may see here. */
  readonly channelIds: readonly string[]
  /** Channels that Discord shows them: these, and the age-restricted ones whose clips are not shown. */
  readonly shownChannelIds: readonly string[]
  readonly abilities: Readonly<Record<Ability, boolean>>
  readonly [granted]: true
}

/** A person in a guild, as Discord last said. */
export type PersonFacts = MemberFacts & {
  /** Has not accepted the rules of the guild yet (membership screening). */
  isPending: boolean
  timeoutUntil: Date | null
}

/** What else decides. */
export type Circumstances = {
  now: Date
  /** Private threads that the person is in. */
  threadIds: ReadonlySet<string>
  /** Whether the person wants to see clips of age-restricted channels. */
  showsAgeRestricted: boolean
  /** What the guild's settings say: roles by ability, and whether clips of age-restricted channels are shown at all. */
  rights: Readonly<Record<Ability, readonly string[]>> & { ageRestricted: 'hide' | 'viewer-choice' }
}

/**
 * The grant of a member, or null for somebody who sees nothing of the guild: who is not in it, who has not accepted its rules, and everybody while Discord says that it is
 * unavailable. `channels` are all stored channels of the guild, or what `placesOf` made of them. What is not known counts as no.
 */
export function grantAccess(
  guild: GuildFacts & { isUnavailable: boolean },
  member: PersonFacts | null,
  channels: readonly (ChannelFacts & { isAgeRestricted: boolean })[] | Places,
  { now, threadIds, showsAgeRestricted, rights }: Circumstances,
): GuildAccess | null {
  const isOwner = member !== null && guild.ownerId === member.userId
  if (member === null || guild.isUnavailable || (member.isPending && !isOwner)) return null
  const person = withKnownRoles(guild, member)
  const held = guildPermissions(guild, person)
  const isOut = isTimedOut(person, held, now)
  const isManager = (held & Permission.ManageGuild) !== 0n && !isOut
  const places = 'overwrites' in channels ? channels : placesOf(guild.guildId, channels)
  const shown = readablePlaces(places, person, held, { threadIds, isTimedOut: isOut })
  const showsAll = showsAgeRestricted && rights.ageRestricted === 'viewer-choice'
  const clipPlaces = showsAll ? shown : shown.filter((place) => !place.isAgeRestricted)
  return {
    userId: person.userId,
    guildId: guild.guildId,
    level: isManager ? 'manage' : 'view',
    channelIds: clipPlaces.map(({ channelId }) => channelId),
    shownChannelIds: shown.map(({ channelId }) => channelId),
    abilities: isManager ? EVERYTHING : abilitiesOf(guild.guildId, person, isOut ? null : rights),
  } as unknown as GuildAccess
}

/** Narrows a grant to the right to manage. */
export function mayManage(access: GuildAccess): access is GuildAccess<'manage'> {
  return access.level === 'manage'
}

/** Whether a grant allows something with clips that are not the person's own. */
export function may(access: GuildAccess, ability: Ability): boolean {
  return access.abilities[ability]
}

const EVERYTHING: Readonly<Record<Ability, boolean>> = { tag: true, edit: true, delete: true, stats: true }

/** `rights` null: none count. */
function abilitiesOf(
  guildId: string,
  person: PersonFacts,
  rights: Circumstances['rights'] | null,
): Record<Ability, boolean> {
  const isHeld = (role: string) => role === guildId || person.roleIds.includes(role)
  const has = (ability: Ability) => rights?.[ability].some(isHeld) ?? false
  return { tag: has('tag'), edit: has('edit'), delete: has('delete'), stats: has('stats') }
}

/** Somebody in a time-out keeps only what reading needs; owners and administrators cannot be timed out (https://docs.discord.com/developers/topics/permissions#permissions-for-timed-out-members). */
function isTimedOut({ timeoutUntil }: PersonFacts, held: bigint, now: Date): boolean {
  return timeoutUntil !== null && timeoutUntil > now && held !== allPermissions
}
