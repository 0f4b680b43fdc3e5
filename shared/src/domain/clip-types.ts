import type { TextPattern } from './patterns.ts'

/** The settings of a channel that decide what is a clip. */
export type ClipRules = {
  acceptVideo: boolean
  /** Seconds; 0 is no limit. */
  minVideoSeconds: number
  /** Seconds; 0 is no limit. */
  maxVideoSeconds: number
  /** Bytes; 0 is no limit. */
  maxSizeBytes: number
  mimeAllowlist: readonly string[]
  videoExtensions: readonly string[]
  textInclude: TextPattern | null
  textExclude: TextPattern | null
  acceptBots: boolean
  acceptEmbeds: boolean
  /** Whether what was written beside a clip is kept. */
  keepsText: boolean
  /** Hosts, with their subdomains, whose videos may be fetched. */
  linkHosts: readonly string[]
  /** Discord's file servers (DISCORD_CDN_HOSTS): an embed or a component counts when its bytes lie there. */
  cdnHosts: readonly string[]
  /** Our own bot, whose messages never have clips. */
  botUserId: string | null
}

/** Somebody who was in the voice channel when a native clip was recorded; `avatar` is the hash. */
export type ClipParticipant = { id: string; name: string; avatar: string | null }

/** Where in a message a video stands. */
export type ClipSource = 'attachment' | 'forward' | 'component' | 'embed' | 'link'

/** A clip found in a message, not stored yet. What Discord does not say is null, its size 0. */
export type FoundClip = {
  id: string
  messageId: string
  channelId: string
  source: ClipSource
  authorId: string | null
  authorName: string | null
  authorAvatarHash: string | null
  /** Posted by a bot or a webhook. */
  isBot: boolean
  messageContent: string
  filename: string
  title: string | null
  description: string | null
  contentType: string | null
  sizeBytes: number
  width: number | null
  height: number | null
  durationSeconds: number | null
  placeholder: string | null
  isSpoiler: boolean
  isNativeClip: boolean
  /** Native clips: when, in which game and with whom it was recorded. */
  recordedAt: Date | null
  gameId: string | null
  gameName: string | null
  participants: readonly ClipParticipant[]
  /** The message that was forwarded. */
  forwardedGuildId: string | null
  forwardedChannelId: string | null
  forwardedMessageId: string | null
  /** Where the bytes are. */
  url: string
  /** What was posted, when that is another address. */
  linkUrl: string | null
  postedAt: Date
  editedAt: Date | null
}
