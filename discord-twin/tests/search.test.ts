import { API } from '@discordjs/core'
import { DiscordAPIError, REST } from '@discordjs/rest'
import { EmbedType } from 'discord-api-types/v10'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLargeWorld, DEMO, truthOfClips, World, type SearchOptions, type TwinOptions } from '../src/index.ts'
import { WALK_LIMIT } from '../src/search/find.ts'
import { compareIds } from '../src/snowflake.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'

type Answer = {
  total_results: number
  doing_deep_historical_index: boolean
  messages: { id: string; channel_id: string; content: string; hit: boolean }[][]
  threads?: { id: string }[]
  members?: { id: string; user_id: string }[]
}

let twin: CheckedTwin
let rest: REST

async function start(options: TwinOptions): Promise<void> {
  twin = await startCheckedTwin(options)
  rest = new REST({ api: twin.apiUrl, version: '10', globalRequestsPerSecond: 10_000 }).setToken(twin.botToken)
}

afterEach(() => twin.close())

async function search(query: Record<string, string | string[]>, guildId: string = GUILD): Promise<Answer> {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) for (const one of [value].flat()) params.append(name, one)
  return (await rest.get(`/guilds/${guildId}/messages/search`, { query: params })) as Answer
}

const GUILD = '100'
const [ANA, BEN] = ['11', '12']
const BITS = (1n << 10n) | (1n << 16n)

/** A guild with one message of each kind; `ids` are the messages by short names. */
function smallWorld() {
  const world = new World({ id: DEMO.bot, username: 'Clip Saver', globalName: null, avatar: null, bot: true })
  world.addPerson({ id: ANA, username: 'ana', globalName: null, avatar: null })
  world.addPerson({ id: BEN, username: 'ben', globalName: null, avatar: null })
  world.addGuild({ id: GUILD, name: 'G', icon: null, ownerId: ANA, everyone: BITS })
  const role = world.setRole(GUILD, { id: '101', name: 'Team', permissions: 0n }).id
  for (const id of [ANA, BEN]) world.setMember(GUILD, id, [])
  world.joinBot(GUILD)
  const date = new Date('2025-01-01T00:00:00Z')
  const main = world.createChannel({ guildId: GUILD, name: 'main', date })
  const late = world.createChannel({ guildId: GUILD, name: 'late', nsfw: true, date })
  const deny = (bits: bigint) => [{ id: GUILD, type: 0, allow: '0', deny: bits.toString() }]
  const hidden = world.createChannel({ guildId: GUILD, name: 'hidden', overwrites: deny(1n << 10n), date })
  const past = world.createChannel({ guildId: GUILD, name: 'past', overwrites: deny(1n << 16n), date })
  const thread = world.createChannel({
    guildId: GUILD,
    name: 'thread',
    type: 11,
    parentId: main.id,
    ownerId: BEN,
    date,
  })
  let minute = 0
  const post = (
    channelId: string,
    message: Omit<Parameters<World['postMessage']>[0], 'channelId' | 'authorId'> & { authorId?: string },
  ) =>
    world.postMessage({ channelId, authorId: ANA, date: new Date(date.getTime() + (minute += 60_000)), ...message }).id
  const clip = post(main.id, { content: 'what a great save', files: [{ key: 'one-second', fileName: 'Save.MP4' }] })
  const file = (name: string, contentType: string) => [{ name, bytes: Buffer.from('x'), contentType }]
  const ids = {
    clip,
    picture: post(main.id, { files: file('map.png', 'image/png'), authorId: BEN }),
    sound: post(main.id, { files: file('horn.ogg', 'audio/ogg') }),
    link: post(main.id, { content: 'see https://Example.com/a and this great old save' }),
    video: post(main.id, {
      content: 'https://tube.example/1',
      embeds: [{ type: EmbedType.Video, url: 'https://tube.example/1', provider: { name: 'Tube' } }],
    }),
    article: post(main.id, { content: 'news', embeds: [{ type: EmbedType.Article, provider: { name: 'News' } }] }),
    reply: post(main.id, { content: 'save it', replyTo: clip, authorId: BEN }),
    forward: post(main.id, { forwardOf: { channelId: main.id, messageId: clip } }),
    mention: post(main.id, { content: `<@${BEN}> and <@&${role}>` }),
    everyone: post(main.id, { content: '@everyone here' }),
    bot: post(main.id, { content: 'I am a bot', authorId: DEMO.bot }),
    webhook: post(main.id, {
      content: 'from outside',
      authorId: '900',
      webhook: { id: '900', name: 'hook', avatar: null },
    }),
    component: post(main.id, { files: [{ key: 'scene-1' }], filesInComponents: true, flags: 1 << 15 }),
    poll: post(main.id, {
      poll: {
        question: 'When?',
        answers: [{ id: 1, text: 'now', voterIds: [] }],
        expiresAt: new Date('2027-01-01T00:00:00Z'),
        multiselect: false,
      },
    }),
    thread: post(thread.id, { files: [{ key: 'scene-2' }], authorId: BEN }),
    late: post(late.id, { files: [{ key: 'scene-3' }] }),
    hidden: post(hidden.id, { files: [{ key: 'scene-4' }] }),
    past: post(past.id, { files: [{ key: 'scene-5' }] }),
  }
  world.updateMessage(main.id, ids.everyone, { pinnedAt: world.now() })
  return { world, ids, main, late, thread, role }
}

