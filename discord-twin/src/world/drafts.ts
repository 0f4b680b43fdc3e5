import {
  ChannelType,
  MessageType,
  type APIEmbed,
  type APIGuildForumTag,
  type APIOverwrite,
} from 'discord-api-types/v10'
import { MessageLog, type GeneratedHistory } from './message-log.ts'
import type {
  Attachment,
  Channel,
  ChannelSettings,
  Forum,
  Forward,
  Message,
  Poll,
  RawComponent,
  Thread,
} from './types.ts'
import { placeFiles, type Upload } from './uploads.ts'

/** A message to post. */
export type NewMessage = {
  channelId: string
  /** Given for the first message of a thread in a forum, which has the thread's id. */
  id?: string
  authorId: string
  content?: string
  files?: readonly Upload[]
  date?: Date
  flags?: number
  type?: MessageType
  replyTo?: string | null
  forwardOf?: { channelId: string; messageId: string }
  embeds?: APIEmbed[]
  components?: RawComponent[]
  /** The files belong to `components` (Components V2), not to the message's own list. */
  filesInComponents?: boolean
  poll?: Poll | null
  tts?: boolean
  /** Who is told; what stands in `content` when left out. */
  mentions?: { ids: string[]; roleIds: string[]; everyone: boolean }
  nonce?: string | number | null
  webhook?: Message['webhook']
  interaction?: Message['interaction']
}

export type NewChannel = {
  guildId: string
  name: string
  type?: ChannelType
  parentId?: string | null
  topic?: string | null
  nsfw?: boolean
  overwrites?: APIOverwrite[]
  date?: Date
  position?: number
  rateLimitPerUser?: number
  tags?: APIGuildForumTag[]
  /** Of a forum or media channel, besides its tags. */
  forum?: Partial<Omit<Forum, 'tags'>>
  settings?: ChannelSettings
  /** Makes it a thread of this person; `parentId` must be given. */
  ownerId?: string
  thread?: Partial<
    Pick<Thread, 'archived' | 'archivedAt' | 'autoArchiveMinutes' | 'locked' | 'invitable' | 'appliedTags'>
  >
  /** The id of the message a thread was started from. */
  id?: string
  history?: (channelId: string) => GeneratedHistory
}

/** The channel or thread that a draft becomes. */
export function toChannel(
  channel: NewChannel,
  { id, guildId, date, position }: { id: string; guildId: string; date: Date; position: number },
): Channel {
  const type = channel.type ?? ChannelType.GuildText
  const holdsThreads = type === ChannelType.GuildForum || type === ChannelType.GuildMedia
  return {
    id,
    guildId,
    type,
    name: channel.name,
    position: channel.position ?? position,
    parentId: channel.parentId ?? null,
    topic: channel.topic ?? null,
    nsfw: channel.nsfw ?? false,
    rateLimitPerUser: channel.rateLimitPerUser ?? 0,
    overwrites: channel.overwrites ?? [],
    messages: new MessageLog(channel.history?.(id) ?? null),
    thread:
      channel.ownerId === undefined
        ? null
        : {
            ownerId: channel.ownerId,
            archived: false,
            archivedAt: date,
            autoArchiveMinutes: 10_080,
            locked: false,
            invitable: true,
            appliedTags: [],
            totalMessages: 0,
            ...channel.thread,
            members: new Map([[channel.ownerId, date]]),
          },
    forum: holdsThreads ? { tags: channel.tags ?? [], defaultReaction: null, ...channel.forum } : null,
    lastPinAt: null,
    ...(channel.settings ? { settings: channel.settings } : {}),
  }
}

/** The message that a draft becomes. */
export function toMessage(
  post: NewMessage,
  { id, createdAt, files, forward }: { id: string; createdAt: Date; files: Attachment[]; forward: Forward | null },
): Message {
  const content = post.content ?? ''
  return {
    id,
    channelId: post.channelId,
    authorId: post.authorId,
    type: post.type ?? (post.replyTo ? MessageType.Reply : MessageType.Default),
    content,
    flags: post.flags ?? 0,
    createdAt,
    editedAt: null,
    ...placeFiles(files, { embeds: post.embeds ?? [], inComponents: post.filesInComponents ?? false }),
    embeds: post.embeds ?? [],
    components: post.components ?? [],
    reactions: [],
    pinnedAt: null,
    poll: post.poll ?? null,
    forward,
    replyTo: post.replyTo ?? null,
    nonce: post.nonce ?? null,
    webhook: post.webhook ?? null,
    interaction: post.interaction ?? null,
    mentionIds: post.mentions?.ids ?? [
      ...new Set([...content.matchAll(/<@!?(\d+)>/g)].flatMap(([, id]) => (id ? [id] : []))),
    ],
    mentionRoleIds: post.mentions?.roleIds ?? [
      ...new Set([...content.matchAll(/<@&(\d+)>/g)].flatMap(([, id]) => (id ? [id] : []))),
    ],
    mentionEveryone: post.mentions?.everyone ?? /@(everyone|here)\b/.test(content),
    ...(post.tts ? { tts: true } : {}),
    threadId: null,
  }
}

/** A message with nothing special about it. */
export function plainMessage(
  message: Pick<Message, 'id' | 'channelId' | 'authorId' | 'content' | 'createdAt'> & Partial<Message>,
): Message {
  return {
    type: MessageType.Default,
    flags: 0,
    editedAt: null,
    attachments: [],
    embeds: [],
    components: [],
    componentFiles: [],
    reactions: [],
    pinnedAt: null,
    poll: null,
    forward: null,
    replyTo: null,
    nonce: null,
    webhook: null,
    interaction: null,
    mentionIds: [],
    mentionRoleIds: [],
    mentionEveryone: false,
    threadId: null,
    ...message,
  }
}

/** What a forward shows of a message. */
export function contentOf({
  content,
  attachments,
  embeds,
  components,
  componentFiles,
  flags,
  createdAt,
  editedAt,
}: Message | Forward): Omit<Forward, 'guildId' | 'channelId' | 'messageId'> {
  return { content, attachments, embeds, components, componentFiles, flags, createdAt, editedAt }
}
