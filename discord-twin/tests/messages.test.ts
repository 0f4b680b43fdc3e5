import { API } from '@discordjs/core'
import { REST } from '@discordjs/rest'
import { ChannelType, MessageFlags, MessageReferenceType, MessageType, PermissionFlagsBits as Bits } from 'discord.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO } from '../src/index.ts'
import type { World } from '../src/world/world.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'
import { createPlaces, refusal } from './messaging.ts'

const { guilds, people } = DEMO
type Places = ReturnType<typeof createPlaces>

describe('messages over REST', () => {
  let twin: CheckedTwin
  let world: World
  let api: API
  let newChannel: Places['newChannel']
  let withBits: Places['withBits']
  let withoutBits: Places['withoutBits']
  let say: Places['say']

  beforeAll(async () => {
    twin = await startCheckedTwin()
    world = twin.world
    ;({ newChannel, withBits, withoutBits, say } = createPlaces(world))
    api = new API(new REST({ api: twin.apiUrl, retries: 0 }).setToken(twin.botToken))
  })
  afterAll(() => twin.close())

  describe('are read', () => {
    it('newest first, before, after and around an id', async () => {
      const channelId = newChannel()
      const ids = Array.from({ length: 7 }, (_, index) => say(channelId, `m${index}`).id)
      const list = async (query: object) => (await api.channels.getMessages(channelId, query)).map(({ id }) => id)
      expect(await list({})).toEqual(ids.toReversed())
      expect(await list({ before: ids[3], limit: 2 })).toEqual([ids[2], ids[1]])
      expect(await list({ after: ids[3], limit: 2 })).toEqual([ids[5], ids[4]])
      expect(await list({ around: ids[3], limit: 3 })).toEqual([ids[4], ids[3], ids[2]])
    })

    it('within limits and with one direction only', async () => {
      const channelId = newChannel()
      for (const limit of [0, 101])
        expect(await refusal(api.channels.getMessages(channelId, { limit }))).toMatchObject({
          status: 400,
          code: 50_035,
        })
      expect(await refusal(api.channels.getMessages(channelId, { before: '1', after: '2' }))).toMatchObject({
        code: 50_035,
      })
      expect(await refusal(api.channels.getMessages(channelId, { before: 'x' }))).toMatchObject({
        errors: { before: { _errors: [{ code: 'NUMBER_TYPE_COERCE' }] } },
      })
    })

    it('where the bot may: hidden, foreign, unknown and channels without messages are refused', async () => {
      const of = (id: string) => refusal(api.channels.getMessages(id))
      expect(await of('123')).toMatchObject({ status: 404, code: 10_003 })
      expect(await of('clips')).toMatchObject({ status: 400, code: 50_035 })
      expect(await of(withoutBits(Bits.ViewChannel))).toMatchObject({ status: 403, code: 50_001 })
      const foreign = '1500000000000000001'
      world.addGuild({ id: foreign, name: 'Elsewhere', icon: null, ownerId: people.sam, everyone: Bits.ViewChannel })
      expect(await of(newChannel({ guildId: foreign }))).toMatchObject({ status: 403, code: 50_001 })
      for (const type of [ChannelType.GuildForum, ChannelType.GuildMedia, ChannelType.GuildCategory])
        expect(await of(newChannel({ type }))).toMatchObject({ status: 400, code: 50_024 })
      const voice = newChannel({
        type: ChannelType.GuildVoice,
        overwrites: [{ id: world.botId, type: 1, allow: '0', deny: Bits.Connect.toString() }],
      })
      expect(await of(voice)).toMatchObject({ status: 403, code: 50_001 })
      const mute = withoutBits(Bits.ReadMessageHistory)
      const { id } = say(mute, 'hello')
      expect(await api.channels.getMessages(mute)).toEqual([])
      expect(await refusal(api.channels.getMessage(mute, id))).toMatchObject({ status: 403 })
      expect(await refusal(api.channels.getMessage(mute, '1'))).toMatchObject({ status: 404, code: 10_008 })
    })

    it('without members that Discord leaves out, never with null in their place', async () => {
      const channelId = newChannel()
      const { id } = say(channelId, 'plain')
      const message = await api.channels.getMessage(channelId, id)
      for (const key of [
        'thread',
        'poll',
        'reactions',
        'referenced_message',
        'message_reference',
        'message_snapshots',
        'webhook_id',
        'application_id',
        'interaction_metadata',
        'nonce',
        'position',
        'sticker_items',
        'mention_channels',
      ])
        expect(message).not.toHaveProperty(key)
      expect(message).toMatchObject({ edited_timestamp: null, embeds: [], components: [], attachments: [], flags: 0 })
    })
  })

  describe('are posted', () => {
    it('with text, flags, a nonce once, and read aloud only with the permission', async () => {
      const channelId = newChannel()
      const sent = await api.channels.createMessage(channelId, {
        content: '  hello  ',
        nonce: 'n-1',
        enforce_nonce: true,
        tts: true,
        flags: MessageFlags.SuppressNotifications | MessageFlags.Crossposted,
      })
      expect(sent).toMatchObject({
        content: 'hello',
        nonce: 'n-1',
        tts: false,
        flags: MessageFlags.SuppressNotifications,
        type: MessageType.Default,
      })
      const again = await api.channels.createMessage(channelId, { content: 'x', nonce: 'n-1', enforce_nonce: true })
      expect(again.id).toBe(sent.id)
      const other = await api.channels.createMessage(channelId, { content: 'x', nonce: 'n-1' })
      expect(other.id).not.toBe(sent.id)
      const loud = withBits(Bits.SendTTSMessages)
      expect(await api.channels.createMessage(loud, { content: 'hear', tts: true })).toMatchObject({ tts: true })
    })

    it('not empty, not too long, and not where the bot may not', async () => {
      const channelId = newChannel()
      const post = (id: string, body: Parameters<typeof api.channels.createMessage>[1]) =>
        refusal(api.channels.createMessage(id, body))
      expect(await post(channelId, {})).toMatchObject({ status: 400, code: 50_006 })
      expect(await post(channelId, { content: '   ' })).toMatchObject({ code: 50_006 })
      expect(await post(channelId, { content: 'x'.repeat(2001) })).toMatchObject({
        code: 50_035,
        errors: { content: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH' }] } },
      })
      const forum = newChannel({ type: ChannelType.GuildForum })
      expect(await post(forum, { content: 'x' })).toMatchObject({ status: 400, code: 50_008 })
      expect(await post(channelId, { sticker_ids: ['1'] })).toMatchObject({ code: 50_081 })
      expect(await post(withoutBits(Bits.SendMessages), { content: 'x' })).toMatchObject({ status: 403, code: 50_013 })
      const noFiles = withoutBits(Bits.AttachFiles)
      expect(await post(noFiles, { files: [{ name: 'a.txt', data: 'a' }] })).toMatchObject({ code: 50_013 })
      const noEmbeds = withoutBits(Bits.EmbedLinks)
      expect(await post(noEmbeds, { embeds: [{ title: 'a' }] })).toMatchObject({ code: 50_013 })
    })

    it('with embeds, completed and within their limits', async () => {
      const channelId = newChannel()
      const { embeds } = await api.channels.createMessage(channelId, {
        embeds: [
          {
            title: 'A clip',
            timestamp: '2025-03-01T10:00:00.000Z',
            image: { url: 'https://example.com/a.png' },
            author: { name: 'Mara', icon_url: 'https://example.com/m.png' },
            fields: [{ name: 'n', value: 'v' }],
          },
        ],
      })
      expect(embeds).toMatchObject([
        {
          type: 'rich',
          title: 'A clip',
          timestamp: expect.stringMatching(/\+00:00$/),
          image: { url: 'https://example.com/a.png', proxy_url: expect.stringContaining(twin.url) },
          author: { name: 'Mara', proxy_icon_url: expect.any(String) },
          fields: [{ name: 'n', value: 'v', inline: false }],
        },
      ])
      const post = (...list: object[]) => refusal(api.channels.createMessage(channelId, { embeds: list }))
      expect(await post({ color: 1 })).toMatchObject({
        errors: { embeds: { 0: { description: { _errors: [{ code: 'BASE_TYPE_REQUIRED' }] } } } },
      })
      expect(await post({ image: { url: 'file:///etc/passwd' } })).toMatchObject({
        errors: { embeds: { 0: { image: { url: { _errors: [{ code: 'URL_TYPE_INVALID_SCHEME' }] } } } } },
      })
      const long = { description: 'x'.repeat(3500) }
      expect(await post(long, long)).toMatchObject({
        errors: { embeds: { _errors: [{ code: 'MAX_EMBED_SIZE_EXCEEDED' }] } },
      })
      expect(await post(...Array.from({ length: 11 }, () => ({ title: 'x' })))).toMatchObject({ code: 50_035 })
    })

    it('as replies, also when the original is gone', async () => {
      const channelId = newChannel()
      const original = say(channelId, 'question')
      const reply = await api.channels.createMessage(channelId, {
        content: 'answer',
        message_reference: { message_id: original.id },
      })
      expect(reply).toMatchObject({
        type: MessageType.Reply,
        message_reference: { type: 0, channel_id: channelId, guild_id: guilds.squad, message_id: original.id },
        referenced_message: { id: original.id, content: 'question' },
        mentions: [{ id: people.sam }],
      })
      expect(reply.referenced_message).not.toHaveProperty('referenced_message')
      world.deleteMessage(channelId, original.id)
      expect(await api.channels.getMessage(channelId, reply.id)).toMatchObject({ referenced_message: null })

      const toMissing = (more: object) =>
        api.channels.createMessage(channelId, { content: 'x', message_reference: { message_id: original.id, ...more } })
      expect(await refusal(toMissing({}))).toMatchObject({
        code: 50_035,
        errors: { message_reference: { _errors: [{ code: 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE' }] } },
      })
      expect(await toMissing({ fail_if_not_exists: false })).toMatchObject({ type: MessageType.Default })
      const mute = withoutBits(Bits.ReadMessageHistory)
      const unread = say(mute, 'x')
      expect(
        await refusal(api.channels.createMessage(mute, { content: 'x', message_reference: { message_id: unread.id } })),
      ).toMatchObject({ code: 160_002 })
    })

    it('as forwards, which keep the original as it was', async () => {
      const source = newChannel()
      const target = newChannel()
      const original = say(source, `for <@${people.mara}>`, { files: [{ key: 'one-second' }] })
      const reference = { type: MessageReferenceType.Forward, message_id: original.id, channel_id: source } as const
      const forward = await api.channels.createMessage(target, { message_reference: reference })
      expect(forward).toMatchObject({
        type: MessageType.Default,
        content: '',
        attachments: [],
        flags: MessageFlags.HasSnapshot,
        message_reference: { type: 1, message_id: original.id, channel_id: source, guild_id: guilds.squad },
        message_snapshots: [
          {
            message: {
              content: original.content,
              attachments: [{ content_type: 'video/mp4' }],
              mentions: [{ id: people.mara }],
              edited_timestamp: null,
            },
          },
        ],
      })
      expect(forward.message_snapshots![0]!.message).not.toHaveProperty('author')
      expect(forward).not.toHaveProperty('referenced_message')
      world.deleteMessage(source, original.id)
      const kept = await api.channels.getMessage(target, forward.id)
      const { url } = kept.message_snapshots![0]!.message.attachments[0]!
      expect((await fetch(url)).status).toBe(200)

      const post = (body: object) => refusal(api.channels.createMessage(target, body))
      const next = say(source, 'x')
      const nextReference = { ...reference, message_id: next.id }
      expect(await post({ content: 'mine too', message_reference: nextReference })).toMatchObject({ code: 50_035 })
      expect(await post({ message_reference: { type: 1, message_id: next.id } })).toMatchObject({ code: 50_035 })
      const mute = withoutBits(Bits.ReadMessageHistory)
      const unread = { type: 1, channel_id: mute, message_id: say(mute, 'x').id }
      expect(await post({ message_reference: unread })).toMatchObject({ code: 160_009 })
    })

    it('with mentions of those who may be mentioned', async () => {
      const channelId = newChannel()
      const [role] = world.requireGuild(guilds.squad).roles.keys()
      const content = `<@${people.mara}> <@${people.sam}> <@&${role}> @everyone`
      const all = await api.channels.createMessage(channelId, { content })
      expect(all).toMatchObject({
        mentions: [{ id: people.mara }, { id: people.sam }],
        mention_roles: [role],
        mention_everyone: false,
      })
      const one = await api.channels.createMessage(channelId, { content, allowed_mentions: { users: [people.sam] } })
      expect(one).toMatchObject({ mentions: [{ id: people.sam }], mention_roles: [], mention_everyone: false })
      const crier = withBits(Bits.MentionEveryone)
      expect(await api.channels.createMessage(crier, { content: '@here' })).toMatchObject({ mention_everyone: true })
    })

    it('in threads, which they open again, but not in locked ones', async () => {
      const parentId = newChannel()
      const open = (thread: object) =>
        newChannel({ parentId, type: ChannelType.PublicThread, ownerId: people.sam, thread })
      const archived = open({ archived: true })
      expect(await api.channels.createMessage(archived, { content: 'hi' })).toMatchObject({ position: 0 })
      expect(world.requireChannel(archived).thread?.archived).toBe(false)
      expect(await api.channels.createMessage(archived, { content: 'ho' })).toMatchObject({ position: 1 })
      expect(await refusal(api.channels.createMessage(open({ locked: true }), { content: 'x' }))).toMatchObject({
        status: 403,
        code: 160_005,
      })
    })

    it('and announced in announcement channels once', async () => {
      const news = newChannel({ type: ChannelType.GuildAnnouncement })
      const { id } = await api.channels.createMessage(news, { content: 'news' })
      expect(await api.channels.crosspostMessage(news, id)).toMatchObject({ flags: MessageFlags.Crossposted })
      expect(await refusal(api.channels.crosspostMessage(news, id))).toMatchObject({ code: 40_033 })
      const plain = newChannel()
      const { id: other } = await api.channels.createMessage(plain, { content: 'no news' })
      expect(await refusal(api.channels.crosspostMessage(plain, other))).toMatchObject({ code: 50_024 })
    })
  })

  describe('are changed and deleted', () => {
    it('by who wrote them; others can only hide the embeds with the permission', async () => {
      const channelId = newChannel()
      const own = await api.channels.createMessage(channelId, { content: 'one', embeds: [{ title: 'e' }] })
      const edited = await api.channels.editMessage(channelId, own.id, { content: `two <@${people.mara}>` })
      expect(edited).toMatchObject({
        content: `two <@${people.mara}>`,
        mentions: [{ id: people.mara }],
        embeds: [{ title: 'e' }],
        edited_timestamp: expect.any(String),
      })
      const hidden = await api.channels.editMessage(channelId, own.id, { flags: MessageFlags.SuppressEmbeds })
      expect(hidden).toMatchObject({ embeds: [], flags: MessageFlags.SuppressEmbeds })
      expect(await api.channels.editMessage(channelId, own.id, { flags: 0 as MessageFlags })).toMatchObject({
        embeds: [{ title: 'e' }],
      })
      expect(await refusal(api.channels.editMessage(channelId, own.id, { content: '', embeds: [] }))).toMatchObject({
        code: 50_006,
      })
      const theirs = say(channelId, 'mine')
      expect(await refusal(api.channels.editMessage(channelId, theirs.id, { content: 'x' }))).toMatchObject({
        status: 403,
        code: 50_005,
      })
      const moderated = withBits(Bits.ManageMessages)
      const { id } = say(moderated, 'look')
      const suppressed = await api.channels.editMessage(moderated, id, { flags: MessageFlags.SuppressEmbeds })
      expect(suppressed).toMatchObject({ flags: MessageFlags.SuppressEmbeds, edited_timestamp: null })
    })

    it('not in archived threads', async () => {
      const parentId = newChannel()
      const thread = newChannel({ parentId, type: ChannelType.PublicThread, ownerId: people.sam })
      const { id } = await api.channels.createMessage(thread, { content: 'x' })
      const channel = world.requireChannel(thread)
      world.updateChannel(thread, { thread: { ...channel.thread!, archived: true } })
      expect(await refusal(api.channels.editMessage(thread, id, { content: 'y' }))).toMatchObject({ code: 50_083 })
      expect(await refusal(api.channels.addMessageReaction(thread, id, '👍'))).toMatchObject({ code: 50_083 })
      await api.channels.deleteMessage(thread, id)
      expect(world.findMessage(thread, id)).toBeUndefined()
    })

    it('one by one: own, or any with the permission', async () => {
      const channelId = newChannel()
      const { id } = await api.channels.createMessage(channelId, { content: 'x' })
      await api.channels.deleteMessage(channelId, id)
      expect(await refusal(api.channels.deleteMessage(channelId, id))).toMatchObject({ status: 404, code: 10_008 })
      const theirs = say(channelId, 'mine')
      expect(await refusal(api.channels.deleteMessage(channelId, theirs.id))).toMatchObject({ code: 50_013 })
      const moderated = withBits(Bits.ManageMessages)
      const old = say(moderated, 'old', { date: new Date(world.clock.now() - 30 * 86_400_000) })
      await api.channels.deleteMessage(moderated, old.id)
      expect(world.findMessage(moderated, old.id)).toBeUndefined()
    })

    it('many at once: two to a hundred that are younger than two weeks', async () => {
      const channelId = withBits(Bits.ManageMessages)
      const ids = Array.from({ length: 3 }, () => say(channelId, 'x').id)
      const remove = (list: string[]) => api.channels.bulkDeleteMessages(channelId, list)
      expect(await refusal(remove([ids[0]!]))).toMatchObject({ status: 400, code: 50_016 })
      expect(await refusal(remove([ids[0]!, ids[0]!]))).toMatchObject({ code: 50_035 })
      expect(await refusal(remove(Array.from({ length: 101 }, (_, index) => String(index + 1))))).toMatchObject({
        code: 50_016,
      })
      const old = say(channelId, 'old', { date: new Date(world.clock.now() - 15 * 86_400_000) })
      expect(await refusal(remove([ids[0]!, old.id]))).toMatchObject({ code: 50_034 })
      await remove([ids[0]!, ids[1]!])
      expect((await api.channels.getMessages(channelId)).map(({ id }) => id)).toEqual([ids[2], old.id])
      const plain = newChannel()
      expect(await refusal(api.channels.bulkDeleteMessages(plain, [ids[0]!, ids[1]!]))).toMatchObject({ code: 50_013 })
    })
  })
})
