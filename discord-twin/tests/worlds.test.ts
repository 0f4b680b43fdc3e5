import { createHash } from 'node:crypto'
import { REST } from '@discordjs/rest'
import { beforeAll, describe, expect, it } from 'vitest'
import { createLargeWorld, truthOfClips, type Twin, type World } from '../src/index.ts'
import { canRead } from '../src/world/permissions.ts'
import type { Message } from '../src/world/types.ts'
import { startCheckedTwin } from './checked-twin.ts'

const SMALL = { seed: 3, channels: 20, messages: 2000, clips: 120, people: 30 }

/** Every clip found by reading every message, as `channel message id source`. */
function readEverything(world: World): string[] {
  return [...world.channels.values()].flatMap((channel) =>
    [...channel.messages].flatMap((message) => clipsIn(message).map((clip) => `${channel.id} ${message.id} ${clip}`)),
  )
}

function clipsIn({ attachments, componentFiles, forward, embeds }: Message): string[] {
  const isVideo = ({ contentType }: { contentType: string | null }) => contentType?.startsWith('video/')
  return [
    ...attachments.filter(isVideo).map(({ id }) => `${id} attachment`),
    ...componentFiles.filter(isVideo).map(({ id }) => `${id} component`),
    ...[...(forward?.attachments ?? []), ...(forward?.componentFiles ?? [])]
      .filter(isVideo)
      .map(({ id }) => `${id} forward`),
    ...embeds.filter(({ type }) => type === 'video').map(() => 'null embed'),
  ]
}

const told = (world: World, filter: Parameters<typeof truthOfClips>[1] = {}) =>
  [...truthOfClips(world, filter)].map(
    ({ channelId, messageId, id, source }) => `${channelId} ${messageId} ${id} ${source}`,
  )

