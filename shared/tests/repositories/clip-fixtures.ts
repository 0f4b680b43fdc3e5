import type { NewClip } from '../../src/db/index.ts'
import { grantAccess, type GuildAccess } from '../../src/domain/index.ts'
import { newId } from './fixtures.ts'

/** A clip as the bot or a scan finds it. */
export function foundClip(guildId: string, channelId: string, more: Partial<NewClip> = {}): NewClip {
  const id = more.id ?? newId()
  return {
    id,
    guildId,
    channelId,
    messageId: newId(),
    source: 'attachment',
    authorId: '7',
    authorName: 'Anna',
    authorAvatarHash: 'hash',
    authorAvatar: 'https://cdn.example/avatars/7/hash.png',
    messageContent: 'look',
    filename: 'clip.mp4',
    contentType: 'video/mp4',
    sizeBytes: 5_000_000_000,
    width: 640,
    height: 360,
    durationSeconds: 3.25,
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
    url: `https://cdn.example/attachments/${channelId}/${id}/clip.mp4?ex=1`,
    postedAt: new Date('2026-01-02T03:04:05.678Z'),
    ...more,
  }
}

/** The grant of somebody who may read these channels of a guild. */
export function accessTo(guildId: string, channelIds: readonly string[]): GuildAccess {
  const channels = channelIds.map((channelId) => ({
    channelId,
    type: 'text',
    parentId: null,
    permissionOverwrites: null,
  }))
  const access = grantAccess({ guildId, ownerId: '7', roles: [] }, { userId: '7', roleIds: [] }, channels)
  if (!access) throw new Error('no grant')
  return access
}
