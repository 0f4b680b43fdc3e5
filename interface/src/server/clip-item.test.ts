import type { ClipView } from '@dcs/shared/db'
import { describe, expect, it } from 'vitest'
import { toClipItem } from './clip-item.ts'

const cdnHosts = ['cdn.discordapp.com']
const viewer = { cdnHosts, guilds: [] }
const moment = new Date('2026-01-02T03:04:05.000Z')
const view: ClipView = {
  id: '1',
  guildId: '2',
  channelId: '3',
  messageId: '4',
  source: 'embed',
  authorId: '5',
  authorName: 'Anna',
  authorAvatar: null,
  messageContent: 'look',
  filename: 'clip.mp4',
  contentType: 'video/mp4',
  sizeBytes: 10,
  width: 640,
  height: 360,
  durationSeconds: 7,
  placeholder: null,
  isSpoiler: false,
  isNativeClip: true,
  url: 'https://cdn.discordapp.com/attachments/3/1/clip.mp4?hm=secret',
  postedAt: moment,
  state: 'pending',
  failureCode: null,
  failureMessage: null,
  objectSha256: null,
  posterSha256: null,
  videoCodec: null,
  audioCodec: null,
  title: 'Ace',
  description: 'five in a row',
  linkUrl: 'https://clips.example.org/watch/1',
  forwardedGuildId: null,
  forwardedChannelId: null,
  forwardedMessageId: null,
  originAuthorId: null,
  isBot: true,
  recordedAt: moment,
  gameId: '77',
  gameName: 'Quake',
  participants: [
    { id: '5', name: 'Anna', avatar: 'abc' },
    { id: '6', name: 'Bo', avatar: null },
  ],
  editedAt: moment,
  goneAt: null,
  hiddenAt: null,
  hiddenReason: null,
  purgeAfter: null,
  visibility: 'public',
  givenTitle: null,
  createdAt: moment,
  updatedAt: moment,
  channelName: 'my best round',
  channelType: 'public_thread',
  channelTags: ['Ranked'],
  guildName: 'Squad',
  objectSizeBytes: null,
  objectContentType: null,
  clipTags: ['ace'],
}

describe('a clip as a browser may see it', () => {
  it('tells where it comes from, who recorded it, and the post it stands in', () => {
    expect(toClipItem(view, viewer)).toMatchObject({
      source: 'embed',
      isBot: true,
      title: 'Ace',
      description: 'five in a row',
      linkUrl: 'https://clips.example.org/watch/1',
      gameName: 'Quake',
      recordedAt: '2026-01-02T03:04:05.000Z',
      editedAt: '2026-01-02T03:04:05.000Z',
      participants: [
        { id: '5', name: 'Anna', avatar: 'https://cdn.discordapp.com/avatars/5/abc.png' },
        { id: '6', name: 'Bo', avatar: null },
      ],
      channelName: 'my best round',
      isThread: true,
      channelTags: ['Ranked'],
    })
  })

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'not an address',
    'https://cdn.discordapp.com/attachments/3/9/other.mp4?hm=secret',
  ])('never has %s for its link', (linkUrl) => {
    const item = toClipItem({ ...view, linkUrl }, viewer)
    expect(item.linkUrl).toBeNull()
    expect(JSON.stringify(item)).not.toContain('secret')
  })
})
