import { describe, expect, it } from 'vitest'
import { anyRules, attachment, message } from './clip-test-messages.ts'
import type { ClipRules } from './clip-types.ts'
import { clipsIn, clipUrlIn } from './clips.ts'
import { compilePattern } from './patterns.ts'

const cdn = (id: string, name = 'clip.mp4') => `https://cdn.discordapp.com/attachments/2/${id}/${name}?ex=1`
const proxied = 'https://images-ext-1.discordapp.net/external/abc/https/v.example/1.mp4'
const find = (more: Record<string, unknown>, rules: Partial<ClipRules> = {}) =>
  clipsIn(message(more), { ...anyRules, ...rules })
const found = (more: Record<string, unknown>, rules: Partial<ClipRules> = {}) => find(more, rules)[0]

describe('an attachment', () => {
  const attach = (more: Record<string, unknown>) => ({ attachments: [{ ...attachment('11'), ...more }] })
  const unnamed = { filename: 'blob', content_type: 'application/octet-stream' }

  it.each([
    ['plays with a length and a picture, whatever its type', { duration_secs: 3, width: 6, height: 4 }, 1],
    ['has a length but no picture', { duration_secs: 3 }, 0],
    ['has a picture but no length', { width: 6, height: 4 }, 0],
    ['has a waveform', { duration_secs: 3, width: 6, height: 4, waveform: 'AAA=' }, 0],
    ['is sound', { duration_secs: 3, width: 6, height: 4, content_type: 'audio/ogg' }, 0],
    ['is a video of a type left out', { duration_secs: 3, width: 6, height: 4, content_type: 'video/webm' }, 0],
    ['is named as a video of a kind left out', { duration_secs: 3, width: 6, height: 4, filename: 'a.webm' }, 0],
  ])('that %s', (_, more, count) => {
    expect(find(attach({ ...unnamed, ...more }))).toHaveLength(count)
  })

  it('is none in a voice message, even when its name is a video’s', () => {
    expect(find({ ...attach({}), flags: 1 << 13 })).toEqual([])
  })

  it.each([
    ['its flag', { flags: 8 }],
    ['its field', { is_spoiler: true }],
    ['its name', { filename: 'SPOILER_clip.mp4' }],
  ])('is a spoiler by %s', (_, more) => {
    expect(found(attach({}))?.isSpoiler).toBe(false)
    expect(found(attach(more))?.isSpoiler).toBe(true)
  })

  it('tells when a native clip was recorded, in which game and with whom', () => {
    const clip = found(
      attach({
        flags: 1,
        title: 'Ace',
        description: 'five in a row',
        clip_created_at: '2026-01-02T03:00:00+00:00',
        application: { id: '77', name: 'Quake' },
        clip_participants: [
          { id: '5', username: 'bo', global_name: 'Bo', avatar: 'h' },
          { id: '6', username: 'cy', global_name: null, avatar: null },
          { id: 'no id', username: 'dee' },
          null,
        ],
      }),
    )
    expect(clip).toMatchObject({
      isNativeClip: true,
      title: 'Ace',
      description: 'five in a row',
      recordedAt: new Date('2026-01-02T03:00:00Z'),
      gameId: '77',
      gameName: 'Quake',
      participants: [
        { id: '5', name: 'Bo', avatar: 'h' },
        { id: '6', name: 'cy', avatar: null },
      ],
    })
  })

  it('says when its message was edited', () => {
    const edited = { ...attach({}), edited_timestamp: '2026-01-03T00:00:00+00:00' }
    expect(found(edited)?.editedAt).toEqual(new Date('2026-01-03T00:00:00Z'))
  })

  it('keeps to the limits that are known before its bytes are', () => {
    const ids = (rules: Partial<ClipRules>) =>
      find({ attachments: [attachment('11', { duration_secs: 10, size: 2_000_000 }), attachment('12')] }, rules).map(
        ({ id }) => id,
      )
    expect(ids({ minVideoSeconds: 10, maxVideoSeconds: 10, maxSizeBytes: 2_000_000 })).toEqual(['11', '12'])
    expect(ids({ minVideoSeconds: 10.1 })).toEqual(['12'])
    expect(ids({ maxVideoSeconds: 9.9 })).toEqual(['12'])
    expect(ids({ maxSizeBytes: 1_999_999 })).toEqual(['12'])
  })
})

describe('who posts', () => {
  const posted = { attachments: [attachment('11')] }
  const bot = { ...posted, author: { id: '4', username: 'bot', bot: true } }
  const webhook = { ...posted, webhook_id: '8' }

  it('may be a bot or a webhook only when the channel wants it', () => {
    expect(find(posted)).toMatchObject([{ isBot: false }])
    expect([...find(bot), ...find(webhook)]).toMatchObject([{ isBot: true }, { isBot: true }])
    expect([...find(bot, { acceptBots: false }), ...find(webhook, { acceptBots: false })]).toEqual([])
    expect(find(posted, { acceptBots: false })).toHaveLength(1)
  })

  it('is never our own bot', () => {
    expect(find({ ...posted, author: { id: '999', username: 'us', bot: true } })).toEqual([])
  })

  it('is not the one who starts a thread', () => {
    expect(find({ ...posted, type: 21 })).toEqual([])
  })
})