type Names = (keyof ReturnType<typeof smallWorld>['ids'])[]

describe('search in a small guild', () => {
  let places: ReturnType<typeof smallWorld>
  const begin = (options?: SearchOptions) => start({ world: places.world, ...(options ? { search: options } : {}) })
  beforeEach(() => {
    places = smallWorld()
  })

  /** Names of what was found, in the order of the answer. */
  async function found(query: Record<string, string | string[]>): Promise<Names> {
    const byId = new Map(Object.entries(places.ids).map(([name, id]) => [id, name as Names[number]]))
    const { messages, total_results: total } = await search(query)
    expect(messages).toHaveLength(total)
    return messages.map(([message]) => byId.get(message?.id ?? '') ?? ('?' as Names[number]))
  }

  it('answers each filter with what fits, newest first, and never from a channel whose past the bot may not read', async () => {
    await begin()
    const expected: [Record<string, string | string[]>, Names][] = [
      [{ has: 'video' }, ['thread', 'component', 'video', 'clip']],
      [{ has: 'video', include_nsfw: 'true' }, ['late', 'thread', 'component', 'video', 'clip']],
      [{ has: 'file' }, ['thread', 'component', 'sound', 'picture', 'clip']],
      [{ has: 'image' }, ['picture']],
      [{ has: 'sound' }, ['sound']],
      [{ has: ['sound', 'image'] }, ['sound', 'picture']],
      [{ has: ['file', '-video'] }, ['sound', 'picture']],
      [{ has: 'embed' }, ['article', 'video']],
      [{ has: 'link' }, ['video', 'link']],
      [{ has: 'snapshot' }, ['forward']],
      [{ has: 'poll' }, ['poll']],
      [{ has: 'sticker' }, []],
      [{ embed_type: 'article' }, ['article']],
      [{ embed_provider: 'Tube' }, ['video']],
      [{ embed_provider: 'tube' }, []],
      [{ link_hostname: 'example.com' }, ['link']],
      [{ attachment_extension: 'mp4', channel_id: places.main.id }, ['component', 'clip']],
      [{ attachment_filename: 'save.mp4' }, ['clip']],
      [{ mentions: BEN }, ['mention']],
      [{ mentions_role_id: places.role }, ['mention']],
      [{ mention_everyone: 'true' }, ['everyone']],
      [{ pinned: 'true' }, ['everyone']],
      [{ replied_to_user_id: ANA }, ['reply']],
      [{ replied_to_message_id: places.ids.clip }, ['reply']],
      [{ author_type: 'webhook' }, ['webhook']],
      [{ author_type: 'bot' }, ['bot']],
      [{ author_id: BEN }, ['thread', 'reply', 'picture']],
      [{ author_id: BEN, author_type: ['user', '-bot'], has: '-video' }, ['reply', 'picture']],
      [{ channel_id: places.thread.id }, ['thread']],
      [{ content: 'GREAT save' }, ['link', 'clip']],
      [{ content: 'great save', slop: '0' }, ['clip']],
      [{ content: 'save great' }, []],
      [{ content: 'great save', sort_by: 'relevance' }, ['clip', 'link']],
      [{ has: 'video', sort_order: 'asc' }, ['clip', 'video', 'component', 'thread']],
      [{ has: 'video', min_id: places.ids.clip, max_id: places.ids.thread }, ['component', 'video']],
      [{ author_id: BEN, min_id: places.ids.picture, sort_order: 'asc' }, ['reply', 'thread']],
    ]
    for (const [query, names] of expected) expect({ query, names: await found(query) }).toEqual({ query, names })
  })

  it('marks every message as a hit, without reactions, and brings the threads they are in', async () => {
    places.world.updateMessage(places.main.id, places.ids.clip, {
      reactions: [{ emoji: { id: null, name: '🔥' }, userIds: [BEN] }],
    })
    places.thread.thread?.members.set(DEMO.bot, new Date('2025-02-01T00:00:00Z'))
    await begin()
    const { messages, threads, members } = await search({ has: 'video' })
    expect(messages.every(([message]) => message?.hit && !('reactions' in message))).toBe(true)
    expect(threads?.map(({ id }) => id)).toEqual([places.thread.id])
    expect(members).toEqual([expect.objectContaining({ id: places.thread.id, user_id: DEMO.bot })])
  })

  it('is understood by a client of other people', async () => {
    await begin()
    const api = new API(rest)
    const answer = await api.guilds.searchForMessages(GUILD, { has: ['video', 'sound'] as never, limit: 2 })
    expect('messages' in answer && answer.messages.flat().map(({ id }) => id)).toEqual([
      places.ids.thread,
      places.ids.component,
    ])
  })

  it('refuses what Discord refuses', async () => {
    await begin()
    const refused: Record<string, string | string[]>[] = [
      { limit: '26' },
      { limit: '0' },
      { limit: 'ten' },
      { offset: '9976' },
      { has: 'cats' },
      { author_id: 'ana' },
      { slop: '101' },
      { content: 'x'.repeat(1025) },
      { sort_by: 'size' },
      { pinned: 'maybe' },
      { channel_id: Array.from({ length: 501 }, (_, index) => String(index)) },
    ]
    for (const query of refused) {
      const error = await search(query).catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(DiscordAPIError)
      expect(error).toMatchObject({ status: 400, code: 50_035 })
      expect(JSON.stringify((error as DiscordAPIError).rawError)).toContain(Object.keys(query)[0])
    }
    await expect(search({}, '999')).rejects.toMatchObject({ status: 404, code: 10_004 })
  })

  it('needs the intent for message content, and a channel whose past may be read', async () => {
    await start({ world: places.world, messageContent: false })
    await expect(search({})).rejects.toMatchObject({ status: 403 })
    await twin.close()
    const everyone = places.world.requireGuild(GUILD).roles.get(GUILD)
    if (everyone) places.world.setRole(GUILD, { ...everyone, permissions: 1n << 10n })
    await begin()
    await expect(search({})).rejects.toMatchObject({ status: 403, code: 50_013 })
  })

  it('has no index at first when told so, for requests or for a time', async () => {
    await begin({ unavailableRequests: 2 })
    const notYet = { code: 110_000, documents_indexed: 0, retry_after: 1 }
    expect(await search({})).toMatchObject(notYet)
    expect(await search({})).toMatchObject(notYet)
    expect(await found({ has: 'sound' })).toEqual(['sound'])
    await twin.close()
    await begin({ unavailableForMs: 3_600_000 })
    expect(await search({})).toMatchObject({ code: 110_000, retry_after: 3600 })
    // Time passes so fast from here on that the hour is over.
    places.world.clock.speed = 1e9
    expect(await found({ has: 'sound' })).toEqual(['sound'])
  })

  it('finds a new message late, and a deleted one still, when it lags', async () => {
    await begin({ lagMs: 3_600_000 })
    const posted = places.world.postMessage({ channelId: places.main.id, authorId: ANA, files: [{ key: 'scene-6' }] })
    places.world.deleteMessage(places.main.id, places.ids.clip)
    places.world.deleteMessages(places.main.id, [places.ids.component])
    const gone = places.world.postMessage({ channelId: places.main.id, authorId: ANA, files: [{ key: 'scene-7' }] })
    places.world.deleteMessage(places.main.id, gone.id)
    expect(await found({ has: 'video' })).toEqual(['thread', 'component', 'video', 'clip'])
    places.world.clock.speed = 1e9
    const { messages } = await search({ has: 'video' })
    expect(messages.map(([message]) => message?.id)).toEqual([posted.id, places.ids.thread, places.ids.video])
  })

  it('can be told over the control API to lag, to have no index or to leave out results', async () => {
    await begin()
    const tell = (options: object) =>
      fetch(`${twin.url}/_twin/settings`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ search: options }),
      })
    expect((await tell({ unavailable_requests: 1, lag_ms: 3_600_000 })).status).toBe(204)
    expect(await search({})).toMatchObject({ code: 110_000 })
    places.world.deleteMessage(places.main.id, places.ids.sound)
    expect(await found({ has: 'sound' })).toEqual(['sound'])
    expect((await tell({ lags: 1 })).status).toBe(400)
  })

  it('finds what is posted, edited and deleted between two searches at once when it does not lag', async () => {
    await begin()
    expect(await found({ has: 'video' })).toHaveLength(4)
    places.world.deleteMessage(places.main.id, places.ids.clip)
    expect(await found({ has: 'video' })).toHaveLength(3)
    places.world.updateMessage(places.main.id, places.ids.component, { componentFiles: [] })
    expect(await found({ has: 'video' })).toEqual(['thread', 'video'])
    places.world.addHistory(places.main.id, 4, { authorId: ANA, clipEvery: 2 })
    expect((await search({ has: 'video' })).total_results).toBe(4)
  })
})

