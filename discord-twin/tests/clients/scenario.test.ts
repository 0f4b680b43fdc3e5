import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DEMO, mediaFile, type Twin } from '../../src/index.ts'
import { startCheckedTwin } from '../checked-twin.ts'
import { discordJs, discordJsVersion } from './discord-js.ts'
import { eris, erisVersion } from './eris.ts'
import type { ForeignClient, SeenMessage } from './foreign-client.ts'
import { oceanic, oceanicVersion } from './oceanic.ts'

const libraries = [
  { name: 'discord.js', version: discordJsVersion, make: discordJs },
  { name: 'oceanic.js', version: oceanicVersion, make: oceanic },
  { name: 'eris', version: erisVersion, make: eris },
]

describe.each(libraries)('$name $version', { timeout: 30_000 }, ({ make }) => {
  let twin: Twin
  let client: ForeignClient
  let channelId: string
  const guildId = DEMO.guilds.lan
  const seen: SeenMessage[] = []
  let resumes = 0

  beforeAll(async () => {
    twin = await startCheckedTwin()
    client = make({ apiUrl: twin.apiUrl, token: twin.botToken })
    await client.login({ message: (message) => seen.push(message), resumed: () => (resumes += 1) })
    channelId = twin.world.channelsOf(guildId).find(({ name }) => name === 'chat')!.id
  }, 30_000)
  afterAll(async () => {
    await client?.logout()
    await twin?.close()
  })

  const arrived = (content: string) =>
    vi.waitFor(() => {
      const found = seen.filter((message) => message.content === content)
      expect(found).toHaveLength(1)
      return found[0]!
    })

  it('logs in and sees its guilds with their channels', () => {
    expect(client.guilds().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['The Night Squad', 'LAN im Keller', 'Frame Perfect', 'Studio Vik']),
    )
    const names = client
      .guilds()
      .find(({ id }) => id === DEMO.guilds.squad)!
      .channels.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['clips', 'general', 'Lobby']))
    expect(names).not.toContain('owners-only')
  })

  it('receives a message with a clip and downloads it', async () => {
    twin.world.postMessage({ channelId, authorId: DEMO.people.lena, content: 'look', files: [{ key: 'scene-2' }] })
    const { files } = await arrived('look')
    const answer = await fetch(files[0]!.url)
    expect(Buffer.from(await answer.arrayBuffer()).equals(await readFile(mediaFile('scene-2').path))).toBe(true)
  })

  it('pages a history backwards and forwards to the same messages', async () => {
    const long = twin.world.createChannel({ guildId, name: 'long' }).id
    twin.world.addHistory(long, 250, { authorId: DEMO.people.theo })
    const truth = [...twin.world.requireChannel(long).messages].map(({ id }) => id)
    const backwards: string[] = []
    for (let before: string | undefined; ;) {
      const page = await client.history(long, { limit: 100, ...(before ? { before } : {}) })
      backwards.push(...page.map(({ id }) => id))
      if (page.length < 100) break
      before = page.at(-1)!.id
    }
    const forwards: string[] = []
    for (let after = '0'; ;) {
      const page = await client.history(long, { limit: 100, after })
      forwards.push(...page.map(({ id }) => id).toReversed())
      if (page.length < 100) break
      after = page[0]!.id
    }
    expect(backwards.toReversed()).toEqual(truth)
    expect(forwards).toEqual(truth)
  })

  it('uploads a clip, gets the same bytes back, edits, reacts and deletes', async () => {
    const bytes = await readFile(mediaFile('one-second').path)
    const posted = await client.post(channelId, 'mine', { name: 'my clip.mp4', bytes })
    expect(posted.files).toMatchObject([{ name: 'my_clip.mp4', size: bytes.length }])
    expect(Buffer.from(await (await fetch(posted.files[0]!.url)).arrayBuffer()).equals(bytes)).toBe(true)
    expect((await client.edit(channelId, posted.id, 'mine, really')).content).toBe('mine, really')
    await client.react(channelId, posted.id, '🔥')
    expect(twin.world.findMessage(channelId, posted.id)?.reactions).toMatchObject([
      { emoji: { name: '🔥' }, userIds: [DEMO.bot] },
    ])
    await client.remove(channelId, posted.id)
    expect(twin.world.findMessage(channelId, posted.id)).toBeUndefined()
    expect((await fetch(posted.files[0]!.url)).status).toBe(404)
  })

  it('starts a thread, posts in it, finds it active, and archived after that', async () => {
    const { id } = await client.post(channelId, 'let us talk about it')
    const thread = await client.startThread(channelId, id, 'talk')
    expect(thread).toEqual({ id, parentId: channelId })
    expect((await client.post(thread.id, 'in here')).channelId).toBe(thread.id)
    expect(await client.activeThreads(guildId)).toContain(thread.id)
    expect(await client.archivedThreads(channelId)).not.toContain(thread.id)
    await client.archive(thread.id)
    expect(await client.activeThreads(guildId)).not.toContain(thread.id)
    expect(await client.archivedThreads(channelId)).toContain(thread.id)
  })

  it('answers a slash command: deferred, then the answer, then a follow-up', async () => {
    await client.addCommand(guildId, 'echo', (text) => `You said: ${text}`)
    const used = twin.interactions.useCommand({
      userId: DEMO.people.rosa,
      channelId,
      name: 'echo',
      options: { text: 'hello' },
    })
    expect((await used.response()).message?.content).toBe('')
    expect((await used.result()).message?.content).toBe('You said: hello')
    expect((await used.waitForFollowUps(1)).map(({ content }) => content)).toEqual(['and that is all'])
  })

  it('resumes after a cut and has every message once and in order', async () => {
    const say = (content: string) => twin.world.postMessage({ channelId, authorId: DEMO.people.jonas, content })
    say('before')
    twin.disconnectGateway(true)
    say('while away 1')
    say('while away 2')
    await vi.waitFor(() => expect(resumes).toBe(1), { timeout: 15_000 })
    say('last')
    await arrived('last')
    const contents = seen.map(({ content }) => content)
    expect(contents.slice(contents.indexOf('before'))).toEqual(['before', 'while away 1', 'while away 2', 'last'])
  })
})
