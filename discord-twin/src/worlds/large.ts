import { ChannelType, OverwriteType, PermissionFlagsBits as Bits, type APIOverwrite } from 'discord-api-types/v10'
import * as z from 'zod'
import { ChannelHistory, firstIdOf, Neighbours, type HistoryPlan } from '../world/generated/history.ts'
import { mix, pick } from '../world/generated/hash.ts'
import { DEMO } from '../world/demo.ts'
import { isThreadType } from '../world/permissions.ts'
import type { Channel } from '../world/types.ts'
import { World } from '../world/world.ts'
import { layout, shareOut, type Access, type Place } from './layout.ts'
import { addPeople } from './people.ts'

const zDate = z.union([z.date(), z.iso.datetime().transform((text) => new Date(text))])

/** What a large world is made of. `channels` counts channels and threads that hold messages, at most 1023. */
export const zLargeWorld = z.strictObject({
  seed: z.int().min(0).max(0xffff_ffff).default(1),
  messages: z.int().min(1).max(1_000_000_000).default(10_000_000),
  channels: z.int().min(1).max(1023).default(200),
  /** One for a thousand messages when left out. */
  clips: z.int().min(0).optional(),
  people: z.int().min(2).max(100_000).default(400),
  /** One for every fifty channels when left out. */
  guilds: z.int().min(1).max(200).optional(),
  from: zDate.default(new Date('2024-01-01T00:00:00Z')),
  to: zDate.default(new Date('2026-07-01T00:00:00Z')),
})

export type LargeWorldOptions = z.input<typeof zLargeWorld>

type Settings = z.output<typeof zLargeWorld>
type Slot = Place & { guild: number; ordinal: number; round: number; size: number; clipCount: number }

const MEMBER =
  Bits.ViewChannel |
  Bits.SendMessages |
  Bits.ReadMessageHistory |
  Bits.Connect |
  Bits.AttachFiles |
  Bits.EmbedLinks |
  Bits.AddReactions |
  Bits.SendMessagesInThreads |
  Bits.CreatePublicThreads |
  Bits.CreatePrivateThreads |
  Bits.SendPolls |
  Bits.UseApplicationCommands
const DAY = 86_400_000

/** A world of any size that is the same for the same settings. Its messages are computed when somebody reads them, so that its size costs nothing. */
export function createLargeWorld(options: LargeWorldOptions = {}): World {
  const settings = zLargeWorld.parse(options)
  const world = new World({ id: DEMO.bot, username: 'Clip Saver', globalName: null, avatar: 'avatar-12', bot: true })
  const created = new Date(settings.from.getTime() - 30 * DAY)
  const people = addPeople(world, settings)
  const guildCount = settings.guilds ?? Math.max(1, Math.round(settings.channels / 50))
  const slots = planChannels(settings, guildCount)
  for (let guild = 0; guild < guildCount; guild++) {
    const owner = guild % people.length
    const members = people.filter(
      (_, index) => index === owner || index % guildCount === guild || mix(settings.seed, guild, index) % 5 === 0,
    )
    const own = slots.filter((slot) => slot.guild === guild)
    addGuild(world, settings, { index: guild, members, slots: own, created })
  }
  return world
}

/** Deals the channels out to the guilds and the messages and clips to the channels. */
function planChannels(
  { channels, messages, clips = Math.floor(messages / 1000) }: Settings,
  guildCount: number,
): Slot[] {
  const places = Array.from({ length: channels }, (_, index) => {
    const turn = Math.floor(index / guildCount)
    return {
      ...pick(layout, turn),
      guild: index % guildCount,
      ordinal: index + 1,
      round: Math.floor(turn / layout.length),
    }
  })
  const sizes = shareOut(
    messages,
    places.map((place) => place.messages),
  )
  // A message may have to carry one clip each, and a history has more than clips.
  const clipCounts = shareOut(
    clips,
    places.map((place) => place.clips),
    sizes.map((size) => Math.floor(size / 2)),
  )
  return places.map((place, index) => ({ ...place, size: sizes[index] ?? 0, clipCount: clipCounts[index] ?? 0 }))
}

function addGuild(
  world: World,
  settings: Settings,
  plan: { index: number; members: readonly string[]; slots: readonly Slot[]; created: Date },
): void {
  const { index, members, slots, created } = plan
  const guildId = world.nextId(created)
  const [owner = ''] = members
  world.addGuild({
    id: guildId,
    name: `${pick(['The Arcade', 'Night Shift', 'Frame Hunters', 'Couch League', 'Respawn Point'], index)} ${index + 1}`,
    icon: `icon-${1 + (index % 5)}`,
    ownerId: owner,
    everyone: MEMBER,
  })
  const role = (name: string, permissions: bigint, color: number) =>
    world.setRole(guildId, { id: world.nextId(created), name, permissions, color }).id
  const roles = {
    guildId,
    veteran: role('Veteran', 0n, 0xffd166),
    moderator: role('Moderator', MEMBER | Bits.ManageMessages | Bits.ManageThreads, 0x5ea8ff),
    bot: role('Clip Saver', MEMBER | Bits.ManageThreads, 0),
  }
  for (const [position, userId] of members.entries()) {
    const luck = mix(settings.seed, position, 21) % 20
    const own = [...(luck < 5 ? [roles.veteran] : []), ...(luck === 0 ? [roles.moderator] : [])]
    const joinedAt = new Date(created.getTime() + (mix(settings.seed, position, 22) % (20 * DAY)))
    world.setMember(guildId, userId, own, { joinedAt })
  }
  world.joinBot(guildId, [roles.bot])
  const webhook = { id: world.nextId(created), name: 'Match results' }
  addChannels(world, settings, { roles, members, slots, created, webhook })
}