describe('search in a large world', () => {
  const world = () => createLargeWorld({ seed: 5, channels: 20, messages: 4000, clips: 1000, people: 20 })

  /** Ids of every message the bot may find videos in: no forwards, which are found as such. */
  function expected(large: World, guildId: string): string[] {
    const nsfw = new Set([...large.channels.values()].filter((channel) => channel.nsfw).map(({ id }) => id))
    const clips = [...truthOfClips(large, { guildId })].filter(
      (clip) => clip.readableByBot && clip.source !== 'forward' && !nsfw.has(clip.channelId),
    )
    return [...new Set(clips.map(({ messageId }) => messageId))].toSorted(compareIds)
  }

  it('gives every clip by walking the pages, and by windows of ids', async () => {
    const large = world()
    const [guildId = ''] = large.guilds.keys()
    await start({ world: large })
    const truth = expected(large, guildId)
    const byOffset: string[] = []
    for (let offset = 0; offset < truth.length; offset += 25) {
      const { messages, total_results: total } = await search({ has: 'video', offset: String(offset) }, guildId)
      expect(total).toBe(truth.length)
      byOffset.push(...messages.flat().map(({ id }) => id))
    }
    expect(byOffset.toReversed()).toEqual(truth)
    const byWindow: string[] = []
    for (let max: string | undefined; ; max = byWindow.at(-1)) {
      const { messages } = await search({ has: 'video', limit: '20', ...(max ? { max_id: max } : {}) }, guildId)
      if (messages.length === 0) break
      byWindow.push(...messages.flat().map(({ id }) => id))
    }
    expect(byWindow).toEqual(byOffset)
  })

  it('leaves out results the first time a page is asked for, when told so, and gives them the next time', async () => {
    const large = world()
    const [guildId = ''] = large.guilds.keys()
    await start({ world: large, search: { fewerResults: true } })
    const first = await search({ has: 'video' }, guildId)
    const second = await search({ has: 'video' }, guildId)
    expect(first.messages.length).toBeLessThan(25)
    expect(second.messages).toHaveLength(25)
    expect(first.total_results).toBe(second.total_results)
  })

  it('says that it has not looked at everything when it has not', async () => {
    const large = createLargeWorld({ channels: 1, messages: WALK_LIMIT * 100, clips: 5 })
    const [guildId = ''] = large.guilds.keys()
    await start({ world: large })
    const talk = await search({ content: 'gg everyone' }, guildId)
    expect(talk).toMatchObject({ doing_deep_historical_index: true })
    expect(talk.messages).toHaveLength(25)
    const clips = await search({ has: 'video' }, guildId)
    expect(clips).toMatchObject({ doing_deep_historical_index: false })
    expect(clips.total_results).toBeGreaterThan(0)
  })
})