describe('a forward', () => {
  const reference = { type: 1, guild_id: '31', channel_id: '32', message_id: '33' }
  const forward = (part: Record<string, unknown>) => ({
    message_reference: reference,
    message_snapshots: [{ message: { content: 'before', ...part } }],
  })

  it('has the attachments, components, embeds and links of what it forwards, and says where that is', () => {
    const clips = find(
      forward({
        content: 'before https://clips.example.org/2.mp4',
        attachments: [attachment('11')],
        components: [{ type: 13, file: { url: cdn('12'), attachment_id: '12', content_type: 'video/mp4' } }],
        embeds: [{ type: 'video', url: 'https://v.example/1', video: { proxy_url: proxied } }],
      }),
    )
    expect(clips).toHaveLength(4)
    for (const clip of clips)
      expect(clip).toMatchObject({
        source: 'forward',
        authorId: null,
        authorName: null,
        authorAvatarHash: null,
        messageContent: expect.stringContaining('before'),
        forwardedGuildId: '31',
        forwardedChannelId: '32',
        forwardedMessageId: '33',
      })
  })

  it('is taken by the text it forwards, its own message by its own', () => {
    const both = { ...forward({ attachments: [attachment('12')] }), content: 'mine', attachments: [attachment('11')] }
    const ids = (rules: Partial<ClipRules>) => find(both, rules).map(({ id }) => id)
    expect(ids({})).toEqual(['11', '12'])
    expect(ids({ textInclude: compilePattern('mine') })).toEqual(['11'])
    expect(ids({ textExclude: compilePattern('mine') })).toEqual(['12'])
  })
})

describe('components', () => {
  const item = (id: string, more: Record<string, unknown> = {}) => ({
    url: cdn(id),
    attachment_id: id,
    content_type: 'video/mp4',
    width: 640,
    height: 360,
    ...more,
  })
  const gallery = {
    type: 12,
    items: [
      { media: item('21'), description: 'alt' },
      { media: item('22'), spoiler: true },
    ],
  }
  const file = { type: 13, file: item('23'), name: 'SPOILER_a.mp4', size: 5 }
  const section = { type: 9, components: [{ type: 10, content: 'x' }], accessory: { type: 11, media: item('24') } }

  it('have the videos of galleries, files and thumbnails, however deep', () => {
    const clips = find({ components: [{ type: 17, components: [gallery, section] }, file] })
    expect(clips.map(({ id }) => id)).toEqual(['21', '22', '24', '23'])
    expect(clips[0]).toMatchObject({ source: 'component', description: 'alt', width: 640, linkUrl: null, sizeBytes: 0 })
    expect(clips[3]).toMatchObject({ filename: 'SPOILER_a.mp4', sizeBytes: 5 })
    expect(clips.map(({ isSpoiler }) => isSpoiler)).toEqual([false, true, false, true])
  })

  it('are all spoilers inside a container that is one', () => {
    const clips = find({ components: [{ type: 17, spoiler: true, components: [gallery, section] }] })
    expect(clips.map(({ isSpoiler }) => isSpoiler)).toEqual([true, true, true])
  })

  it('show an attachment of the message once', () => {
    const external = { type: 13, file: { url: cdn('12'), content_type: 'video/mp4' } }
    const clips = find({
      attachments: [attachment('11'), attachment('12')],
      components: [{ type: 13, file: item('11') }, external],
    })
    expect(clips.map(({ id, source }) => [id, source])).toEqual([
      ['11', 'attachment'],
      ['12', 'attachment'],
    ])
  })

  it('show what lies elsewhere through Discord’s proxy, under an id of their own', () => {
    const components = [{ type: 13, file: { url: 'https://v.example/1.mp4', proxy_url: proxied } }]
    const [clip] = find({ components })
    expect(clip).toMatchObject({ url: proxied, linkUrl: 'https://v.example/1.mp4', filename: '1.mp4' })
    expect(BigInt(clip?.id ?? 0) >> 22n).toBe(1456789012345678901n >> 22n)
    expect(find({ components: [{ type: 13, file: { url: 'https://v.example/1.mp4' } }] })).toEqual([])
  })

  it('have no pictures', () => {
    expect(
      find({ components: [{ type: 13, file: item('21', { url: cdn('21', 'a.png'), content_type: 'image/png' }) }] }),
    ).toEqual([])
  })
})

