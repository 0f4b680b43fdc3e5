import type { NewClip } from '../../src/db/index.ts'
import { grantAccess, type Circumstances, type GuildAccess } from '../../src/domain/index.ts'
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

/** Circumstances in which nothing but Discord's permissions decides. */
export const plainCircumstances: Circumstances = {
  now: new Date('2026-01-02T03:04:05.678Z'),
  threadIds: new Set(),
  showsAgeRestricted: false,
  rights: { tag: [], edit: [], delete: [], stats: [], ageRestricted: 'viewer-choice' },
}

/** The grant of the owner of a guild, for these channels. */
export function accessTo(guildId: string, channelIds: readonly string[], userId = '7'): GuildAccess {
  const channels = channelIds.map((channelId) => ({
    channelId,
    type: 'text',
    parentId: null,
    permissionOverwrites: null,
    isAgeRestricted: false,
  }))
  const access = grantAccess(
    { guildId, ownerId: userId, roles: [], isUnavailable: false },
    { userId, roleIds: [], isPending: false, timeoutUntil: null },
    channels,
    plainCircumstances,
  )
  if (!access) throw new Error('no grant')
  return access
}