type Roles = { guildId: string; veteran: string; moderator: string; bot: string }

function addChannels(
  world: World,
  settings: Settings,
  plan: {
    roles: Roles
    members: readonly string[]
    slots: readonly Slot[]
    created: Date
    webhook: HistoryPlan['webhook']
  },
): void {
  const { roles, members, slots, created: date, webhook } = plan
  const { guildId } = roles
  const made = new Map<string, Channel>()
  const neighbours = new Neighbours()
  const category = (round: number) => {
    const key = `category ${round}`
    const known = made.get(key)
    if (known) return known
    const type = ChannelType.GuildCategory
    const channel = world.createChannel({ guildId, name: round === 0 ? 'games' : `games ${round + 1}`, type, date })
    made.set(key, channel)
    return channel
  }
  const parentOf = ({ parent = '', round }: Slot): Channel => {
    const key = `${parent} ${round}`
    const known = made.get(key)
    if (known) return known
    const type = parent === 'gallery' ? ChannelType.GuildMedia : ChannelType.GuildForum
    const parentId = category(round).id
    const forum = world.createChannel({ guildId, name: named(parent, round, '-'), type, parentId, date, tags: [] })
    made.set(key, forum)
    return forum
  }
  for (const slot of slots) {
    const isThread = isThreadType(slot.type)
    const parent = isThread ? parentOf(slot) : category(slot.round)
    const history: HistoryPlan = {
      seed: settings.seed,
      ordinal: slot.ordinal,
      guildId,
      size: slot.size,
      clips: slot.clipCount,
      ...spanOf(slot, settings),
      authorIds: authorsOf(world, slot, roles, members, settings.seed),
      webhook,
    }
    const started = new Date(isThread ? history.from - 1 : date.getTime())
    const isPost = isThread && parent.forum !== null && slot.size > 0
    const ownerId = pick(history.authorIds, mix(settings.seed, slot.ordinal, 23))
    const channel = world.createChannel({
      guildId,
      name: named(slot.name, slot.round, isThread ? ' ' : '-'),
      type: slot.type,
      parentId: parent.id,
      nsfw: slot.nsfw ?? false,
      overwrites: isThread ? [] : overwritesFor(slot.access, roles),
      date: started,
      ...(isPost ? { id: firstIdOf(history) } : {}),
      ...(isThread
        ? { ownerId, thread: { archived: slot.archived ?? false, archivedAt: new Date(history.to + slot.ordinal) } }
        : {}),
      history: (channelId) => new ChannelHistory(history, channelId, neighbours),
    })
    for (const userId of isThread ? history.authorIds : []) channel.thread?.members.set(userId, started)
    if (channel.thread) channel.thread.totalMessages = slot.size - (isPost ? 1 : 0)
    made.set(`${slot.name} ${slot.round}`, channel)
  }
}

/** Threads begin in the middle of the time of the world, and archived ones end before it does. */
function spanOf(slot: Slot, { from, to }: Settings): { from: number; to: number } {
  const [begin, end] = [from.getTime(), to.getTime()]
  if (!isThreadType(slot.type)) return { from: begin, to: end }
  const started = begin + Math.floor((end - begin) * (0.2 + 0.05 * (slot.ordinal % 5)))
  return { from: started, to: slot.archived ? Math.floor((started + end) / 2) : end }
}

/** Up to sixty members who may read a channel; in a private thread a handful. */
function authorsOf(
  world: World,
  slot: Slot,
  { guildId, veteran, moderator }: Roles,
  members: readonly string[],
  seed: number,
): string[] {
  const guild = world.requireGuild(guildId)
  const needed =
    slot.access === 'veterans' ? veteran : ['moderators', 'hidden-from-bot'].includes(slot.access) ? moderator : null
  const able = members.filter(
    (id) => needed === null || id === guild.ownerId || guild.members.get(id)?.roleIds.includes(needed),
  )
  const start = mix(seed, slot.ordinal, 24) % able.length
  const count = slot.type === ChannelType.PrivateThread ? 5 : 60
  return [...able.slice(start), ...able.slice(0, start)].slice(0, count)
}

function overwritesFor(access: Access, { guildId, veteran, moderator, bot }: Roles): APIOverwrite[] {
  const only = (...ids: string[]) => [deny(guildId, Bits.ViewChannel), ...ids.map((id) => allow(id, Bits.ViewChannel))]
  if (access === 'veterans') return only(veteran, bot)
  if (access === 'moderators') return only(moderator, bot)
  if (access === 'hidden-from-bot') return only(moderator)
  return access === 'no-history-for-bot' ? [deny(bot, Bits.ReadMessageHistory)] : []
}

function deny(id: string, bits: bigint): APIOverwrite {
  return { id, type: OverwriteType.Role, allow: '0', deny: bits.toString() }
}

function allow(id: string, bits: bigint): APIOverwrite {
  return { id, type: OverwriteType.Role, allow: bits.toString(), deny: '0' }
}

function named(name: string, round: number, separator: string): string {
  return round === 0 ? name : `${name}${separator}${round + 1}`
}
