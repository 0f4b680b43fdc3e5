import { readFile } from 'node:fs/promises'
import { API } from '@discordjs/core'
import { DiscordAPIError, REST } from '@discordjs/rest'
import { AttachmentFlags, ComponentType, MessageFlags, type APIMessageTopLevelComponent } from 'discord.js'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO } from '../src/index.ts'
import { mediaFile } from '../src/world/media-files.ts'
import type { World } from '../src/world/world.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'

const { guilds, people } = DEMO
const MEBIBYTE = 1024 * 1024

describe('files of messages', () => {
  let twin: CheckedTwin
  let world: World
  let api: API
  let channelId: string

  beforeAll(async () => {
    twin = await startCheckedTwin({ uploadLimitBytes: 2 * MEBIBYTE })
    world = twin.world
    api = new API(new REST({ api: twin.apiUrl, retries: 0 }).setToken(twin.botToken))
    channelId = world.createChannel({ guildId: guilds.squad, name: 'files' }).id
  })
  afterAll(() => twin.close())

  function post(body: Parameters<typeof api.channels.createMessage>[1]) {
    return api.channels.createMessage(channelId, body)
  }
  async function codeOf(attempt: Promise<unknown>): Promise<unknown> {
    const error = await attempt.catch((thrown: unknown) => thrown)
    if (!(error instanceof DiscordAPIError)) throw new Error(`There was no refusal: ${String(error)}`)
    return { status: error.status, code: error.code, ...(error.rawError as object) }
  }
  async function bytesAt(url: string): Promise<Buffer> {
    return Buffer.from(await (await fetch(url)).arrayBuffer())
  }

  it('come back as they were sent, with what a look at them tells', async () => {
    const video = await readFile(mediaFile('one-second').path)
    const other = Buffer.concat([video, Buffer.from([0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65])])
    const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: 'red' } })
    const files = [
      { name: 'my clip (1).mp4', data: video, contentType: 'video/mp4' },
      { name: 'cut.mp4', data: other },
      { name: 'a.png', data: await picture.clone().png().toBuffer() },
      { name: 'a.jpg', data: await picture.clone().jpeg().toBuffer() },
      { name: 'a.webp', data: await picture.clone().webp().toBuffer() },
      { name: 'a.gif', data: await picture.clone().gif().toBuffer() },
    ]
    const { attachments } = await post({ files })
    const { width, height, durationSeconds, thumbhash } = mediaFile('one-second')
    expect(attachments).toMatchObject([
      {
        filename: 'my_clip_1.mp4',
        title: 'my clip (1)',
        size: video.length,
        content_type: 'video/mp4',
        width,
        height,
        duration_secs: durationSeconds,
        placeholder: thumbhash,
      },
      {
        filename: 'cut.mp4',
        content_type: 'video/mp4',
        width,
        height,
        duration_secs: expect.closeTo(durationSeconds, 0),
      },
      { content_type: 'image/png', width: 64, height: 48 },
      { content_type: 'image/jpeg', width: 64, height: 48 },
      { content_type: 'image/webp', width: 64, height: 48 },
      { content_type: 'image/gif', width: 64, height: 48 },
    ])
    for (const [index, { data }] of files.entries())
      expect((await bytesAt(attachments[index]!.url)).equals(data)).toBe(true)
    expect(await api.channels.getMessages(channelId, { limit: 1 })).toMatchObject([
      { attachments: [{}, {}, {}, {}, {}, {}] },
    ])
  })

  it('may be described, and hidden as a spoiler', async () => {
    const body = {
      files: [
        { name: 'a.txt', data: 'a' },
        { name: 'b.txt', data: 'b', key: 'files[7]' },
      ],
      attachments: [
        { id: '7', description: 'the second', title: 'B', is_spoiler: true },
        { id: '0', description: 'the first' },
      ],
    }
    const { attachments } = await post(body)
    expect(attachments).toMatchObject([
      { filename: 'a.txt', description: 'the first' },
      { filename: 'SPOILER_b.txt', description: 'the second', title: 'B', flags: AttachmentFlags.IsSpoiler },
    ])
    expect(await codeOf(post({ attachments: [{ id: '3' }], content: 'x' }))).toMatchObject({
      errors: { attachments: { 0: { _errors: [{ code: 'ATTACHMENT_NOT_FOUND' }] } } },
    })
  })

  it('may come in a field of any name', async () => {
    const form = new FormData()
    form.set('content', 'from a simple client')
    form.set('file', new File(['hello'], 'hello.txt'))
    const answer = await fetch(`${twin.apiUrl}/v10/channels/${channelId}/messages`, {
      method: 'POST',
      headers: { authorization: `Bot ${twin.botToken}` },
      body: form,
    })
    expect(await answer.json()).toMatchObject({
      content: 'from a simple client',
      attachments: [{ filename: 'hello.txt', size: 5 }],
    })
  })

  it('are refused above the limit, and so are too many', async () => {
    const data = Buffer.alloc(2 * MEBIBYTE)
    expect((await post({ files: [{ name: 'fits.bin', data }] })).attachments).toHaveLength(1)
    const tooLarge = post({ files: [{ name: 'large.bin', data: Buffer.alloc(2 * MEBIBYTE + 1) }] })
    expect(await codeOf(tooLarge)).toMatchObject({ status: 413, code: 40_005 })
    const thirteen = Array.from({ length: 13 }, (_, index) => ({ name: `${index}.bin`, data }))
    expect(await codeOf(post({ files: thirteen }))).toMatchObject({ status: 413, code: 40_005 })
    const eleven = Array.from({ length: 11 }, (_, index) => ({ name: `${index}.txt`, data: 'x' }))
    expect(await codeOf(post({ files: eleven }))).toMatchObject({ code: 50_035 })
  })

  it('are kept, described anew, added and removed by an edit', async () => {
    const sent = await post({
      files: [
        { name: 'a.txt', data: 'a' },
        { name: 'b.txt', data: 'b' },
      ],
    })
    const [a, b] = sent.attachments
    const edited = await api.channels.editMessage(channelId, sent.id, {
      attachments: [{ id: b!.id, description: 'stays' }],
      files: [{ name: 'c.txt', data: 'c' }],
    })
    expect(edited.attachments).toMatchObject([{ id: b!.id, description: 'stays' }, { filename: 'c.txt' }])
    expect((await fetch(a!.url)).status).toBe(404)
    const untouched = await api.channels.editMessage(channelId, sent.id, { content: 'text' })
    expect(untouched.attachments).toHaveLength(2)
    const emptied = await api.channels.editMessage(channelId, sent.id, { attachments: [] })
    expect(emptied.attachments).toEqual([])
  })

  it('that an embed shows stand in it and not in the list', async () => {
    const data = await sharp({ create: { width: 20, height: 10, channels: 3, background: 'blue' } })
      .png()
      .toBuffer()
    const message = await post({
      embeds: [{ title: 'shot', image: { url: 'attachment://shot.png' } }],
      files: [{ name: 'shot.png', data }],
    })
    expect(message).toMatchObject({ attachments: [], embeds: [{ image: { width: 20, height: 10 } }] })
    expect((await bytesAt(message.embeds[0]!.image!.url)).equals(data)).toBe(true)
  })

  it('that components show stand in them and not in the list', async () => {
    const video = await readFile(mediaFile('one-second').path)
    const components = [
      { type: ComponentType.TextDisplay, content: `# Clips of <@${people.mara}>` },
      {
        type: ComponentType.Container,
        components: [
          {
            type: ComponentType.Section,
            components: [{ type: ComponentType.TextDisplay, content: 'look' }],
            accessory: { type: ComponentType.Thumbnail, media: { url: 'https://example.com/a.png' } },
          },
          { type: ComponentType.Separator },
          { type: ComponentType.MediaGallery, items: [{ media: { url: 'attachment://clip.mp4' } }] },
        ],
      },
      { type: ComponentType.File, file: { url: 'attachment://notes.txt' } },
    ] as APIMessageTopLevelComponent[]
    const files = [
      { name: 'clip.mp4', data: video },
      { name: 'notes.txt', data: 'notes' },
    ]
    const message = await post({ flags: MessageFlags.IsComponentsV2, components, files })
    expect(message).toMatchObject({
      content: '',
      attachments: [],
      flags: MessageFlags.IsComponentsV2,
      mentions: [{ id: people.mara }],
      components: [
        { id: 1, type: 10 },
        {
          id: 2,
          accent_color: null,
          spoiler: false,
          components: [
            { id: 3, components: [{ id: 4 }], accessory: { id: 5, description: null } },
            { id: 6, divider: true, spacing: 1 },
            { id: 7, items: [{ media: { content_type: 'video/mp4', width: mediaFile('one-second').width } }] },
          ],
        },
        { id: 8, name: 'notes.txt', size: 5, file: { attachment_id: expect.any(String) } },
      ],
    })
    const { url } = (message.components![1] as never as { components: { items: { media: { url: string } }[] }[] })
      .components[2]!.items[0]!.media
    expect((await bytesAt(url)).equals(video)).toBe(true)

    const v2 = (list: unknown[], more: object = {}) =>
      codeOf(post({ flags: MessageFlags.IsComponentsV2, components: list as never, ...more }))
    const legacy = 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2'
    expect(await v2([components[0]], { content: 'x' })).toMatchObject({
      errors: { content: { _errors: [{ code: legacy }] } },
    })
    expect(await v2([components[2]])).toMatchObject({
      errors: { components: { 0: { file: { url: { _errors: [{ code: expect.stringContaining('NOT_FOUND') }] } } } } },
    })
    expect(await v2([])).toMatchObject({ code: 50_006 })
    const plain = post({ content: 'x', components: [components[0]!] })
    expect(await codeOf(plain)).toMatchObject({
      errors: { components: { 0: { type: { _errors: [{ code: 'UNION_TYPE_CHOICES' }] } } } },
    })
  })

  it('buttons need a text, a style, and a name of their own', async () => {
    const row = (...components: object[]) => [{ type: ComponentType.ActionRow, components }] as never
    const button = { type: ComponentType.Button, style: 1, label: 'Save', custom_id: 'save' }
    expect(await post({ content: 'x', components: row(button) })).toMatchObject({
      components: [{ id: 1, components: [{ id: 2, custom_id: 'save' }] }],
    })
    expect(await codeOf(post({ components: row(button) }))).toMatchObject({ code: 50_006 })
    expect(await codeOf(post({ content: 'x', components: row(button, button) }))).toMatchObject({ code: 50_035 })
    expect(await codeOf(post({ content: 'x', components: row({ ...button, style: 9 }) }))).toMatchObject({
      code: 50_035,
    })
    expect(await codeOf(post({ content: 'x', components: row() }))).toMatchObject({ code: 50_035 })
  })

  it('voice messages have one sound and nothing else', async () => {
    const sound = { name: 'voice.ogg', data: Buffer.from('OggS'), contentType: 'audio/ogg' }
    const about = [{ id: '0', duration_secs: 1.5, waveform: 'AAAA' }] as never
    const flags = MessageFlags.IsVoiceMessage
    expect(await post({ flags, files: [sound], attachments: about })).toMatchObject({
      flags,
      attachments: [{ duration_secs: 1.5, waveform: 'AAAA' }],
    })
    expect(await codeOf(post({ flags, files: [sound] }))).toMatchObject({ code: 50_160 })
    expect(await codeOf(post({ flags, files: [sound], attachments: about, content: 'x' }))).toMatchObject({
      code: 50_159,
    })
  })

  it('of Discord’s own recorder name the people and the game', async () => {
    const { id } = world.postMessage({
      channelId,
      authorId: people.sam,
      files: [
        {
          key: 'one-second',
          clip: { participantIds: [people.sam, people.mara], application: 'Rocket', createdAt: new Date('2025-01-01') },
        },
      ],
    })
    const { attachments } = await api.channels.getMessage(channelId, id)
    expect(attachments).toMatchObject([
      {
        flags: AttachmentFlags.IsClip,
        clip_participants: [{ id: people.sam }, { id: people.mara }],
        clip_created_at: '2025-01-01T00:00:00.000000+00:00',
        application: { name: 'Rocket' },
      },
    ])
  })

  it('get fresh addresses, whatever the old ones were', async () => {
    const { attachments } = await post({ files: [{ name: 'a.txt', data: 'a' }] })
    const plain = attachments[0]!.url.split('?')[0]!
    const refresh = async (attachment_urls: string[]) => {
      const { refreshed_urls } = (await api.rest.post('/attachments/refresh-urls', { body: { attachment_urls } })) as {
        refreshed_urls: { original: string; refreshed: string }[]
      }
      expect(refreshed_urls.map(({ original }) => original)).toEqual(attachment_urls)
      return refreshed_urls.map(({ refreshed }) => refreshed)
    }
    const unknown = `${twin.url}/attachments/1/2/a.txt?ex=1`
    const [unsigned, expired, sized, same, text] = await refresh([
      plain,
      `${plain}?ex=1&is=1&hm=1&`,
      `${plain}?width=100&format=webp`,
      unknown,
      'no address',
    ])
    for (const url of [unsigned!, expired!, sized!]) expect(await (await fetch(url)).text()).toBe('a')
    expect(new URL(sized!).searchParams.get('width')).toBe('100')
    expect(new URL(sized!).searchParams.get('format')).toBe('webp')
    expect([same, text]).toEqual([unknown, 'no address'])
    for (const count of [0, 51])
      expect(await codeOf(refresh(Array.from({ length: count }, () => plain)))).toMatchObject({ code: 50_035 })
  })

  it('are blank without the content intent, except in own messages and those that name the bot', async () => {
    const blind = await startCheckedTwin({ messageContent: false })
    try {
      const blindApi = new API(new REST({ api: blind.apiUrl }).setToken(blind.botToken))
      const place = blind.world.createChannel({ guildId: guilds.squad, name: 'blind' }).id
      const files = [{ key: 'one-second' }]
      const say = (content: string, more: object = {}) =>
        blind.world.postMessage({ channelId: place, authorId: people.sam, content, files, ...more })
      const theirs = say('secret', {
        embeds: [{ type: 'rich', title: 'x' }],
        components: [{ type: 1, id: 1, components: [{ type: 2, id: 2, style: 1, label: 'x', custom_id: 'x' }] }],
        poll: {
          question: 'q',
          answers: [{ id: 1, text: 'a', voterIds: [] }],
          expiresAt: new Date(),
          multiselect: false,
        },
      })
      const hidden = await blindApi.channels.getMessage(place, theirs.id)
      expect(hidden).toMatchObject({ content: '', embeds: [], attachments: [], components: [] })
      expect(hidden).not.toHaveProperty('poll')
      const forward = say('', { forwardOf: { channelId: place, messageId: say('other secret').id }, files: [] })
      expect(JSON.stringify(await blindApi.channels.getMessage(place, forward.id))).not.toContain('secret')
      const named = say(`<@${blind.world.botId}> look`)
      expect(await blindApi.channels.getMessage(place, named.id)).toMatchObject({
        content: named.content,
        attachments: [{}],
      })
      const own = await blindApi.channels.createMessage(place, {
        content: 'mine',
        message_reference: { message_id: theirs.id },
      })
      expect(own).toMatchObject({ content: 'mine', referenced_message: { content: '', attachments: [] } })
    } finally {
      await blind.close()
    }
  })
})
