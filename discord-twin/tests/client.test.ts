import { once } from 'node:events'
import { Client, GatewayDispatchEvents, GatewayIntentBits, API } from '@discordjs/core'
import { REST, DiscordAPIError } from '@discordjs/rest'
import { WebSocketManager, WebSocketShardEvents } from '@discordjs/ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO, type Twin } from '../src/index.ts'
import { startCheckedTwin } from './checked-twin.ts'

const INTENTS = GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.MessageContent

describe('a client that does not know us', () => {
  let twin: Twin
  let rest: REST
  let api: API

  beforeAll(async () => {
    twin = await startCheckedTwin()
    rest = new REST({ version: '10', api: twin.apiUrl }).setToken(twin.botToken)
    api = new API(rest)
  })
  afterAll(() => twin.close())

  it('logs in, gets its guilds with all their parts, and live messages with attachments', async () => {
    const { client, gateway, guilds } = await login(twin, rest)
    expect(guilds.map(({ id }) => id).toSorted((a, b) => a.localeCompare(b))).toEqual(
      Object.values<string>(DEMO.guilds).toSorted((a, b) => a.localeCompare(b)),
    )
    const squad = guilds.find(({ id }) => id === DEMO.guilds.squad)!
    expect(squad).toMatchObject({ owner_id: DEMO.people.mara, unavailable: false })
    expect(squad.roles.length).toBeGreaterThan(3)
    expect(squad.channels.find(({ name }: { name: string }) => name === 'owners-only')).toBeUndefined()
    expect(squad.channels.some(({ name }: { name: string }) => name === '___hidden___')).toBe(true)
    const clips = squad.channels.find(({ name }: { name: string }) => name === 'clips')!

    const arrived = new Promise<Record<string, any>>((resolve) =>
      client.on(GatewayDispatchEvents.MessageCreate, ({ data }) => resolve(data)),
    )
    twin.world.postMessage({
      channelId: clips.id,
      authorId: DEMO.people.sam,
      content: 'now',
      files: [{ key: 'one-second' }],
    })
    const message = await arrived
    expect(message).toMatchObject({
      guild_id: DEMO.guilds.squad,
      content: 'now',
      author: { global_name: 'Sam' },
      attachments: [{ content_type: 'video/mp4', duration_secs: expect.any(Number) }],
    })
    const answer = await fetch(message.attachments[0].url)
    expect(answer.status).toBe(200)
    expect((await answer.arrayBuffer()).byteLength).toBe(message.attachments[0].size)
    await gateway.destroy()
  })

  it('resumes after a cut and gets what it missed, once and in order', async () => {
    const { client, gateway, guilds } = await login(twin, rest)
    const channelId = guilds
      .flatMap(({ channels }) => channels)
      .find(({ name }: { name: string }) => name === 'general')!.id
    const seen: string[] = []
    const done = new Promise<void>((resolve) =>
      client.on(GatewayDispatchEvents.MessageCreate, ({ data }) => {
        seen.push(data.content)
        if (data.content === 'last') resolve()
      }),
    )
    const resumed = once(gateway, WebSocketShardEvents.Resumed)
    twin.world.postMessage({ channelId, authorId: DEMO.people.sam, content: 'before' })
    twin.disconnectGateway(true)
    for (const content of ['while away 1', 'while away 2'])
      twin.world.postMessage({ channelId, authorId: DEMO.people.sam, content })
    await resumed
    twin.world.postMessage({ channelId, authorId: DEMO.people.sam, content: 'last' })
    await done
    expect(seen).toEqual(['before', 'while away 1', 'while away 2', 'last'])
    await gateway.destroy()
  })

  it('identifies anew when its session was lost', async () => {
    const { client, gateway } = await login(twin, rest)
    const ready = new Promise((resolve) => client.once(GatewayDispatchEvents.Ready, resolve))
    twin.disconnectGateway(false)
    await ready
    await gateway.destroy()
  })

  it('is turned away with a wrong token', async () => {
    const wrong = new REST({ version: '10', api: twin.apiUrl }).setToken('wrong')
    await expect(wrong.get('/gateway/bot')).rejects.toMatchObject({ status: 401, code: 0 })
  })

  it('pages history backwards and forwards to the same messages, newest first on every page', async () => {
    const channel = twin.world.createChannel({ guildId: DEMO.guilds.lan, name: 'long' })
    twin.world.addHistory(channel.id, 250, { authorId: DEMO.people.theo, clipEvery: 10 })
    const backwards: string[] = []
    for (let before: string | undefined; ;) {
      const page = await api.channels.getMessages(channel.id, { limit: 100, ...(before ? { before } : {}) })
      backwards.push(...page.map(({ id }) => id))
      if (page.length < 100) break
      before = page.at(-1)!.id
    }
    const forwards: string[] = []
    for (let after = '0'; ;) {
      const page = await api.channels.getMessages(channel.id, { limit: 100, after })
      forwards.push(...page.map(({ id }) => id).toReversed())
      if (page.length < 100) break
      after = page[0]!.id
    }
    expect(backwards).toHaveLength(250)
    expect(forwards.toReversed()).toEqual(backwards)
    twin.world.deleteChannel(channel.id)
  })

  it('gets Discord’s refusals: hidden channel, unknown things, bad form, and an empty list without Read Message History', async () => {
    const hidden = twin.world
      .channelsOf(DEMO.guilds.squad)
      .find(({ name }: { name: string }) => name === 'owners-only')!
    const mute = twin.world.channelsOf(DEMO.guilds.squad).find(({ name }: { name: string }) => name === 'no-history')!
    await expect(api.channels.getMessages(hidden.id)).rejects.toMatchObject({ status: 403, code: 50_001 })
    await expect(api.channels.get('1')).rejects.toMatchObject({ status: 404, code: 10_003 })
    await expect(api.guilds.get('1')).rejects.toMatchObject({ status: 404, code: 10_004 })
    await expect(api.channels.getMessage(mute.id, '1')).rejects.toMatchObject({ code: 10_008 })
    await expect(api.guilds.getMember(DEMO.guilds.lan, DEMO.people.vik)).rejects.toMatchObject({ code: 10_007 })
    await expect(api.channels.getMessages(mute.id, { limit: 500 })).rejects.toBeInstanceOf(DiscordAPIError)
    expect(mute.messages.length).toBeGreaterThan(0)
    expect(await api.channels.getMessages(mute.id)).toEqual([])
    const names = (await api.guilds.getChannels(DEMO.guilds.squad)).map(({ name }) => name)
    expect(names).toContain('clips')
    expect(names).not.toContain('owners-only')
  })

  it('posts a file, edits and deletes', async () => {
    const channel = twin.world.channelsOf(DEMO.guilds.lan).find(({ name }: { name: string }) => name === 'chat')!
    const posted = await api.channels.createMessage(channel.id, {
      content: 'here',
      files: [{ name: 'a note.txt', data: Buffer.from('hello') }],
    })
    expect(posted.attachments).toMatchObject([{ filename: 'a_note.txt', size: 5 }])
    expect(await (await fetch(posted.attachments[0]!.url)).text()).toBe('hello')
    expect(await api.channels.editMessage(channel.id, posted.id, { content: 'changed' })).toMatchObject({
      content: 'changed',
    })
    await api.channels.deleteMessage(channel.id, posted.id)
    expect((await fetch(posted.attachments[0]!.url)).status).toBe(404)
  })
})

async function login(twin: Twin, rest: REST) {
  const gateway = new WebSocketManager({ token: twin.botToken, rest, intents: INTENTS })
  const client = new Client({ rest, gateway })
  const guilds: any[] = []
  const all = new Promise<void>((resolve) =>
    client.on(GatewayDispatchEvents.GuildCreate, ({ data }) => {
      guilds.push(data)
      if (guilds.length === 4) resolve()
    }),
  )
  await gateway.connect()
  await all
  return { client, gateway, guilds }
}
