import { once } from 'node:events'
import { API } from '@discordjs/core'
import { REST } from '@discordjs/rest'
import { ChannelType, Client, Events, GatewayIntentBits, PermissionFlagsBits } from 'discord.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO } from '../src/index.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'

const { guilds, people } = DEMO

describe('webhooks', () => {
  let twin: CheckedTwin
  let api: API
  let role: string
  let clips: string
  let lanForum: string

  beforeAll(async () => {
    twin = await startCheckedTwin()
    api = new API(new REST({ api: twin.apiUrl }).setToken(twin.botToken))
    role = allow(guilds.squad, PermissionFlagsBits.ManageWebhooks)
    allow(guilds.lan, PermissionFlagsBits.ManageWebhooks)
    clips = idOf(guilds.squad, 'clips')
    lanForum = idOf(guilds.lan, 'highlights')
  })
  afterAll(() => twin.close())

  function allow(guildId: string, bits: bigint): string {
    const guild = twin.world.requireGuild(guildId)
    const [roleId = ''] = guild.members.get(twin.world.botId)!.roleIds
    const own = guild.roles.get(roleId)!
    twin.world.setRole(guildId, { ...own, permissions: own.permissions | bits })
    return roleId
  }
  function idOf(guildId: string, name: string): string {
    return twin.world.channelsOf(guildId).find((channel) => channel.name === name)!.id
  }
  function newChannel(): string {
    return twin.world.createChannel({ guildId: guilds.squad, name: 'hooks' }).id
  }

  it('are created, listed, changed and deleted, and the channel is told', async () => {
    const channelId = newChannel()
    const client = new Client({
      intents: [GatewayIntentBits.GuildWebhooks, GatewayIntentBits.Guilds],
      rest: { api: twin.apiUrl },
    })
    const ready = once(client, Events.ClientReady)
    await client.login(twin.botToken)
    await ready
    const told = once(client, Events.WebhooksUpdate)
    const hook = await api.channels.createWebhook(channelId, { name: 'News' })
    expect((await told)[0]).toMatchObject({ id: channelId })
    await client.destroy()
    expect(hook).toMatchObject({
      type: 1,
      name: 'News',
      avatar: null,
      channel_id: channelId,
      guild_id: guilds.squad,
      application_id: twin.clientId,
      token: expect.stringMatching(/^[\w-]{68}$/),
      user: { id: twin.world.botId },
    })
    expect(await api.channels.getWebhooks(channelId)).toEqual([hook])
    expect(await api.guilds.getWebhooks(guilds.squad)).toContainEqual(hook)
    expect(await api.webhooks.get(hook.id)).toEqual(hook)
    expect(await api.webhooks.get(hook.id, { token: hook.token! })).not.toHaveProperty('user')
    expect(await api.webhooks.edit(hook.id, { name: 'Newer', channel_id: clips })).toMatchObject({
      id: hook.id,
      name: 'Newer',
      channel_id: clips,
    })
    await api.webhooks.delete(hook.id)
    await expect(api.webhooks.get(hook.id)).rejects.toMatchObject({ status: 404, code: 10_015 })
  })

  it('post messages under a name of their own, which only they can change', async () => {
    const hook = await api.channels.createWebhook(clips, { name: 'News' })
    const token = hook.token!
    const message = await api.webhooks.execute(hook.id, token, {
      content: 'Fresh',
      username: 'Reporter',
      files: [{ name: 'a.txt', data: Buffer.from('file') }],
      wait: true,
    })
    expect(message).toMatchObject({
      channel_id: clips,
      content: 'Fresh',
      webhook_id: hook.id,
      author: { id: hook.id, username: 'Reporter', bot: true },
      attachments: [{ filename: 'a.txt' }],
    })
    expect(await (await fetch(message.attachments[0]!.url)).text()).toBe('file')
    expect(await api.channels.getMessage(clips, message.id)).toMatchObject({ content: 'Fresh', webhook_id: hook.id })
    expect(await api.webhooks.getMessage(hook.id, token, message.id)).toMatchObject({ id: message.id })
    const edited = await api.webhooks.editMessage(hook.id, token, message.id, { content: 'Corrected' })
    expect(edited).toMatchObject({ content: 'Corrected', edited_timestamp: expect.any(String) })
    expect(edited.attachments).toHaveLength(1)
    const other = twin.world.postMessage({ channelId: clips, authorId: people.sam, content: 'mine' })
    await expect(api.webhooks.editMessage(hook.id, token, other.id, { content: 'x' })).rejects.toMatchObject({
      code: 10_008,
    })
    await api.webhooks.deleteMessage(hook.id, token, message.id)
    await expect(api.webhooks.getMessage(hook.id, token, message.id)).rejects.toMatchObject({ code: 10_008 })

    const quiet = await fetch(`${twin.apiUrl}/v10/webhooks/${hook.id}/${token}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ content: 'no answer wanted' }),
    })
    expect(quiet.status).toBe(204)
    await expect(api.webhooks.execute(hook.id, token, {})).rejects.toMatchObject({ code: 50_006 })
    await expect(api.webhooks.execute(hook.id, 'wrong', { content: 'x' })).rejects.toMatchObject({
      status: 401,
      code: 50_027,
    })
    await expect(api.webhooks.execute('42', token, { content: 'x' })).rejects.toMatchObject({ code: 10_015 })
  })

  it('post into threads, and begin one in a forum', async () => {
    const hook = await api.channels.createWebhook(lanForum, { name: 'Forum' })
    const say = { content: 'Round two', wait: true } as const
    await expect(api.webhooks.execute(hook.id, hook.token!, say)).rejects.toMatchObject({ code: 220_001 })
    const first = await api.webhooks.execute(hook.id, hook.token!, { ...say, thread_name: 'Round two' })
    const thread = twin.world.requireChannel(first.channel_id)
    expect(thread).toMatchObject({
      id: first.id,
      name: 'Round two',
      parentId: lanForum,
      type: ChannelType.PublicThread,
    })
    const next = await api.webhooks.execute(hook.id, hook.token!, { ...say, thread_id: thread.id })
    expect(next.channel_id).toBe(thread.id)
    const inThread = { thread_id: thread.id }
    expect(await api.webhooks.getMessage(hook.id, hook.token!, next.id, inThread)).toMatchObject({ id: next.id })
    const text = await api.channels.createWebhook(clips, { name: 'Text' })
    await expect(api.webhooks.execute(text.id, text.token!, { ...say, thread_name: 'no forum' })).rejects.toMatchObject(
      { code: 220_003 },
    )
    await expect(api.webhooks.execute(text.id, text.token!, { ...say, thread_id: thread.id })).rejects.toMatchObject({
      code: 10_003,
    })
  })

  it('need the permission, a name that is allowed, and room in the channel', async () => {
    const channelId = newChannel()
    for (let count = 0; count < 15; count += 1) await api.channels.createWebhook(channelId, { name: `Hook ${count}` })
    await expect(api.channels.createWebhook(channelId, { name: 'One more' })).rejects.toMatchObject({ code: 30_007 })
    const errorOf = (name: string) => api.channels.createWebhook(clips, { name }).catch((error) => error.rawError)
    expect(await errorOf('My Discord')).toMatchObject({
      code: 50_035,
      errors: { name: { _errors: [{ code: 'USERNAME_INVALID_CONTAINS' }] } },
    })
    expect(await errorOf('')).toMatchObject({ errors: { name: { _errors: [{ code: 'BASE_TYPE_MIN_LENGTH' }] } } })
    const category = idOf(guilds.squad, 'games')
    await expect(api.channels.createWebhook(category, { name: 'x' })).rejects.toMatchObject({ code: 50_024 })

    const own = twin.world.requireGuild(guilds.squad).roles.get(role)!
    twin.world.setRole(guilds.squad, { ...own, permissions: own.permissions & ~PermissionFlagsBits.ManageWebhooks })
    await expect(api.channels.getWebhooks(clips)).rejects.toMatchObject({ status: 403, code: 50_013 })
    await expect(api.guilds.getWebhooks(guilds.squad)).rejects.toMatchObject({ code: 50_013 })
    await expect(api.channels.createWebhook(clips, { name: 'x' })).rejects.toMatchObject({ code: 50_013 })
    allow(guilds.squad, PermissionFlagsBits.ManageWebhooks)
  })
})
