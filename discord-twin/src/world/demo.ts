import { ChannelType, OverwriteType, PermissionFlagsBits as Bits, type APIOverwrite } from 'discord-api-types/v10'
import { demoMessages } from './demo-messages.ts'
import type { Channel } from './types.ts'
import type { NewChannel } from './drafts.ts'
import { World } from './world.ts'

/** Ids of what tests and the demo name. People's ids are of the lengths that exist: 17, 18 and 19 digits. */
export const DEMO = {
  bot: '1180000000000000001',
  people: {
    mara: '80351110224678912',
    jonas: '175928847299117063',
    aiko: '249812345678901248',
    theo: '312345678901234567',
    lena: '401234567890123456',
    sam: '512345678901234567',
    nils: '623456789012345678',
    rosa: '1034567890123456789',
    vik: '1101234567890123456',
    guest: '1250000000000000042',
  },
  guilds: {
    squad: '81384788765712384',
    lan: '613425648685547541',
    speedrun: '1098765432109876543',
    private: '1201234567890123456',
  },
  /** A guild that has not invited the bot yet; Mara may. */
  uninvited: '1290000000000000077',
} as const

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
const BOT = Bits.ViewChannel | Bits.ReadMessageHistory | Bits.SendMessages | Bits.Connect

/** The demo world: four guilds of friends who play, the same at every start. */
export function createDemoWorld(): World {
  const world = new World({ id: DEMO.bot, username: 'Clip Saver', globalName: null, avatar: 'avatar-12', bot: true })
  addPeople(world)
  const places = {
    ...addSquad(world),
    ...addLan(world),
    ...addSpeedrun(world),
    ...addPrivate(world),
    ...addUninvited(world),
  }
  for (const post of demoMessages()) {
    const { place, author, at, forward, reactions = [], ...message } = post
    const { id, channelId } = world.postMessage({
      ...message,
      channelId: places[place].id,
      authorId: DEMO.people[author],
      date: new Date(at),
      ...(forward ? { forwardOf: findByFile(places[forward.place], forward.key) } : {}),
    })
    if (reactions.length > 0)
      world.updateMessage(channelId, id, {
        reactions: reactions.map(([name, ...people]) => ({
          emoji: { id: null, name },
          userIds: people.map((person) => DEMO.people[person]),
        })),
      })
  }
  return world
}

/** The channels of the demo by short names. */
export type DemoPlace =
  | keyof ReturnType<typeof addSquad>
  | keyof ReturnType<typeof addLan>
  | keyof ReturnType<typeof addSpeedrun>
  | keyof ReturnType<typeof addPrivate>
  | keyof ReturnType<typeof addUninvited>

function addPeople(world: World): void {
  const names: Record<keyof typeof DEMO.people, [username: string, globalName: string]> = {
    mara: ['mara.k', 'Mara'],
    jonas: ['jonas_plays', 'Jonas'],
    aiko: ['aiko', 'Aiko'],
    theo: ['theodore', 'Theo'],
    lena: ['lenaontour', 'Lena'],
    sam: ['samsam', 'Sam'],
    nils: ['nils0815', 'Nils'],
    rosa: ['rosa.rocket', 'Rosa'],
    vik: ['vik', 'Vik'],
    guest: ['quietguest', 'Guest'],
  }
  for (const [index, key] of (Object.keys(names) as (keyof typeof names)[]).entries()) {
    const [username, globalName] = names[key]
    world.addPerson({ id: DEMO.people[key], username, globalName, avatar: `avatar-${index + 1}` })
  }
}

