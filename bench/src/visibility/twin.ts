import { addToThread, DEMO, startTwin, type Twin } from '@dcs/discord-twin'
import { ChannelType } from 'discord.js'
import { createRandom, type Random } from '../chaos/random.ts'
import { createIds, makeGuild, type RawGuild, type RawPerson } from './cases.ts'
import type { Comparison } from './compare.ts'
import { ourGrant, threadsOf, toChannelFacts, toFacts } from './ours.ts'

const NO_MESSAGES: readonly ChannelType[] = [ChannelType.GuildCategory, ChannelType.GuildForum, ChannelType.GuildMedia]
const ROLE_SETS = 6

/**
 * Has a bot with ever other roles, in time-outs and without, ask the twin for the messages of channels and threads of random guilds; each has a message. Whether it gets
 * that must be what the rule says of the bot.
 */
export async function compareWithTwin(cases: number, seed: number): Promise<Comparison> {
  const random = createRandom(seed)
  const newId = createIds(random)
  const result: Comparison = { cases: 0, seen: 0, differences: 0, examples: [] }
  const twin = await startTwin()
  try {
    while (result.cases < cases) {
      const { raw, bot } = toBotsGuild(
        makeGuild(random, newId, { people: 3, channels: 20, roles: 6 }),
        twin.world.botId,
      )
      build(twin, raw)
      for (let set = 0; set < ROLE_SETS; set += 1) await compareAs(twin, raw, changeBot(random, raw, bot), result)
      twin.world.removeBot(raw.id)
    }
  } finally {
    await twin.close()
  }
  return result
}

/** The guild with the bot in the place of its first person. */
function toBotsGuild(made: RawGuild, botId: string): { raw: RawGuild; bot: RawPerson } {
  const [first] = made.people
  if (!first) throw new Error('A guild without people.')
  const text = JSON.stringify({ ...made, isUnavailable: false }).replaceAll(first.id, botId)
  const raw = JSON.parse(text) as RawGuild
  const bot = { ...first, id: botId, isMember: true, isPending: false, timedOutUntil: null, showsAgeRestricted: true }
  return { raw: { ...raw, people: [bot] }, bot }
}

function changeBot(random: Random, { roles }: RawGuild, bot: RawPerson): RawPerson {
  const roleIds = roles.slice(1).flatMap(({ id }) => (random.next() < 0.4 ? [id] : []))
  return { ...bot, roleIds, timedOutUntil: random.next() < 0.3 ? new Date(Date.now() + 3_600_000) : null }
}

function build({ world }: Twin, raw: RawGuild): void {
  const everyone = BigInt(raw.roles[0]?.permissions ?? 0)
  world.addGuild({ id: raw.id, name: raw.id, icon: null, ownerId: raw.ownerId, everyone })
  world.joinBot(raw.id)
  world.setMember(raw.id, DEMO.people.jonas, [])
  for (const { id, permissions } of raw.roles.slice(1))
    world.setRole(raw.id, { id, name: id, permissions: BigInt(permissions) })
  for (const { id, type, parentId, nsfw, overwrites, memberIds } of raw.channels) {
    const isThread = type >= ChannelType.AnnouncementThread && type <= ChannelType.PrivateThread
    const channel = world.createChannel({
      guildId: raw.id,
      id,
      name: 'sample',
      type,
      parentId,
      nsfw,
      overwrites,
      ...(isThread ? { ownerId: DEMO.people.jonas } : {}),
    })
    if (memberIds.includes(world.botId)) addToThread(world, channel, world.botId)
    if (!NO_MESSAGES.includes(type))
      world.postMessage({ channelId: id, authorId: DEMO.people.jonas, content: 'something to read' })
  }
}

async function compareAs(twin: Twin, raw: RawGuild, bot: RawPerson, result: Comparison): Promise<void> {
  twin.world.setMember(raw.id, bot.id, bot.roleIds, { timedOutUntil: bot.timedOutUntil })
  const grant = ourGrant(toFacts(raw), raw.channels.map(toChannelFacts), bot, {
    threadIds: threadsOf(raw, bot),
    ageRestricted: 'viewer-choice',
  })
  for (const channel of raw.channels) {
    if (NO_MESSAGES.includes(channel.type)) continue
    const answer = await fetch(`${twin.apiUrl}/v10/channels/${channel.id}/messages?limit=1`, {
      headers: { authorization: `Bot ${twin.botToken}` },
    })
    const body: unknown = await answer.json()
    if (answer.status !== 200 && answer.status !== 403) throw new Error(`The twin answered ${answer.status}.`)
    const isRead = answer.status === 200 && Array.isArray(body) && body.length === 1
    result.cases += 1
    if (isRead) result.seen += 1
    if (isRead === (grant?.channelIds.includes(channel.id) ?? false)) continue
    result.differences += 1
    if (result.examples.length < 5)
      result.examples.push(
        `the twin ${isRead ? 'shows' : 'refuses'}: ${JSON.stringify({ bot, channel, roles: raw.roles })}`,
      )
  }
}