describe('a large world', () => {
  it('is the same for the same settings, and another for another seed', () => {
    const fingerprint = (world: World) =>
      createHash('sha256')
        .update(
          JSON.stringify(
            [...world.channels.values()].map(({ messages, ...channel }) => [
              { ...channel, thread: channel.thread && [...channel.thread.members] },
              [...messages],
            ]),
          ),
        )
        .digest('hex')
    expect(fingerprint(createLargeWorld(SMALL))).toBe(fingerprint(createLargeWorld(SMALL)))
    expect(fingerprint(createLargeWorld(SMALL))).not.toBe(fingerprint(createLargeWorld({ ...SMALL, seed: 4 })))
  })

  it('has exactly the messages and clips asked for, in every way a clip can be posted', () => {
    const world = createLargeWorld({ ...SMALL, clips: 900, messages: 9000 })
    const total = [...world.channels.values()].reduce((sum, { messages }) => sum + messages.length, 0)
    expect(total).toBe(9000)
    const clips = [...truthOfClips(world)]
    expect(clips.filter(({ source }) => source !== 'embed')).toHaveLength(900)
    expect(new Set(clips.map(({ source }) => source))).toEqual(new Set(['attachment', 'component', 'forward', 'embed']))
    expect(clips.some(({ native }) => native)).toBe(true)
    expect(clips.some(({ spoiler }) => spoiler)).toBe(true)
    expect(clips.some(({ index }) => index === 2)).toBe(true)
  })

  it('has channels of every kind, with and without the bot', () => {
    const world = createLargeWorld(SMALL)
    const channels = [...world.channels.values()]
    expect(new Set(channels.map(({ type }) => type))).toEqual(new Set([0, 2, 4, 5, 11, 12, 15, 16]))
    const readable = channels.filter((channel) => canRead(world.permissionsIn(channel, world.botId)))
    expect(channels.length - readable.length).toBe(2)
    expect(new Set(channels.map((channel) => world.readersOf(channel).length)).size).toBeGreaterThan(3)
    expect(channels.some(({ thread }) => thread?.archived)).toBe(true)
    expect(channels.some(({ nsfw }) => nsfw)).toBe(true)
    for (const { thread, parentId, id, messages } of channels)
      if (thread && world.requireChannel(parentId ?? '').forum) expect([...messages][0]?.id).toBe(id)
  })

  it('forwards only what was posted before in the same guild', () => {
    const world = createLargeWorld({ ...SMALL, channels: 60, guilds: 3, messages: 12_000, clips: 2000 })
    const forwards = [...world.channels.values()].flatMap((channel) =>
      [...channel.messages.withMedia('videos')].flatMap(({ forward, createdAt }) =>
        forward ? [{ forward, createdAt, guildId: channel.guildId }] : [],
      ),
    )
    expect(forwards.length).toBeGreaterThan(20)
    for (const { forward, createdAt, guildId } of forwards) {
      const original = world.requireMessage(forward.channelId, forward.messageId)
      expect(forward.guildId).toBe(guildId)
      expect(original.createdAt.getTime()).toBeLessThan(createdAt.getTime())
      expect([original.attachments, original.componentFiles]).toEqual([forward.attachments, forward.componentFiles])
    }
  })

  it('keeps the file of a deleted message only as long as a forward shows it', () => {
    const world = createLargeWorld(SMALL)
    const all = [...world.channels.values()].flatMap(({ messages }) => [...messages.withFiles()])
    const shown = all.find(({ forward }) => forward)?.forward
    const [file] = [...(shown?.attachments ?? []), ...(shown?.componentFiles ?? [])]
    if (!shown || !file) throw new Error('There is no forward.')
    world.deleteMessage(shown.channelId, shown.messageId)
    expect(world.findAttachment(shown.channelId, file.id)).toEqual(file)
    const forwarded = new Set(all.flatMap(({ forward }) => forward?.messageId ?? []))
    const other = all.find(({ id, attachments }) => attachments.length > 0 && !forwarded.has(id))
    const [lost] = other?.attachments ?? []
    if (!other || !lost) throw new Error('Every message is forwarded.')
    expect(world.findAttachment(other.channelId, lost.id)).toEqual(lost)
    world.updateMessage(other.channelId, other.id, { pinnedAt: world.now() })
    expect(world.findAttachment(other.channelId, lost.id)).toEqual(lost)
    world.deleteMessage(other.channelId, other.id)
    expect(world.findAttachment(other.channelId, lost.id)).toBeUndefined()
  })

  it('keeps the file of a deleted channel only as long as a forward elsewhere shows it', () => {
    const world = createLargeWorld({ ...SMALL, clips: 600 })
    const all = [...world.channels.values()].flatMap(({ messages }) => [...messages.withFiles()])
    const { channelId, forward } =
      all.find((message) => message.forward?.channelId !== message.channelId && message.forward) ?? {}
    const [file] = [...(forward?.attachments ?? []), ...(forward?.componentFiles ?? [])]
    const forwarded = new Set(all.flatMap((message) => message.forward?.messageId ?? []))
    const other = all.find(
      (it) => it.channelId === forward?.channelId && it.attachments.length > 0 && !forwarded.has(it.id),
    )
    const posted = world.postMessage({
      channelId: forward?.channelId ?? '',
      authorId: world.botId,
      files: [{ key: 'mov' }],
    })
    const [lost, own] = [other?.attachments[0], posted.attachments[0]]
    if (!forward || !file || !lost || !own || !channelId) throw new Error('There is no forward.')
    expect(world.findAttachment(forward.channelId, own.id)).toEqual(own)
    world.deleteChannel(forward.channelId)
    expect(world.findAttachment(forward.channelId, file.id)).toEqual(file)
    expect(world.findAttachment(forward.channelId, lost.id)).toBeUndefined()
    expect(world.findAttachment(forward.channelId, own.id)).toBeUndefined()
  })

  it('can be as small as one likes', () => {
    for (const sizes of [
      { people: 2, channels: 300, messages: 5000 },
      { messages: 1 },
      { guilds: 50, channels: 10, people: 3 },
    ]) {
      const world = createLargeWorld({ messages: 100, ...sizes })
      const total = [...world.channels.values()].reduce((sum, { messages }) => sum + messages.length, 0)
      expect(total).toBe(sizes.messages ?? 100)
      for (const guild of world.guilds.values()) expect(guild.members.has(guild.ownerId)).toBe(true)
    }
  })

  it('can be read anywhere at once when it has a thousand million messages', () => {
    const world = createLargeWorld({ messages: 1_000_000_000, clips: 1_000_000 })
    const { value: first } = truthOfClips(world).next()
    expect(first).toMatchObject({ source: expect.any(String) as string })
    const [channel] = [...world.channels.values()].filter(({ messages }) => messages.length > 0)
    const last = channel?.messages.last()
    expect(channel?.messages.get(last?.id ?? '')).toEqual(last)
  })
})

describe('the truth', () => {
  it('is what reading every message finds, also after posts, edits and deletes', () => {
    const world = createLargeWorld(SMALL)
    expect(told(world)).toEqual(sorted(readEverything(world)))
    const [first, second] = [...truthOfClips(world)].filter(({ source }) => source === 'attachment')
    const author = [...world.people.values()].find(({ bot }) => !bot)
    if (!first || !second || !author) throw new Error('The world is empty.')
    world.deleteMessage(first.channelId, first.messageId)
    world.updateMessage(second.channelId, second.messageId, { attachments: [] })
    world.postMessage({ channelId: first.channelId, authorId: author.id, files: [{ key: 'one-second' }] })
    expect(told(world)).toEqual(sorted(readEverything(world)))
    expect(told(world).join('\n')).not.toContain(`${first.channelId} ${first.messageId} `)
  })

  it('can be asked for one channel, one guild and one viewer', () => {
    const world = createLargeWorld({ ...SMALL, channels: 40, guilds: 2 })
    const everything = readEverything(world)
    const [channel] = [...world.channels.values()].filter(({ messages }) => messages.length > 0)
    const viewer = [...world.people.values()].filter(({ bot }) => !bot)[7]
    if (!channel || !viewer) throw new Error('The world is empty.')
    const own = (ids: readonly string[]) => sorted(everything.filter((line) => ids.includes(line.split(' ')[0] ?? '')))
    expect(told(world, { channelId: channel.id })).toEqual(own([channel.id]))
    expect(told(world, { guildId: channel.guildId })).toEqual(
      own(world.channelsOf(channel.guildId).map(({ id }) => id)),
    )
    const seen = [...world.channels.values()]
      .filter((it) => world.readersOf(it).includes(viewer.id))
      .map(({ id }) => id)
    expect(told(world, { viewerId: viewer.id })).toEqual(own(seen))
    expect(seen.length).toBeLessThan(world.channels.size)
  })
})

