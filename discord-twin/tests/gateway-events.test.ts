import { ChannelType, GatewayIntentBits as Intents, OverwriteType } from 'discord-api-types/v10'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Channel } from '../src/world/types.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'
import { addGuild, expectNone, PLAIN_INTENTS, RawClient } from './gateway-client.ts'

const GUILD = '613425648685547541'
const VIEW = 1n << 10n
const MANAGE_THREADS = 1n << 34n
const EVERYTHING = PLAIN_INTENTS | Intents.GuildMembers | Intents.MessageContent

describe('events', () => {
  let twin: CheckedTwin
  let channel: Channel
  let ownerId: string
  let clients: RawClient[]

  beforeEach(async () => {
    clients = []
    twin = await startCheckedTwin({ world: 'empty', maxConcurrency: 16 })
    ;({ channel, ownerId } = addGuild(twin, GUILD))
  })
  afterEach(async () => {
    for (const { socket } of clients) socket.terminate()
    await twin.close()
  })

  async function login(intents: number, more: Record<string, unknown> = {}): Promise<RawClient> {
    twin.world.clock.speed = 1e7
    const client = new RawClient(twin)
    clients.push(client)
    await client.identify({ intents, ...more })
    twin.world.clock.speed = 1
    return client
  }
  const names = (client: RawClient, from: number) => client.received.slice(from).flatMap(({ t }) => t ?? [])
  async function eventsOf(client: RawClient, act: () => void): Promise<[string, any][]> {
    const from = client.received.length
    act()
    await client.settle()
    return client.received.slice(from).flatMap(({ t, d }) => (t ? [[t, d] as [string, any]] : []))
  }
  const hide = (id: string, bits = VIEW) => ({ id, type: OverwriteType.Role, allow: '0', deny: bits.toString() })

  it('come only to sessions with their intent', async () => {
    const { world } = twin
    const person = world.addPerson({ id: '80351110224678912', username: 'mara.k', globalName: 'Mara', avatar: null })
    const all = await login(EVERYTHING)
    const none = await login(0)
    const message = world.postMessage({ channelId: channel.id, authorId: ownerId, content: 'hello' })
    world.updateMessage(channel.id, message.id, { content: 'changed' })
    const emoji = { id: null, name: '🔥' }
    world.emit({ kind: 'reaction-added', message, channel, userId: ownerId, emoji })
    world.emit({ kind: 'reaction-removed', message, channel, userId: ownerId, emoji })
    world.emit({ kind: 'reactions-cleared', message, channel, emoji })
    world.emit({ kind: 'reactions-cleared', message, channel, emoji: null })
    world.emit({ kind: 'typing', channel, userId: ownerId })
    world.emit({ kind: 'pins-changed', channel })
    world.emit({ kind: 'webhooks-changed', channel })
    world.deleteMessage(channel.id, message.id)
    const bulk = [1, 2].map(() => world.postMessage({ channelId: channel.id, authorId: ownerId }).id)
    world.deleteMessages(channel.id, bulk)
    world.setMember(GUILD, person.id, [])
    world.setMember(GUILD, person.id, [], { nick: 'M' })
    world.updatePerson(person.id, { username: 'mara' })
    world.removeMember(GUILD, person.id)
    world.setRole(GUILD, { id: '700', name: 'new', permissions: 0n })
    world.setRole(GUILD, { id: '700', name: 'newer', permissions: 0n })
    world.deleteRole(GUILD, '700')
    world.updateGuild(GUILD, { name: 'renamed' })
    const other = world.createChannel({ guildId: GUILD, name: 'other' })
    world.updateChannel(other.id, { topic: 'topic' })
    const thread = world.createChannel({
      guildId: GUILD,
      name: 'thread',
      type: ChannelType.PublicThread,
      parentId: channel.id,
      ownerId,
    })
    world.updateChannel(thread.id, { name: 'renamed' })
    world.deleteChannel(thread.id)
    world.deleteChannel(other.id)
    world.setMember(GUILD, world.botId, [], { nick: 'bot' })
    world.updatePerson(world.botId, { username: 'Saver' })
    world.emit({ kind: 'interaction-created', guildId: GUILD, payload: { id: '1' } })
    await Promise.all([all.settle(), none.settle()])
    const start = all.received.findIndex(({ t }) => t === 'MESSAGE_CREATE')
    expect(names(all, start)).toEqual([
      'MESSAGE_CREATE',
      'MESSAGE_UPDATE',
      'MESSAGE_REACTION_ADD',
      'MESSAGE_REACTION_REMOVE',
      'MESSAGE_REACTION_REMOVE_EMOJI',
      'MESSAGE_REACTION_REMOVE_ALL',
      'TYPING_START',
      'CHANNEL_PINS_UPDATE',
      'WEBHOOKS_UPDATE',
      'MESSAGE_DELETE',
      'MESSAGE_CREATE',
      'MESSAGE_CREATE',
      'MESSAGE_DELETE_BULK',
      'GUILD_MEMBER_ADD',
      'GUILD_MEMBER_UPDATE',
      'GUILD_MEMBER_UPDATE',
      'GUILD_MEMBER_REMOVE',
      'GUILD_ROLE_CREATE',
      'GUILD_ROLE_UPDATE',
      'GUILD_ROLE_DELETE',
      'GUILD_UPDATE',
      'CHANNEL_CREATE',
      'CHANNEL_UPDATE',
      'THREAD_CREATE',
      'THREAD_UPDATE',
      'THREAD_DELETE',
      'CHANNEL_DELETE',
      'GUILD_MEMBER_UPDATE',
      'USER_UPDATE',
      'GUILD_MEMBER_UPDATE',
      'INTERACTION_CREATE',
    ])
    // The bot's own changes and interactions need no intent.
    expect(names(none, 0)).toEqual([
      'READY',
      'GUILD_MEMBER_UPDATE',
      'USER_UPDATE',
      'GUILD_MEMBER_UPDATE',
      'INTERACTION_CREATE',
    ])
    expect(all.events('MESSAGE_CREATE')[0]?.d).toMatchObject({
      guild_id: GUILD,
      content: 'hello',
      member: { roles: [], joined_at: expect.any(String) },
    })
    expect(all.events('THREAD_CREATE')[0]?.d).toMatchObject({ newly_created: true, parent_id: channel.id })
    expect(all.events('GUILD_MEMBER_UPDATE')[1]?.d.user.username).toBe('mara')
  })

  it.each<[keyof typeof Intents, string[]]>([
    ['GuildMessages', ['MESSAGE_CREATE']],
    ['GuildMessageTyping', ['TYPING_START']],
    ['GuildMessagePolls', ['MESSAGE_POLL_VOTE_ADD']],
    ['GuildWebhooks', ['WEBHOOKS_UPDATE']],
    ['Guilds', ['CHANNEL_PINS_UPDATE']],
    ['GuildMembers', ['GUILD_MEMBER_UPDATE']],
  ])('with the intent %s alone are %j', async (intent, expected) => {
    const client = await login(Intents[intent])
    const found = await eventsOf(client, () => {
      const message = twin.world.postMessage({ channelId: channel.id, authorId: ownerId })
      twin.world.emit({ kind: 'vote-added', message, channel, userId: ownerId, answerId: 1 })
      twin.world.emit({ kind: 'typing', channel, userId: ownerId })
      twin.world.emit({ kind: 'pins-changed', channel })
      twin.world.emit({ kind: 'webhooks-changed', channel })
      twin.world.setMember(GUILD, ownerId, [], { nick: 'J' })
    })
    expect(found.map(([name]) => name)).toEqual(expected)
  })

  it('blank messages of others without the intent for content, except those that mention the bot', async () => {
    const { botId } = twin.world
    const client = await login(Intents.GuildMessages)
    const found = await eventsOf(client, () => {
      for (const [authorId, content] of [
        [ownerId, 'secret'],
        [ownerId, `for <@${botId}>`],
        [botId, 'own'],
      ] as const)
        twin.world.postMessage({ channelId: channel.id, authorId, content, files: [{ key: 'one-second' }] })
    })
    expect(found.map(([, { content, attachments }]) => [content, attachments.length])).toEqual([
      ['', 0],
      [`for <@${botId}>`, 1],
      ['own', 1],
    ])
  })

  it('tell nothing of a hidden channel but that it is there, and its threads when it comes into sight', async () => {
    const client = await login(EVERYTHING)
    const category = twin.world.createChannel({
      guildId: GUILD,
      name: 'secret',
      type: ChannelType.GuildCategory,
      overwrites: [hide(GUILD)],
    })
    const hidden = twin.world.createChannel({
      guildId: GUILD,
      name: 'plans',
      topic: 'x',
      parentId: category.id,
      overwrites: [hide(GUILD)],
    })
    await client.settle()
    const created = client.events('CHANNEL_CREATE').find(({ d }) => d.id === hidden.id)?.d
    expect(created).toEqual({
      id: hidden.id,
      type: 0,
      guild_id: GUILD,
      name: '___hidden___',
      position: hidden.position,
      parent_id: category.id,
      permission_overwrites: [hide(GUILD)],
      flags: 1 << 17,
    })
    const silent = await eventsOf(client, () => {
      twin.world.createChannel({
        guildId: GUILD,
        name: 'talk',
        type: ChannelType.PublicThread,
        parentId: hidden.id,
        ownerId,
      })
      twin.world.postMessage({ channelId: hidden.id, authorId: ownerId })
      twin.world.emit({ kind: 'typing', channel: hidden, userId: ownerId })
    })
    expect(silent).toEqual([])
    // A role that sees the channel is given to the bot: channel and category come into sight.
    twin.world.setRole(GUILD, { id: '701', name: 'insider', permissions: 0n })
    twin.world.updateChannel(hidden.id, {
      overwrites: [hide(GUILD), { id: '701', type: OverwriteType.Role, allow: VIEW.toString(), deny: '0' }],
    })
    await client.settle()
    const revealed = await eventsOf(client, () => twin.world.setMember(GUILD, twin.world.botId, ['701']))
    expect(revealed.map(([name, { name: channelName }]) => [name, channelName])).toEqual([
      ['GUILD_MEMBER_UPDATE', undefined],
      ['CHANNEL_UPDATE', 'plans'],
      ['CHANNEL_UPDATE', 'secret'],
      ['THREAD_LIST_SYNC', undefined],
    ])
    expect(revealed[3]![1]).toMatchObject({ channel_ids: [hidden.id], threads: [{ name: 'talk' }] })
    // The role is deleted: both go out of sight again.
    const gone = await eventsOf(client, () => twin.world.deleteRole(GUILD, '701'))
    expect(gone.map(([name, { name: channelName }]) => [name, channelName])).toEqual([
      ['GUILD_ROLE_DELETE', undefined],
      ['CHANNEL_UPDATE', '___hidden___'],
      ['CHANNEL_UPDATE', '___hidden___'],
    ])
  })

  it('of private threads come to members and to those who manage threads', async () => {
    const client = await login(EVERYTHING)
    const thread = twin.world.createChannel({
      guildId: GUILD,
      name: 'us',
      type: ChannelType.PrivateThread,
      parentId: channel.id,
      ownerId,
    })
    twin.world.postMessage({ channelId: thread.id, authorId: ownerId, content: 'psst' })
    await client.settle()
    expectNone(client, 'THREAD_CREATE', 'MESSAGE_CREATE')
    const added = await eventsOf(client, () => {
      thread.thread!.members.set(twin.world.botId, twin.world.now())
      twin.world.emit({ kind: 'thread-members-changed', thread, addedIds: [twin.world.botId], removedIds: [] })
      twin.world.postMessage({ channelId: thread.id, authorId: ownerId, content: 'hi' })
    })
    expect(added.map(([name]) => name)).toEqual(['THREAD_CREATE', 'THREAD_MEMBERS_UPDATE', 'MESSAGE_CREATE'])
    expect(added[0]![1]).toMatchObject({ member: { user_id: twin.world.botId } })
    expect(added[0]![1]).not.toHaveProperty('newly_created')
    const removed = await eventsOf(client, () => {
      thread.thread!.members.delete(twin.world.botId)
      twin.world.emit({ kind: 'thread-members-changed', thread, addedIds: [], removedIds: [twin.world.botId] })
      twin.world.postMessage({ channelId: thread.id, authorId: ownerId, content: 'gone?' })
    })
    expect(removed).toMatchObject([['THREAD_MEMBERS_UPDATE', { removed_member_ids: [twin.world.botId] }]])
    twin.world.setRole(GUILD, { id: GUILD, name: '@everyone', permissions: VIEW | MANAGE_THREADS })
    await client.settle()
    const managing = await eventsOf(client, () => {
      twin.world.postMessage({ channelId: thread.id, authorId: ownerId, content: 'seen' })
    })
    expect(managing.map(([name]) => name)).toEqual(['MESSAGE_CREATE'])
  })

  it('of other people in threads need the intent for members', async () => {
    const plain = await login(PLAIN_INTENTS)
    const full = await login(EVERYTHING)
    const thread = twin.world.createChannel({
      guildId: GUILD,
      name: 't',
      type: ChannelType.PublicThread,
      parentId: channel.id,
      ownerId,
    })
    twin.world.emit({ kind: 'thread-members-changed', thread, addedIds: [ownerId], removedIds: [] })
    await Promise.all([plain.settle(), full.settle()])
    expectNone(plain, 'THREAD_MEMBERS_UPDATE')
    expect(full.events('THREAD_MEMBERS_UPDATE')[0]?.d).toMatchObject({
      id: thread.id,
      member_count: 1,
      added_members: [{ user_id: ownerId, member: { user: { id: ownerId } } }],
    })
  })

  it('tell of an outage: the guild goes, nothing is heard of it, it comes back whole', async () => {
    const client = await login(EVERYTHING)
    const found = await eventsOf(client, () => {
      twin.world.setOutage(GUILD, true)
      twin.world.postMessage({ channelId: channel.id, authorId: ownerId })
    })
    expect(found).toEqual([['GUILD_DELETE', { id: GUILD, unavailable: true }]])
    const late = await login(EVERYTHING)
    expect(late.events().map(({ t, d }) => [t, d.unavailable])).toEqual([
      ['READY', undefined],
      ['GUILD_DELETE', true],
    ])
    const back = await eventsOf(client, () => twin.world.setOutage(GUILD, false))
    expect(back).toMatchObject([['GUILD_CREATE', { id: GUILD, unavailable: false, channels: [{ id: channel.id }] }]])
    expect(await eventsOf(client, () => twin.world.removeBot(GUILD))).toEqual([['GUILD_DELETE', { id: GUILD }]])
  })

  it('go to the shard of their guild; those of no guild to the first', async () => {
    const count = 3
    const shardOf = (id: string) => Number((BigInt(id) >> 22n) % BigInt(count))
    const guilds = [0, 1, 2].map((index) => String(((BigInt(GUILD) >> 22n) + BigInt(index)) << 22n))
    for (const id of guilds) if (id !== GUILD) addGuild(twin, id)
    const shards = await Promise.all(
      [0, 1, 2].map(async (shard) => {
        const client = new RawClient(twin)
        clients.push(client)
        await client.identify({ intents: EVERYTHING, shard: [shard, count] })
        return client
      }),
    )
    twin.world.updatePerson(twin.world.botId, { username: 'Saver' })
    for (const { id, guildId } of twin.world.channels.values())
      twin.world.postMessage({ channelId: id, authorId: ownerId, content: guildId })
    await Promise.all(shards.map((client) => client.settle()))
    for (const [shard, client] of shards.entries()) {
      const told = client.events().flatMap(({ d }) => d.guild_id ?? [])
      expect(told.length).toBeGreaterThan(0)
      expect(new Set(told.map(shardOf))).toEqual(new Set([shard]))
      expect(client.events('USER_UPDATE')).toHaveLength(shard === 0 ? 1 : 0)
    }
  })

  it('of a guild that begins name only active threads in sight, and members as far as they may be known', async () => {
    const thread = (more: object) =>
      twin.world.createChannel({
        guildId: GUILD,
        name: 't',
        type: ChannelType.PublicThread,
        parentId: channel.id,
        ownerId,
        ...more,
      })
    const active = thread({})
    thread({ thread: { archived: true } })
    thread({ type: ChannelType.PrivateThread })
    for (let index = 0; index < 60; index += 1) {
      const { id } = twin.world.addPerson({
        id: String(10_000 + index),
        username: `p${index}`,
        globalName: null,
        avatar: null,
      })
      twin.world.setMember(GUILD, id, [])
    }
    const guildOf = (client: RawClient) => client.events('GUILD_CREATE')[0]?.d
    const plain = guildOf(await login(EVERYTHING))
    expect(plain.threads.map(({ id }: { id: string }) => id)).toEqual([active.id])
    expect(plain).toMatchObject({ large: true, member_count: 62, members: [{ user: { id: twin.world.botId } }] })
    const knowing = guildOf(await login(EVERYTHING | Intents.GuildPresences, { large_threshold: 100 }))
    expect(knowing).toMatchObject({ large: false })
    expect(knowing.members).toHaveLength(62)
  })
})