describe('an embed', () => {
  const embed = (more: Record<string, unknown> = {}, video: Record<string, unknown> = {}) => ({
    embeds: [
      {
        type: 'video',
        url: 'https://v.example/watch/1',
        title: 'Goal',
        description: 'of the year',
        video: { url: 'https://v.example/1.mp4', proxy_url: proxied, width: 640, height: 360, ...video },
        ...more,
      },
    ],
  })

  it('has a video when Discord proxies it', () => {
    expect(found(embed())).toMatchObject({
      source: 'embed',
      url: proxied,
      linkUrl: 'https://v.example/watch/1',
      filename: '1.mp4',
      title: 'Goal',
      description: 'of the year',
      width: 640,
      authorName: 'Anna',
    })
    expect(find(embed({ type: 'gifv' }))).toHaveLength(1)
  })

  it.each([
    ['is of another type', embed({ type: 'article' }), {}],
    ['is not proxied', embed({}, { proxy_url: undefined }), {}],
    ['is proxied by somebody else', embed({}, { proxy_url: 'https://evil.example/1.mp4' }), {}],
    ['is named as a video of a kind left out', embed({}, { url: 'https://v.example/1.webm' }), {}],
    ['is not wanted', embed(), { acceptEmbeds: false }],
  ])('has none when it %s', (_, more, rules) => {
    expect(find(more, rules)).toEqual([])
  })

  it('has the same id every time, another in another message, and another for another video', () => {
    const two = { embeds: [...embed().embeds, ...embed({}, { url: 'https://v.example/2.mp4' }).embeds] }
    const ids = find(two).map(({ id }) => id)
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(2)
    expect(find({ ...two, id: '1456789012345678902' }).map(({ id }) => id)).not.toContain(ids[0])
    expect(find({ embeds: [...embed().embeds, ...embed().embeds] }).map(({ id }) => id)).toEqual([ids[0]])
  })

  it('is a spoiler when its address stands between bars', () => {
    const text = (content: string) => found({ ...embed(), content })?.isSpoiler
    expect(text('|| https://v.example/watch/1 ||')).toBe(true)
    expect(text('||no|| https://v.example/watch/1 ||')).toBe(false)
    expect(text('https://v.example/watch/1')).toBe(false)
  })

  it('of an allowed clip host is fetched from there when Discord does not proxy it', () => {
    const direct = 'https://clips.example.org/v/1.mp4'
    expect(found(embed({}, { url: direct, proxy_url: undefined }))).toMatchObject({ source: 'link', url: direct })
    expect(found(embed({}, { url: direct }), { acceptEmbeds: false })).toMatchObject({ source: 'link', url: direct })
  })

  it('and the link it was made from are one clip, also when the embed comes later', () => {
    const url = 'https://clips.example.org/1.mp4'
    const [linked] = find({ content: `look ${url}` })
    const both = find({ content: `look ${url}`, ...embed({ url }, { url }) })
    expect(both).toMatchObject([{ id: linked?.id, source: 'embed', url: proxied }])
    expect(linked).toMatchObject({ source: 'link', url })
  })
})

describe('a link', () => {
  const links = (content: string, rules: Partial<ClipRules> = {}) => find({ content }, rules).map(({ url }) => url)

  it.each([
    ['https://clips.example.org/a.mp4'],
    ['https://eu.clips.example.org/a/b.MOV?x=1#t=2', 'https://eu.clips.example.org/a/b.MOV?x=1#t=2'],
    ['(see https://clips.example.org/a.mp4).', 'https://clips.example.org/a.mp4'],
    ['<https://clips.example.org/a.mp4>', 'https://clips.example.org/a.mp4'],
    ['||https://clips.example.org/a.mp4||', 'https://clips.example.org/a.mp4'],
    ['[clip](https://clips.example.org/a.mp4)', 'https://clips.example.org/a.mp4'],
  ])('is found in %s', (content, url = content) => {
    expect(links(content, { videoExtensions: ['.mp4', '.mov'] })).toEqual([url])
  })

  it.each([
    ['http://clips.example.org/a.mp4'],
    ['https://clips.example.org/a'],
    ['https://clips.example.org/a.mp4.html'],
    ['https://evilclips.example.org/a.mp4'],
    ['https://clips.example.org.evil.example/a.mp4'],
    ['https://user:pass@clips.example.org/a.mp4'],
    ['https://clips.example.org:8443/a.mp4'],
    ['https://127.0.0.1/a.mp4'],
    ['https://clips.example.org/a.webm'],
  ])('is none in %s', (content) => {
    expect(links(content)).toEqual([])
  })

  it('is none while no host is allowed', () => {
    expect(links('https://clips.example.org/a.mp4', { linkHosts: [] })).toEqual([])
  })

  it('counts once however often it is posted, and hides behind bars', () => {
    const url = 'https://clips.example.org/a.mp4'
    expect(links(`${url} ${url}`)).toEqual([url])
    expect(found({ content: `||${url}||` })?.isSpoiler).toBe(true)
  })
})

describe('the address of a clip', () => {
  it('is found wherever it stands, whatever the channel wants', () => {
    const text = 'https://clips.example.org/a.mp4'
    const posted = message({
      content: text,
      attachments: [attachment('11')],
      components: [{ type: 13, file: { url: cdn('12'), attachment_id: '12' } }],
      message_snapshots: [{ message: { attachments: [attachment('13')] } }],
    })
    for (const { id, url } of clipsIn(posted, { ...anyRules, acceptEmbeds: false }))
      expect(clipUrlIn(posted, id, anyRules)).toBe(url)
    expect(clipsIn(posted, anyRules)).toHaveLength(4)
    expect(clipUrlIn(posted, '14', anyRules)).toBeNull()
  })
})