const sorted = (lines: readonly string[]) => {
  const key = (line: string) =>
    line
      .split(' ')
      .slice(0, 2)
      .map((id) => id.padStart(20, '0'))
      .join(' ')
  return lines
    .map((line, index) => ({ line, index }))
    .toSorted((a, b) => (key(a.line) < key(b.line) ? -1 : key(a.line) > key(b.line) ? 1 : a.index - b.index))
    .map(({ line }) => line)
}

describe('a large world behind a twin', () => {
  let twin: Twin
  beforeAll(async () => {
    twin = await startCheckedTwin({ world: { kind: 'large', ...SMALL } })
    return () => twin.close()
  })

  it('gives the same messages page by page over REST, forwards and backwards, as it has, in Discord’s form', async () => {
    const rest = new REST({ api: twin.apiUrl, version: '10', globalRequestsPerSecond: 10_000 }).setToken(twin.botToken)
    let compared = 0
    for (const channel of twin.world.channels.values()) {
      if (channel.messages.length === 0 || !canRead(twin.world.permissionsIn(channel, twin.world.botId))) continue
      const [older, newer] = [await readAll(rest, channel.id, 'before'), await readAll(rest, channel.id, 'after')]
      expect(older.toReversed()).toEqual(newer)
      expect(newer).toEqual([...channel.messages].map(({ id }) => id))
      compared += newer.length
    }
    expect(compared).toBeGreaterThan(1500)
  })

  it('tells every clip page by page over the control API, and who reads a channel', async () => {
    const lines: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const response = await fetch(`${twin.url}/_twin/clips?limit=17${next === '' ? '' : `&after=${next}`}`)
      const page = (await response.json()) as {
        clips: { id: string; channel_id: string; message_id: string; source: string; readable_by_bot: boolean }[]
        next: string | null
      }
      lines.push(...page.clips.map((clip) => `${clip.channel_id} ${clip.message_id} ${clip.id} ${clip.source}`))
      next = page.next
    }
    expect(lines).toEqual(told(twin.world))
    const [channel] = [...twin.world.channels.values()].filter(({ name }) => name === 'staff')
    const answer = await fetch(`${twin.url}/_twin/readers?channel_id=${channel?.id}`)
    expect(await answer.json()).toEqual({
      channel_id: channel?.id,
      reader_ids: channel ? twin.world.readersOf(channel) : [],
    })
    expect((await fetch(`${twin.url}/_twin/readers?channel_id=1`)).status).toBe(404)
    expect((await fetch(`${twin.url}/_twin/clips?after=nonsense`)).status).toBe(400)
  })

  it('serves the bytes the truth tells of', async () => {
    const rest = new REST({ api: twin.apiUrl, version: '10' }).setToken(twin.botToken)
    const clip = [...truthOfClips(twin.world)].find((it) => it.source === 'attachment' && it.readableByBot)
    if (!clip) throw new Error('There is no clip.')
    const message = (await rest.get(`/channels/${clip.channelId}/messages/${clip.messageId}`)) as {
      attachments: { id: string; url: string; size: number }[]
    }
    const file = message.attachments.find(({ id }) => id === clip.id)
    const bytes = Buffer.from(await (await fetch(file?.url ?? '')).arrayBuffer())
    expect(bytes.length).toBe(clip.sizeBytes)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(clip.sha256)
  })
})

async function readAll(rest: REST, channelId: string, direction: 'before' | 'after'): Promise<string[]> {
  const ids: string[] = []
  for (let cursor = direction === 'after' ? '0' : ''; ;) {
    const query = new URLSearchParams({ limit: '100', ...(cursor === '' ? {} : { [direction]: cursor }) })
    const page = (await rest.get(`/channels/${channelId}/messages`, { query })) as { id: string }[]
    const read = page.map(({ id }) => id)
    ids.push(...(direction === 'after' ? read.toReversed() : read))
    if (page.length < 100) return ids
    cursor = ids.at(-1) ?? ''
  }
}