function addSquad(world: World) {
  const { people, guilds } = DEMO
  const guildId = guilds.squad
  world.addGuild({
    id: guildId,
    name: 'The Night Squad',
    icon: 'icon-1',
    ownerId: people.mara,
    everyone: MEMBER,
    description: 'Five friends, too many games',
  })
  const moderator = role(world, guildId, 'Moderator', MEMBER | Bits.ManageMessages | Bits.ManageGuild, 0x5ea8ff)
  const veteran = role(world, guildId, 'Veteran', 0n, 0xffd166)
  const bot = role(world, guildId, 'Clip Saver', BOT, 0)
  join(world, guildId, { mara: [], jonas: [moderator], aiko: [veteran], theo: [veteran], lena: [], sam: [], nils: [] })
  const games = channel(world, guildId, 'games', { type: ChannelType.GuildCategory })
  const clips = channel(world, guildId, 'clips', { parentId: games.id, topic: 'Only the best moments' })
  const general = channel(world, guildId, 'general', { parentId: games.id })
  const rockets = channel(world, guildId, 'rocket-goals', { parentId: games.id })
  const voice = channel(world, guildId, 'Lobby', { type: ChannelType.GuildVoice })
  const staff = channel(world, guildId, 'staff', {
    overwrites: [deny(guildId, Bits.ViewChannel), allow(moderator, Bits.ViewChannel), allow(bot, Bits.ViewChannel)],
  })
  const veterans = channel(world, guildId, 'veterans', {
    overwrites: [deny(guildId, Bits.ViewChannel), allow(veteran, Bits.ViewChannel), allow(bot, Bits.ViewChannel)],
  })
  const late = channel(world, guildId, 'after-dark', { nsfw: true })
  const mute = channel(world, guildId, 'no-history', { overwrites: [deny(bot, Bits.ReadMessageHistory)] })
  channel(world, guildId, 'owners-only', { overwrites: [deny(guildId, Bits.ViewChannel)] })
  const thread = channel(world, guildId, 'season finale', {
    type: ChannelType.PublicThread,
    parentId: clips.id,
    ownerId: people.aiko,
    date: '2026-02-14T20:00:00Z',
  })
  const summer = channel(world, guildId, 'summer 2025', {
    type: ChannelType.PublicThread,
    parentId: clips.id,
    ownerId: people.sam,
    date: '2025-07-20T18:00:00Z',
    thread: { archived: true, archivedAt: new Date('2025-08-31T18:00:00Z') },
  })
  const surprise = channel(world, guildId, 'birthday surprise', {
    type: ChannelType.PrivateThread,
    parentId: general.id,
    ownerId: people.lena,
    date: '2026-05-02T18:00:00Z',
    thread: { invitable: false },
  })
  surprise.thread?.members.set(people.jonas, new Date('2026-05-02T18:01:00Z'))
  world.joinBot(guildId, [bot])
  return { clips, general, rockets, voice, staff, veterans, late, mute, thread, summer, surprise, games }
}

function addLan(world: World) {
  const { people, guilds } = DEMO
  const guildId = guilds.lan
  world.addGuild({ id: guildId, name: 'LAN im Keller', icon: 'icon-2', ownerId: people.theo, everyone: MEMBER })
  const crew = role(world, guildId, 'Crew', MEMBER | Bits.Administrator, 0xff7a59)
  const bot = role(world, guildId, 'Clip Saver', BOT, 0)
  join(world, guildId, { theo: [], mara: [crew], jonas: [], lena: [], rosa: [] })
  const lanClips = channel(world, guildId, 'clips-2025', { date: '2025-01-20T10:00:00Z' })
  const lanChat = channel(world, guildId, 'chat', { date: '2025-01-20T10:00:01Z' })
  const news = channel(world, guildId, 'announcements', {
    type: ChannelType.GuildAnnouncement,
    date: '2025-01-20T10:00:02Z',
  })
  const forum = channel(world, guildId, 'highlights', {
    type: ChannelType.GuildForum,
    date: '2025-01-20T10:00:03Z',
    tags: [ROUND_ONE, { ...ROUND_ONE, id: '1330000000000000002', name: 'Round two', emoji_name: '🥈' }],
  })
  const post = channel(world, guildId, 'best of round one', {
    type: ChannelType.PublicThread,
    parentId: forum.id,
    ownerId: people.lena,
    date: '2025-03-15T22:00:00Z',
    thread: { appliedTags: [ROUND_ONE.id] },
  })
  world.joinBot(guildId, [bot])
  return { lanClips, lanChat, news, forum, post }
}

