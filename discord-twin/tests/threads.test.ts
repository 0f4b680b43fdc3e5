import { once } from 'node:events'
import { API } from '@discordjs/core'
import { REST } from '@discordjs/rest'
import {
  ChannelFlags,
  ChannelType,
  MessageFlags,
  MessageType,
  PermissionFlagsBits as Bits,
  Routes,
  type APIThreadChannel,
} from 'discord-api-types/v10'
import { Client, Events, GatewayIntentBits } from 'discord.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO } from '../src/index.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'

const { guilds, people } = DEMO
const EVERYTHING =
  Bits.CreatePublicThreads |
  Bits.CreatePrivateThreads |
  Bits.SendMessagesInThreads |
  Bits.ManageThreads |
  Bits.AttachFiles

describe('threads', () => {
  let twin: CheckedTwin
  let api: API
  let text: string

  beforeAll(async () => {
    twin = await startCheckedTwin()
    api = new API(new REST({ api: twin.apiUrl, retries: 0 }).setToken(twin.botToken))
    text = twin.world.createChannel({ guildId: guilds.squad, name: 'threaded' }).id
    allow(guilds.squad, EVERYTHING)
    allow(guilds.lan, EVERYTHING)
  })
  afterAll(() => twin.close())

  function allow(guildId: string, bits: bigint, but = 0n): void {
    const guild = twin.world.requireGuild(guildId)
    const role = guild.roles.get(guild.members.get(twin.world.botId)!.roleIds[0]!)!
    const everyone = guild.roles.get(guildId)!
    twin.world.setRole(guildId, { ...role, permissions: (role.permissions | bits) & ~but })
    twin.world.setRole(guildId, { ...everyone, permissions: everyone.permissions & ~but })
  }
  function addThread(name: string, thread: object = {}, type = ChannelType.PublicThread) {
    return twin.world.createChannel({
      guildId: guilds.squad,
      parentId: text,
      name,
      type,
      ownerId: people.lena,
      thread,
    })
  }
  const say = (channelId: string, content = 'hello') =>
    twin.world.postMessage({ channelId, authorId: people.sam, content })

  it('start from a message, once, and have its id', async () => {
    const message = say(text)
    const thread = (await api.channels.createThread(
      text,
      { name: 'about it', auto_archive_duration: 60, rate_limit_per_user: 5 },
      message.id,
    )) as APIThreadChannel
    expect(thread).toMatchObject({
      id: message.id,
      parent_id: text,
      type: ChannelType.PublicThread,
      owner_id: twin.world.botId,
      message_count: 0,
      total_message_sent: 0,
      member_count: 1,
      rate_limit_per_user: 5,
      thread_metadata: { archived: false, locked: false, auto_archive_duration: 60 },
      member: { user_id: twin.world.botId },
    })
    const origin = await api.channels.getMessage(text, message.id)
    expect(origin).toMatchObject({ thread: { id: message.id, name: 'about it' } })
    expect(origin.flags! & MessageFlags.HasThread).toBeTruthy()
    const [first] = await api.channels.getMessages(thread.id)
    expect(first).toMatchObject({
      type: MessageType.ThreadStarterMessage,
      message_reference: { channel_id: text, message_id: message.id },
    })
    await expect(api.channels.createThread(text, { name: 'again' }, message.id)).rejects.toMatchObject({
      status: 400,
      code: 160_004,
    })
    await expect(api.channels.createThread(text, { name: 'none' }, '42')).rejects.toMatchObject({ code: 10_008 })
  })

  it('count what is said in them, and what was said', async () => {
    const thread = addThread('counted')
    const { id } = say(thread.id)
    say(thread.id)
    expect(await api.channels.get(thread.id)).toMatchObject({ message_count: 2, total_message_sent: 2 })
    twin.world.deleteMessage(thread.id, id)
    expect(await api.channels.get(thread.id)).toMatchObject({
      message_count: 1,
      total_message_sent: 2,
      member_count: 2,
    })
  })

  it('start without a message: a public one is told of in the channel, a private one is not', async () => {
    const open = await api.channels.createThread(text, { name: 'open', type: ChannelType.PublicThread })
    const [told] = await api.channels.getMessages(text, { limit: 1 })
    expect(told).toMatchObject({
      type: MessageType.ThreadCreated,
      content: 'open',
      message_reference: { channel_id: open.id },
    })
    const closed = await api.channels.createThread(text, { name: 'closed', invitable: false })
    expect(closed).toMatchObject({ type: ChannelType.PrivateThread, thread_metadata: { invitable: false } })
    expect((await api.channels.getMessages(text, { limit: 1 }))[0]!.id).toBe(told!.id)
    await expect(
      api.channels.createThread(text, { name: 'x', type: ChannelType.AnnouncementThread }),
    ).rejects.toMatchObject({ code: 50_024 })
    await expect(api.channels.createThread(text, { name: '', type: ChannelType.PublicThread })).rejects.toMatchObject({
      code: 50_035,
    })
    allow(guilds.squad, 0n, Bits.CreatePrivateThreads)
    await expect(api.channels.createThread(text, { name: 'closed' })).rejects.toMatchObject({ code: 50_013 })
    allow(guilds.squad, EVERYTHING)
  })

  it('in announcement channels are of their type', async () => {
    const news = twin.world.channelsOf(guilds.lan).find(({ name }) => name === 'announcements')!
    const message = say(news.id)
    expect(await api.channels.createThread(news.id, { name: 'n' }, message.id)).toMatchObject({
      type: ChannelType.AnnouncementThread,
    })
  })

  it('in forums begin with a message, tags and files', async () => {
    const forum = twin.world.channelsOf(guilds.lan).find(({ type }) => type === ChannelType.GuildForum)!
    const [tag] = forum.forum!.tags
    const post = await api.channels.createForumThread(forum.id, {
      name: 'best of',
      applied_tags: [tag!.id],
      message: { content: 'look', files: [{ name: 'a.txt', data: Buffer.from('file') }] },
    })
    expect(post).toMatchObject({
      type: ChannelType.PublicThread,
      applied_tags: [tag!.id],
      message_count: 0,
      message: { id: post.id, content: 'look', attachments: [{ filename: 'a.txt' }] },
    })
    const { attachments } = await api.channels.getMessage(post.id, post.id)
    expect(await (await fetch(attachments[0]!.url)).text()).toBe('file')
    say(post.id)
    expect(await api.channels.get(post.id)).toMatchObject({ message_count: 1, total_message_sent: 1 })
    expect(await api.channels.get(forum.id)).toMatchObject({
      last_message_id: post.id,
      available_tags: forum.forum!.tags,
    })
    await expect(
      api.channels.createForumThread(forum.id, { name: 'x', applied_tags: ['1'], message: { content: 'x' } }),
    ).rejects.toMatchObject({ code: 50_035 })
    await expect(api.channels.createForumThread(forum.id, { name: 'x', message: {} })).rejects.toMatchObject({
      code: 50_006,
    })
    twin.world.updateChannel(forum.id, { settings: { flags: ChannelFlags.RequireTag } })
    await expect(
      api.channels.createForumThread(forum.id, { name: 'x', message: { content: 'x' } }),
    ).rejects.toMatchObject({ code: 50_035, rawError: { errors: { applied_tags: expect.anything() } } })
  })

  it('that are archived can only be opened again', async () => {
    const thread = addThread('old', { archived: true })
    await expect(api.channels.edit(thread.id, { name: 'new' })).rejects.toMatchObject({ status: 400, code: 50_083 })
    await expect(api.threads.join(thread.id)).rejects.toMatchObject({ code: 50_083 })
    const opened = await api.channels.edit(thread.id, { archived: false, name: 'new', locked: true })
    expect(opened).toMatchObject({ name: 'new', thread_metadata: { archived: false, locked: true } })
    const before = (opened as APIThreadChannel).thread_metadata!.archive_timestamp
    const closed = (await api.channels.edit(thread.id, { archived: true })) as APIThreadChannel
    expect(closed.thread_metadata!.archived).toBe(true)
    expect(Date.parse(closed.thread_metadata!.archive_timestamp)).toBeGreaterThanOrEqual(Date.parse(before))
    allow(guilds.squad, 0n, Bits.ManageThreads)
    await expect(api.channels.edit(thread.id, { archived: false })).rejects.toMatchObject({ code: 50_013 })
    const unlocked = addThread('unlocked', { archived: true })
    expect(await api.channels.edit(unlocked.id, { archived: false })).toMatchObject({
      thread_metadata: { archived: false },
    })
    await expect(api.channels.edit(unlocked.id, { name: 'mine?' })).rejects.toMatchObject({ code: 50_013 })
    await expect(api.channels.delete(unlocked.id)).rejects.toMatchObject({ code: 50_013 })
    allow(guilds.squad, EVERYTHING)
    await api.channels.delete(unlocked.id)
    await expect(api.channels.get(unlocked.id)).rejects.toMatchObject({ code: 10_003 })
  })

  it('have members who join, leave, are added and taken out', async () => {
    const thread = addThread('members')
    await api.threads.join(thread.id)
    expect(await api.threads.getMember(thread.id, twin.world.botId)).toMatchObject({ id: thread.id })
    await api.threads.addMember(thread.id, people.sam)
    const all = await api.threads.getAllMembers(thread.id)
    expect(all.map(({ user_id: id }) => id)).toEqual(
      [people.lena, people.sam, twin.world.botId].toSorted((a, b) => Number(BigInt(a) - BigInt(b))),
    )
    const paged = await api.rest.get(Routes.threadMembers(thread.id), {
      query: new URLSearchParams({ with_member: 'true', limit: '1', after: all[0]!.user_id! }),
    })
    expect(paged).toMatchObject([{ user_id: all[1]!.user_id, member: { user: { id: all[1]!.user_id } } }])
    await api.threads.removeMember(thread.id, people.sam)
    await expect(api.threads.getMember(thread.id, people.sam)).rejects.toMatchObject({ code: 10_007 })
    await api.threads.leave(thread.id)
    expect(await api.channels.get(thread.id)).not.toHaveProperty('member')
    await expect(api.threads.addMember(thread.id, people.rosa)).rejects.toMatchObject({ code: 50_001 })
    const limited = await startCheckedTwin({ privilegedIntents: [] })
    const other = new API(new REST({ api: limited.apiUrl }).setToken(limited.botToken))
    const open = limited.world.channelsOf(guilds.squad).find(({ type }) => type === ChannelType.PublicThread)!
    await expect(other.threads.getAllMembers(open.id)).rejects.toMatchObject({ code: 50_001 })
    await limited.close()
  })

  it('that are private are for their members and those who manage threads', async () => {
    const thread = addThread('secret', {}, ChannelType.PrivateThread)
    expect(await api.channels.get(thread.id)).toMatchObject({ id: thread.id })
    allow(guilds.squad, 0n, Bits.ManageThreads)
    await expect(api.channels.get(thread.id)).rejects.toMatchObject({ status: 403, code: 50_001 })
    const { threads } = await api.guilds.getActiveThreads(guilds.squad)
    expect(threads.map(({ id }) => id)).not.toContain(thread.id)
    thread.thread!.members.set(twin.world.botId, new Date())
    const active = await api.guilds.getActiveThreads(guilds.squad)
    expect(active.threads.map(({ id }) => id)).toContain(thread.id)
    expect(active.members).toContainEqual(expect.objectContaining({ id: thread.id, user_id: twin.world.botId }))
    allow(guilds.squad, EVERYTHING)
  })

  it('that are archived are listed from the last one on, page by page, by time or by id', async () => {
    const parent = twin.world.createChannel({ guildId: guilds.squad, name: 'archive' })
    const make = (index: number, type: ChannelType.PublicThread | ChannelType.PrivateThread) => {
      const date = new Date(Date.UTC(2025, 0, 1, index))
      const archivedAt = new Date(Date.UTC(2025, 6, 30 - index))
      return twin.world.createChannel({
        guildId: guilds.squad,
        parentId: parent.id,
        name: `old ${index}`,
        type,
        date,
        ownerId: index % 2 ? people.sam : twin.world.botId,
        thread: { archived: true, archivedAt },
      }).id
    }
    const open = Array.from({ length: 5 }, (_, index) => make(index, ChannelType.PublicThread))
    const closed = Array.from({ length: 5 }, (_, index) => make(index, ChannelType.PrivateThread))
    for (const [status, expected] of [
      ['public', open],
      ['private', closed],
    ] as const) {
      const found: string[] = []
      let before: string | undefined
      for (;;) {
        const page = await api.channels.getArchivedThreads(parent.id, status, {
          limit: 2,
          ...(before ? { before } : {}),
        })
        const threads = page.threads as APIThreadChannel[]
        found.push(...threads.map(({ id }) => id))
        before = threads.at(-1)!.thread_metadata!.archive_timestamp
        if (!page.has_more) break
      }
      expect(found).toEqual(expected)
    }
    const joined = await api.channels.getJoinedPrivateArchivedThreads(parent.id, { limit: 2 })
    expect(joined).toMatchObject({ has_more: true, threads: [{ id: closed[4] }, { id: closed[2] }] })
    expect(joined.members).toHaveLength(2)
    const last = await api.channels.getJoinedPrivateArchivedThreads(parent.id, { limit: 2, before: closed[2]! })
    expect(last).toMatchObject({ has_more: false, threads: [{ id: closed[0] }] })
    for (const limit of [1, 101])
      await expect(api.channels.getArchivedThreads(parent.id, 'public', { limit })).rejects.toMatchObject({
        code: 50_035,
      })
    await expect(api.channels.getArchivedThreads(parent.id, 'public', { before: 'yesterday' })).rejects.toMatchObject({
      code: 50_035,
      rawError: { errors: { before: expect.anything() } },
    })
    allow(guilds.squad, 0n, Bits.ManageThreads)
    await expect(api.channels.getArchivedThreads(parent.id, 'private')).rejects.toMatchObject({ code: 50_013 })
    allow(guilds.squad, EVERYTHING)
    twin.world.updateChannel(parent.id, {
      overwrites: [{ id: twin.world.botId, type: 1, allow: '0', deny: Bits.ReadMessageHistory.toString() }],
    })
    await expect(api.channels.getArchivedThreads(parent.id, 'public')).rejects.toMatchObject({ code: 50_013 })
  })

  it('are told of on the gateway as they start, change, gain and lose members, and end', async () => {
    const { Guilds, GuildMembers, GuildMessages, MessageContent } = GatewayIntentBits
    const client = new Client({
      intents: [Guilds, GuildMembers, GuildMessages, MessageContent],
      rest: { api: twin.apiUrl },
    })
    const seen: string[] = []
    const gone = new Promise<void>((resolve) => {
      client.on(Events.ThreadDelete, () => resolve())
    })
    client.on(Events.Raw, ({ t }: { t: string | null }) => t && seen.push(t))
    const ready = once(client, Events.ClientReady)
    await client.login(twin.botToken)
    await ready
    seen.length = 0
    const message = say(text)
    const { id } = await api.channels.createThread(text, { name: 'told' }, message.id)
    await api.threads.addMember(id, people.sam)
    await api.channels.edit(id, { name: 'retold' })
    await api.threads.removeMember(id, people.sam)
    await api.channels.delete(id)
    await gone
    await client.destroy()
    expect(seen).toEqual([
      'MESSAGE_CREATE',
      'THREAD_CREATE',
      'MESSAGE_UPDATE',
      'MESSAGE_CREATE',
      'THREAD_MEMBERS_UPDATE',
      'THREAD_UPDATE',
      'THREAD_MEMBERS_UPDATE',
      'THREAD_DELETE',
    ])
  })

  it('archived in one moment are all found page by page', async () => {
    const parent = twin.world.createChannel({ guildId: guilds.lan, name: 'archive' })
    const ids = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        const { id } = await api.channels.createThread(parent.id, { name: `t${index}`, type: ChannelType.PublicThread })
        await api.channels.edit(id, { archived: true })
        return id
      }),
    )
    const times = ids.map((id) => twin.world.requireChannel(id).thread!.archivedAt.getTime())
    expect(new Set(times).size).toBe(ids.length)
  })
})
