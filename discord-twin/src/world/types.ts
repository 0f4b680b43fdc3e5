import type {
  APIEmbed,
  APIGuild,
  APIGuildForumDefaultReactionEmoji,
  APIGuildForumTag,
  APIOverwrite,
  ApplicationCommandType,
  ChannelFlags,
  ChannelType,
  ForumLayoutType,
  InteractionType,
  MessageType,
  SortOrderType,
  ThreadAutoArchiveDuration,
  VideoQualityMode,
} from 'discord-api-types/v10'
import type { MessageLog } from './message-log.ts'

/** An account. `avatar` names a file of media/avatars. */
export type Person = { id: string; username: string; globalName: string | null; avatar: string | null; bot: boolean }

export type Role = {
  id: string
  name: string
  permissions: bigint
  position: number
  color: number
  /** Shown as a group of its own among the members. */
  hoist?: boolean
  mentionable?: boolean
  /** The bot whose own role it is, made when the bot was invited with permissions. */
  botId?: string
}

/** Somebody in a guild. Until `timedOutUntil` only View Channel and Read Message History are left to them. */
export type Member = {
  userId: string
  roleIds: string[]
  joinedAt: Date
  nick: string | null
  timedOutUntil: Date | null
  /** Has not accepted the rules of the guild yet; has, when left out. */
  isPending?: boolean
}

/** A guild; `icon` names a file of media/icons. The role with the guild's id is @everyone. An unavailable guild is in an outage. */
export type Guild = {
  id: string
  name: string
  icon: string | null
  ownerId: string
  description: string | null
  roles: Map<string, Role>
  members: Map<string, Member>
  isUnavailable: boolean
  settings?: GuildSettings
}

/** What else can be set in a guild; Discord's own value where one is left out. */
export type GuildSettings = Partial<
  Pick<
    APIGuild,
    | 'verification_level'
    | 'default_message_notifications'
    | 'explicit_content_filter'
    | 'preferred_locale'
    | 'afk_channel_id'
    | 'afk_timeout'
    | 'system_channel_id'
    | 'system_channel_flags'
    | 'rules_channel_id'
    | 'public_updates_channel_id'
    | 'safety_alerts_channel_id'
    | 'premium_progress_bar_enabled'
    | 'features'
  >
>

/** What makes a channel a thread. */
export type Thread = {
  ownerId: string
  archived: boolean
  archivedAt: Date
  autoArchiveMinutes: 60 | 1440 | 4320 | 10080
  locked: boolean
  /** Whether members without Manage Threads may add others; private threads only. */
  invitable: boolean
  appliedTags: string[]
  /** When each member joined. */
  members: Map<string, Date>
  /** Messages ever sent, deleted ones too. */
  totalMessages: number
}

/** What makes a channel a forum or media channel. */
export type Forum = {
  tags: APIGuildForumTag[]
  defaultReaction: APIGuildForumDefaultReactionEmoji | null
  sortOrder?: SortOrderType | null
  layout?: ForumLayoutType
  /** The newest post. */
  lastPostId?: string
}

/** What only some types of channel have; Discord's own value where one is left out. */
export type ChannelSettings = {
  flags?: ChannelFlags
  bitrate?: number
  userLimit?: number
  region?: string | null
  videoQuality?: VideoQualityMode
  /** Of new threads in it. */
  autoArchiveMinutes?: ThreadAutoArchiveDuration
  /** Of new threads in it. */
  threadRateLimit?: number
}

/** A channel or thread. */
export type Channel = {
  id: string
  guildId: string
  type: ChannelType
  name: string
  position: number
  parentId: string | null
  topic: string | null
  nsfw: boolean
  rateLimitPerUser: number
  overwrites: APIOverwrite[]
  messages: MessageLog
  thread: Thread | null
  forum: Forum | null
  lastPinAt: Date | null
  settings?: ChannelSettings
}

/** An uploaded file. `channelId` is where it was uploaded, which a forward keeps. */
export type Attachment = {
  id: string
  channelId: string
  fileName: string
  /** What the uploader called it, when that differs from the cleaned file name. */
  title: string | null
  description: string | null
  contentType: string | null
  sizeBytes: number
  width: number | null
  height: number | null
  durationSeconds: number | null
  thumbhash: string | null
  flags: number
  content: { path: string } | { bytes: Buffer }
  /** The name before it was cleaned, by which `attachment://` may call it. */
  uploadName?: string
  /** Of a voice message, base64. */
  waveform?: string
  /** Key of the media file, for those who compare with the truth. */
  mediaKey: string | null
  clip: { participantIds: string[]; application: string; createdAt: Date } | null
}

/** A reaction and who gave it, first to last. Custom emoji have an id. */
export type Reaction = { emoji: { id: string | null; name: string }; userIds: string[] }

export type Poll = {
  question: string
  answers: { id: number; text: string; emoji?: { id: string | null; name: string | null }; voterIds: string[] }[]
  expiresAt: Date
  multiselect: boolean
}

/** The original as it was when it was forwarded; it never changes again. */
export type Forward = {
  guildId: string
  channelId: string
  messageId: string
  content: string
  attachments: Attachment[]
  embeds: APIEmbed[]
  components: RawComponent[]
  /** Files that `components` or `embeds` show. */
  componentFiles: Attachment[]
  flags: number
  createdAt: Date
  editedAt: Date | null
}

/** A component as it was sent. Media items keep what was written (`attachment://name` or an address); the payload resolves them. */
export type RawComponent = { type: number; [key: string]: unknown }

export type Message = {
  id: string
  channelId: string
  /** A person, or a webhook's id. */
  authorId: string
  type: MessageType
  content: string
  /** Only the bits that were set; those that follow from the content are added by the payload. */
  flags: number
  createdAt: Date
  editedAt: Date | null
  attachments: Attachment[]
  embeds: APIEmbed[]
  components: RawComponent[]
  /** Files that `components` or `embeds` show; they are not in the message's own list. */
  componentFiles: Attachment[]
  reactions: Reaction[]
  pinnedAt: Date | null
  poll: Poll | null
  forward: Forward | null
  replyTo: string | null
  /** Read aloud to those who are in the channel. */
  tts?: boolean
  /** Of the application's own. */
  nonce: string | number | null
  webhook: { id: string; name: string; avatar: string | null } | null
  interaction: {
    id: string
    type: InteractionType
    userId: string
    name: string | null
    commandType: ApplicationCommandType | null
    /** Only the person who used the command sees it, and it is in no history. */
    ephemeral: boolean
  } | null
  /** Ids of members who were mentioned. */
  mentionIds: string[]
  mentionRoleIds: string[]
  mentionEveryone: boolean
  /** The thread started from it. Its id is the message's. */
  threadId: string | null
}
