import { API } from '@discordjs/core'
import { REST } from '@discordjs/rest'
import {
  ChannelFlags,
  ChannelType,
  ForumLayoutType,
  OverwriteType,
  PermissionFlagsBits as Bits,
  Routes,
  SortOrderType,
  VideoQualityMode,
} from 'discord-api-types/v10'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO } from '../src/index.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'

const { guilds, people, uninvited } = DEMO
const guildId = guilds.squad
const EVERYTHING = Bits.ManageChannels | Bits.ManageRoles | Bits.ManageMessages

describe('channels', () => {
  let twin: CheckedTwin
  let api: API

  beforeAll(async () => {
    twin = await startCheckedTwin()
    api = new API(new REST({ api: twin.apiUrl, retries: 0 }).setToken(twin.botToken))
    allow(EVERYTHING)
  })
  afterAll(() => twin.close())

  function allow(bits: bigint, but = 0n): void {
    const guild = twin.world.requireGuild(guildId)
    const role = guild.roles.get(guild.members.get(twin.world.botId)!.roleIds[0]!)!
    twin.world.setRole(guildId, { ...role, permissions: (role.permissions | bits) & ~but })
  }

  it('are told from each other by what is wrong with them: bad ids, unknown ones, hidden ones, other guilds’', async () => {
    const get = (id: string) => api.rest.get(`/channels/${id}`)
    await expect(get('abc')).rejects.toMatchObject({
      status: 400,
      code: 50_035,
      rawError: { errors: { channel_id: { _errors: [{ code: 'NUMBER_TYPE_COERCE' }] } } },
    })
    await expect(get('42')).rejects.toMatchObject({ status: 404, code: 10_003 })
    const [elsewhere] = twin.world.channelsOf(uninvited)
    const hidden = twin.world.channelsOf(guildId).find(({ name }) => name === 'owners-only')!
    for (const { id } of [elsewhere!, hidden])
      await expect(get(id)).rejects.toMatchObject({ status: 403, code: 50_001 })
    const listed = await api.guilds.getChannels(guildId)
    expect(listed.map(({ id }) => id)).not.toContain(hidden.id)
    expect(listed.every(({ type }) => ![10, 11, 12].includes(type))).toBe(true)
  })

  it('of every type keep what they were created with', async () => {
    const category = await api.guilds.createChannel(guildId, { name: 'cat', type: ChannelType.GuildCategory })
    const common = { name: 'new', parent_id: category.id, rate_limit_per_user: 5, nsfw: true }
    const withTopic = { ...common, topic: 'about' }
    for (const body of [
      { ...withTopic, type: ChannelType.GuildText, default_auto_archive_duration: 60 },
      { ...withTopic, type: ChannelType.GuildAnnouncement },
      {
        ...common,
        type: ChannelType.GuildVoice,
        bitrate: 32_000,
        user_limit: 4,
        rtc_region: 'rotterdam',
        video_quality_mode: VideoQualityMode.Full,
      },
      { ...common, type: ChannelType.GuildStageVoice, bitrate: 32_000, user_limit: 100 },
      {
        ...withTopic,
        type: ChannelType.GuildForum,
        default_thread_rate_limit_per_user: 9,
        default_reaction_emoji: { emoji_id: null, emoji_name: '🔥' },
        default_sort_order: SortOrderType.CreationDate,
        default_forum_layout: ForumLayoutType.GalleryView,
        available_tags: [{ name: 'tag', moderated: true, emoji_id: null, emoji_name: '🎬' }],
      },
      { ...withTopic, type: ChannelType.GuildMedia, default_sort_order: SortOrderType.LatestActivity },
    ]) {
      const created = await api.guilds.createChannel(guildId, body as never)
      expect(created).toMatchObject(body)
      expect(await api.channels.get(created.id)).toEqual(created)
    }
    await expect(
      api.guilds.createChannel(guildId, { name: 'x', parent_id: category.id, type: ChannelType.GuildCategory }),
    ).rejects.toMatchObject({ code: 50_035 })
    await expect(api.guilds.createChannel(guildId, { name: '' })).rejects.toMatchObject({ code: 50_035 })
    allow(0n, Bits.ManageChannels)
    await expect(api.guilds.createChannel(guildId, { name: 'x' })).rejects.toMatchObject({ code: 50_013 })
    allow(EVERYTHING)
  })

  it('change, move and go; the channels of a category that goes stay', async () => {
    const category = await api.guilds.createChannel(guildId, { name: 'box', type: ChannelType.GuildCategory })
    const forum = await api.guilds.createChannel(guildId, {
      name: 'forum',
      type: ChannelType.GuildForum,
      parent_id: category.id,
      available_tags: [{ name: 'one' }] as never,
    })
    const tags = (forum as unknown as { available_tags: { id: string }[] }).available_tags
    const changed = await api.channels.edit(forum.id, {
      name: 'renamed',
      topic: null,
      flags: ChannelFlags.RequireTag,
      available_tags: [{ ...tags[0]!, name: 'first' }, { name: 'second' }] as never,
    })
    expect(changed).toMatchObject({
      name: 'renamed',
      flags: ChannelFlags.RequireTag,
      available_tags: [
        { id: tags[0]!.id, name: 'first' },
        { name: 'second', moderated: false },
      ],
    })
    await api.guilds.setChannelPositions(guildId, [{ id: forum.id, position: 77, parent_id: null }])
    expect(await api.channels.get(forum.id)).toMatchObject({ position: 77, parent_id: null })
    const text = await api.guilds.createChannel(guildId, { name: 'inside', parent_id: category.id })
    expect(await api.channels.edit(text.id, { type: ChannelType.GuildAnnouncement })).toMatchObject({ type: 5 })
    await expect(api.channels.edit(forum.id, { type: ChannelType.GuildText })).rejects.toMatchObject({ code: 50_035 })
    expect(await api.channels.delete(category.id)).toMatchObject({ id: category.id })
    expect(await api.channels.get(text.id)).toMatchObject({ parent_id: null })
    await expect(api.channels.edit(text.id, { rate_limit_per_user: 99_999 })).rejects.toMatchObject({ code: 50_035 })
    allow(0n, Bits.ManageChannels)
    await expect(api.channels.edit(text.id, { name: 'x' })).rejects.toMatchObject({ code: 50_013 })
    await expect(api.channels.delete(text.id)).rejects.toMatchObject({ code: 50_013 })
    allow(EVERYTHING)
  })

  it('have overwrites, which cannot give what the bot does not have', async () => {
    const { id } = await api.guilds.createChannel(guildId, { name: 'overwritten' })
    const put = (overwriteId: string, allowed: bigint, denied: bigint, type = OverwriteType.Member) =>
      api.channels.editPermissionOverwrite(id, overwriteId, { type, allow: String(allowed), deny: String(denied) })
    await put(people.sam, Bits.ViewChannel, Bits.SendMessages)
    await put(guildId, 0n, Bits.SendMessages, OverwriteType.Role)
    expect(await api.channels.get(id)).toMatchObject({
      permission_overwrites: [
        { id: people.sam, type: 1, allow: '1024', deny: '2048' },
        { id: guildId, type: 0, allow: '0', deny: '2048' },
      ],
    })
    await expect(put(people.sam, Bits.BanMembers, 0n)).rejects.toMatchObject({ code: 50_013 })
    await expect(put(people.sam, Bits.ManageRoles, 0n)).rejects.toMatchObject({ code: 50_013 })
    await expect(put('42', 0n, 0n)).rejects.toMatchObject({ code: 10_009 })
    await api.channels.deletePermissionOverwrite(id, people.sam)
    await expect(api.channels.deletePermissionOverwrite(id, people.sam)).rejects.toMatchObject({ code: 10_009 })
    // Hiding a channel from oneself works, and then it is hidden.
    await put(twin.world.botId, 0n, Bits.ViewChannel)
    await expect(api.channels.get(id)).rejects.toMatchObject({ status: 403, code: 50_001 })
    const other = await api.guilds.createChannel(guildId, { name: 'other' })
    allow(0n, Bits.ManageRoles)
    await expect(
      api.channels.editPermissionOverwrite(other.id, people.sam, { type: 1, allow: '0', deny: '0' }),
    ).rejects.toMatchObject({ code: 50_013 })
    allow(EVERYTHING)
  })

  it('are told that the bot types', async () => {
    const { id } = await api.guilds.createChannel(guildId, { name: 'typed' })
    const told = new Promise((resolve) => {
      const stop = twin.world.onEvent((event) => {
        if (event.kind !== 'typing') return
        stop()
        resolve([event.channel.id, event.userId])
      })
    })
    await api.rest.post(Routes.channelTyping(id))
    expect(await told).toEqual([id, twin.world.botId])
  })
})
