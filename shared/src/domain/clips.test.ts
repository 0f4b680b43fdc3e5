import { describe, expect, it } from 'vitest'
import { anyRules, attachment, message } from './clip-test-messages.ts'
import type { ClipRules } from './clip-types.ts'
import { clipsIn } from './clips.ts'
import { compilePattern } from './patterns.ts'

const rules: ClipRules = { ...anyRules, linkHosts: [] }

describe('what counts as a video', () => {
  it.each([
    ['its media type', 'a', 'video/mp4', true],
    ['a media type with parameters, in any case', 'a', 'Video/MP4; codecs="avc1"', true],
    ['its name when there is no media type', 'a.MKV', undefined, true],
    ['its name when the media type is another', 'a.mp4', 'application/octet-stream', true],
    ['neither', 'a.txt', 'text/plain', false],
    ['a media type that is not in the list', 'a.webm', 'video/webm', false],
    ['an ending in the middle of a name', 'a.mp4.zip', 'application/zip', false],
    ['no ending', 'mp4', undefined, false],
  ])('%s', (_, filename, content_type, expected) => {
    const found = clipsIn(message({ attachments: [attachment('11', { filename, content_type })] }), rules)
    expect(found).toHaveLength(expected ? 1 : 0)
  })
})

describe('the clips of a message', () => {
  it('are its video attachments, in order, with everything Discord tells about them', () => {
    const found = clipsIn(
      message({
        content: 'look',
        attachments: [
          attachment('11', { duration_secs: 3.5, width: 640, height: 360, placeholder: 'abc=' }),
          attachment('12', { filename: 'notes.txt', content_type: 'text/plain' }),
          attachment('13', { flags: 1 }),
          attachment('14', { flags: 8 }),
          attachment('15', { filename: 'SPOILER_end.mp4' }),
        ],
      }),
      rules,
    )
    expect(found.map(({ id }) => id)).toEqual(['11', '13', '14', '15'])
    expect(found[0]).toEqual({
      id: '11',
      messageId: '1456789012345678901',
      channelId: '2',
      source: 'attachment',
      authorId: '3',
      authorName: 'Anna',
      authorAvatarHash: 'hash',
      messageContent: 'look',
      filename: 'clip.mp4',
      contentType: 'video/mp4',
      sizeBytes: 1000,
      width: 640,
      height: 360,
      durationSeconds: 3.5,
      placeholder: 'abc=',
      isSpoiler: false,
      isNativeClip: false,
      isBot: false,
      title: null,
      description: null,
      linkUrl: null,
      recordedAt: null,
      gameId: null,
      gameName: null,
      participants: [],
      forwardedGuildId: null,
      forwardedChannelId: null,
      forwardedMessageId: null,
      editedAt: null,
      url: 'https://cdn.discordapp.com/attachments/2/11/clip.mp4?ex=1',
      postedAt: new Date('2026-01-02T03:04:05.678Z'),
    })
    expect(found.map(({ isNativeClip, isSpoiler }) => [isNativeClip, isSpoiler])).toEqual([
      [false, false],
      [true, false],
      [false, true],
      [false, true],
    ])
  })

  it('call an author by the account name when there is no display name', () => {
    const author = { id: '3', username: 'anna', global_name: null, avatar: null, discriminator: '0' }
    expect(clipsIn(message({ author, attachments: [attachment('11')] }), rules)).toMatchObject([
      { authorName: 'anna', authorAvatarHash: null },
    ])
  })

  it('include those of a forwarded message, without an author and with its own text', () => {
    const forward = message({
      content: '',
      attachments: [],
      message_snapshots: [{ message: { content: 'original', attachments: [attachment('21')] } }] as never,
    })
    expect(clipsIn(forward, rules)).toMatchObject([
      {
        id: '21',
        source: 'forward',
        authorId: null,
        authorName: null,
        messageId: '1456789012345678901',
        messageContent: 'original',
      },
    ])
  })

  it('are none when videos are not wanted', () => {
    expect(clipsIn(message({ attachments: [attachment('11')] }), { ...rules, acceptVideo: false })).toEqual([])
  })

  it('are long enough, or of unknown length', () => {
    const attachments = [
      attachment('11', { duration_secs: 4.9 }),
      attachment('12', { duration_secs: 5 }),
      attachment('13'),
    ]
    const found = clipsIn(message({ attachments }), { ...rules, minVideoSeconds: 5 })
    expect(found.map(({ id }) => id)).toEqual(['12', '13'])
  })

  it('follow the patterns for the text', () => {
    const idsFor = (content: string, more: Partial<ClipRules>) =>
      clipsIn(message({ content, attachments: [attachment('11')] }), { ...rules, ...more }).map(({ id }) => id)
    expect(idsFor('!save this', { textInclude: compilePattern('^!save') })).toEqual(['11'])
    expect(idsFor('this', { textInclude: compilePattern('^!save') })).toEqual([])
    expect(idsFor('', { textInclude: compilePattern('.') })).toEqual([])
    expect(idsFor('nope', { textExclude: compilePattern('no') })).toEqual([])
    expect(idsFor('NOPE', { textExclude: compilePattern('no') })).toEqual(['11'])
  })
})
