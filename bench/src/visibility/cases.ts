import { ChannelType, OverwriteType, PermissionFlagsBits as Bits } from 'discord.js'
import type { Random } from '../chaos/random.ts'

/** A guild as Discord would send it, with what each of its people is in and wants. */
export type RawGuild = {
  id: string
  ownerId: string
  isUnavailable: boolean
  roles: { id: string; permissions: string }[]
  channels: RawChannel[]
  people: RawPerson[]
}

/** A channel or thread; `memberIds` are the people who are in a private thread. */
export type RawChannel = {
  id: string
  type: ChannelType
  parentId: string | null
  nsfw: boolean
  overwrites: { id: string; type: OverwriteType; allow: string; deny: string }[]
  memberIds: string[]
}

/** A member, or somebody who has left. */
export type RawPerson = {
  id: string
  isMember: boolean
  roleIds: string[]
  isPending: boolean
  timedOutUntil: Date | null
  showsAgeRestricted: boolean
}

type Size = { people: number; channels: number; roles: number }
type Targets = { guildId: string; roleIds: readonly string[]; personIds: readonly string[] }

const TOP = [
  ChannelType.GuildText,
  ChannelType.GuildText,
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
  ChannelType.GuildVoice,
  ChannelType.GuildStageVoice,
]
const WITH_THREADS: readonly ChannelType[] = [
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
]
const DECISIVE = [Bits.ViewChannel, Bits.ReadMessageHistory, Bits.Connect, Bits.ManageThreads]
/** They must not decide anything. */
const OTHERS = [Bits.SendMessages, Bits.ManageMessages, Bits.ManageRoles, Bits.ModerateMembers, 1n << 51n]
const HOUR_MS = 3_600_000

/** A random guild: `people` times `channels` cases. Some of what Discord has only seldom is frequent here. */
export function makeGuild(random: Random, newId: () => string, size: Size): RawGuild {
  const id = newId()
  const roleIds = Array.from({ length: size.roles }, newId)
  const people = Array.from({ length: size.people }, () => makePerson(random, newId(), roleIds))
  const targets = { guildId: id, roleIds, personIds: people.map((person) => person.id) }
  const channels: RawChannel[] = []
  while (channels.length < size.channels) channels.push(makeChannel(random, newId(), channels, targets))
  return {
    id,
    ownerId: chance(random, 0.5) ? random.pick(people).id : newId(),
    isUnavailable: chance(random, 0.03),
    roles: [
      { id, permissions: String(makeBits(random, 0.6) | (chance(random, 0.01) ? Bits.Administrator : 0n)) },
      ...roleIds.map((roleId) => ({ id: roleId, permissions: String(rolePermissions(random)) })),
    ],
    channels,
    people,
  }
}

/** Ids that grow as Discord's do, and have as many digits. */
export function createIds(random: Random): () => string {
  let last = 1_000_000_000_000_000_000n
  return () => String((last += 1n + BigInt(random.below(1_000))))
}

function chance(random: Random, share: number): boolean {
  return random.next() < share
}

function rolePermissions(random: Random): bigint {
  const rare = random.next()
  return makeBits(random, 0.25) | (rare < 0.04 ? Bits.Administrator : rare < 0.15 ? Bits.ManageGuild : 0n)
}

function makePerson(random: Random, id: string, roleIds: readonly string[]): RawPerson {
  const shift = chance(random, 0.5) ? HOUR_MS : -HOUR_MS
  return {
    id,
    isMember: chance(random, 0.95),
    roleIds: roleIds.filter(() => chance(random, 0.3)),
    isPending: chance(random, 0.05),
    timedOutUntil: chance(random, 0.2) ? new Date(Date.now() + shift) : null,
    showsAgeRestricted: chance(random, 0.5),
  }
}

function makeChannel(random: Random, id: string, before: readonly RawChannel[], targets: Targets): RawChannel {
  const parents = before.filter(({ type }) => WITH_THREADS.includes(type))
  if (parents.length > 0 && chance(random, 0.35)) return makeThread(random, id, random.pick(parents), targets)
  // Overwrites of a category count for nothing: its channels have their own.
  const category = before.find(({ type }) => type === ChannelType.GuildCategory)
  return {
    id,
    type: category ? random.pick(TOP) : ChannelType.GuildCategory,
    parentId: category && chance(random, 0.5) ? category.id : null,
    nsfw: category !== undefined && chance(random, 0.15),
    overwrites: makeOverwrites(random, targets),
    memberIds: [],
  }
}

function makeThread(random: Random, id: string, parent: RawChannel, { personIds }: Targets): RawChannel {
  const isPrivate = parent.type === ChannelType.GuildText && chance(random, 0.6)
  const open = parent.type === ChannelType.GuildAnnouncement ? ChannelType.AnnouncementThread : ChannelType.PublicThread
  return {
    id,
    type: isPrivate ? ChannelType.PrivateThread : open,
    parentId: parent.id,
    nsfw: false,
    overwrites: [],
    memberIds: personIds.filter(() => isPrivate && chance(random, 0.4)),
  }
}

function makeOverwrites(random: Random, { guildId, roleIds, personIds }: Targets): RawChannel['overwrites'] {
  const make = (id: string, type: OverwriteType) => ({
    id,
    type,
    allow: String(makeBits(random, 0.25)),
    deny: String(makeBits(random, 0.25)),
  })
  const chosen = [
    ...(chance(random, 0.4) ? [make(guildId, OverwriteType.Role)] : []),
    ...roleIds.filter(() => chance(random, 0.2)).map((id) => make(id, OverwriteType.Role)),
    ...personIds.filter(() => chance(random, 0.1)).map((id) => make(id, OverwriteType.Member)),
  ]
  // Discord promises no order.
  return chance(random, 0.5) ? chosen : chosen.toReversed()
}

function makeBits(random: Random, share: number): bigint {
  const bits = [...DECISIVE.filter(() => chance(random, share)), ...OTHERS.filter(() => chance(random, 0.3))]
  return bits.reduce((sum, bit) => sum | bit, 0n)
}