function addSpeedrun(world: World) {
  const { people, guilds } = DEMO
  const guildId = guilds.speedrun
  world.addGuild({ id: guildId, name: 'Frame Perfect', icon: 'icon-3', ownerId: people.rosa, everyone: MEMBER })
  const bot = role(world, guildId, 'Clip Saver', BOT, 0)
  join(world, guildId, { rosa: [], aiko: [], vik: [], nils: [] })
  const runs = channel(world, guildId, 'runs', { date: '2025-04-02T10:00:00Z' })
  const fails = channel(world, guildId, 'fails', { date: '2025-04-02T10:00:01Z' })
  const media = channel(world, guildId, 'gallery', { type: ChannelType.GuildMedia, date: '2025-04-02T10:00:02Z' })
  world.joinBot(guildId, [bot])
  return { runs, fails, media }
}

function addPrivate(world: World) {
  const { people, guilds } = DEMO
  const guildId = guilds.private
  world.addGuild({ id: guildId, name: 'Studio Vik', icon: 'icon-4', ownerId: people.vik, everyone: MEMBER })
  const bot = role(world, guildId, 'Clip Saver', BOT, 0)
  join(world, guildId, { vik: [], rosa: [] })
  const drafts = channel(world, guildId, 'drafts', { date: '2025-06-01T10:00:00Z' })
  world.joinBot(guildId, [bot])
  return { drafts }
}

function addUninvited(world: World) {
  const { people } = DEMO
  const guildId = DEMO.uninvited
  world.addGuild({ id: guildId, name: 'Sunday Board Games', icon: 'icon-5', ownerId: people.mara, everyone: MEMBER })
  join(world, guildId, { mara: [], lena: [], guest: [] })
  const table = channel(world, guildId, 'table-talk', { date: '2025-10-05T10:00:00Z' })
  return { table }
}

const ROUND_ONE = {
  id: '1330000000000000001',
  name: 'Round one',
  moderated: false,
  emoji_id: null,
  emoji_name: '🥇',
}

function role(world: World, guildId: string, name: string, permissions: bigint, color: number): string {
  return world.setRole(guildId, { id: world.nextId(new Date('2024-11-02T10:00:00Z')), name, permissions, color }).id
}

function join(world: World, guildId: string, members: Partial<Record<keyof typeof DEMO.people, string[]>>): void {
  for (const [key, roles] of Object.entries(members))
    world.setMember(guildId, DEMO.people[key as keyof typeof DEMO.people], roles ?? [])
}

function channel(
  world: World,
  guildId: string,
  name: string,
  options: {
    type?: ChannelType
    parentId?: string
    topic?: string
    nsfw?: boolean
    overwrites?: APIOverwrite[]
    ownerId?: string
    date?: string
    thread?: NewChannel['thread']
    tags?: NewChannel['tags']
  },
): Channel {
  const { date = '2024-11-02T10:00:00Z', ...rest } = options
  return world.createChannel({ guildId, name, ...rest, date: new Date(date) })
}

function deny(id: string, bits: bigint): APIOverwrite {
  return { id, type: OverwriteType.Role, allow: '0', deny: bits.toString() }
}

function allow(id: string, bits: bigint): APIOverwrite {
  return { id, type: OverwriteType.Role, allow: bits.toString(), deny: '0' }
}

function findByFile(channelWithFile: Channel, key: string): { channelId: string; messageId: string } {
  const message = [...channelWithFile.messages].find(({ attachments }) =>
    attachments.some(({ mediaKey }) => mediaKey === key),
  )
  if (!message) throw new RangeError(`${channelWithFile.name} has no message with ${key}`)
  return { channelId: channelWithFile.id, messageId: message.id }
}
