import {
  ChannelType,
  ForumLayoutType,
  MessageType,
  VideoQualityMode,
  type APIGuildCategoryChannel,
  type APIGuildForumChannel,
  type APIGuildMediaChannel,
  type APIGuildStageVoiceChannel,
  type APIGuildVoiceChannel,
  type APINewsChannel,
  type APITextChannel,
  type APIThreadChannel,
  type ChannelFlags,
  type ThreadChannelType,
} from 'discord-api-types/v10'
import type { TwinContext } from '../context.ts'
import { dateOf } from '../snowflake.ts'
import type { Channel, Thread } from '../world/types.ts'
import { memberPayload } from './accounts.ts'
import { timestamp } from './time.ts'

/** A channel of a guild that is no thread. */
export type GuildChannelPayload =
  | APITextChannel
  | APINewsChannel
  | APIGuildCategoryChannel
  | APIGuildVoiceChannel
  | APIGuildStageVoiceChannel
  | APIGuildForumChannel
  | APIGuildMediaChannel

/** A thread with everything that Discord sends of one. */
export type ThreadPayload = Required<Omit<APIThreadChannel, 'member' | 'permission_overwrites' | 'nsfw'>>

/** Where Discord stops counting the members of a thread. */
const COUNTED_MEMBERS = 50
const DEFAULT_BITRATE = 64_000

/** A channel or thread with what its type has (https://docs.discord.com/developers/resources/channel#channel-object). */
export function channelPayload(channel: Channel): GuildChannelPayload | ThreadPayload {
  return channel.thread ? threadPayload(channel, channel.thread) : guildChannelPayload(channel)
}

/** A channel or thread as an answer has it: a thread with the bot's membership, if it is a member. */
export function channelForBot(context: TwinContext, channel: Channel) {
  const { botId } = context.world
  if (!channel.thread?.members.has(botId)) return channelPayload(channel)
  return { ...channelPayload(channel), member: threadMemberPayload(context, channel, botId) }
}

/** Somebody in a thread, on demand with what they are in the guild. */
export function threadMemberPayload(
  context: TwinContext,
  thread: Channel,
  userId: string,
  { withMember = false }: { withMember?: boolean } = {},
) {
  const joined = thread.thread?.members.get(userId) ?? context.world.now()
  const member = withMember ? context.world.guilds.get(thread.guildId)?.members.get(userId) : undefined
  return {
    id: thread.id,
    user_id: userId,
    join_timestamp: timestamp(joined),
    flags: 0,
    ...(member ? { member: memberPayload(context, member) } : {}),
  }
}

function threadPayload(channel: Channel, thread: Thread): ThreadPayload {
  const messageCount = channel.messages.length - (hasFirstMessage(channel) ? 1 : 0)
  return {
    ...common(channel),
    type: channel.type as ThreadChannelType,
    parent_id: channel.parentId ?? '',
    owner_id: thread.ownerId,
    last_message_id: channel.messages.last()?.id ?? null,
    last_pin_timestamp: pinTimestamp(channel),
    message_count: messageCount,
    member_count: Math.min(thread.members.size, COUNTED_MEMBERS),
    total_message_sent: Math.max(thread.totalMessages, messageCount),
    rate_limit_per_user: channel.rateLimitPerUser,
    applied_tags: thread.appliedTags,
    thread_metadata: {
      archived: thread.archived,
      auto_archive_duration: thread.autoArchiveMinutes,
      archive_timestamp: timestamp(thread.archivedAt),
      locked: thread.locked,
      create_timestamp: timestamp(dateOf(channel.id)),
      ...(channel.type === ChannelType.PrivateThread ? { invitable: thread.invitable } : {}),
    },
  }
}

/** The message a post of a forum begins with, or the one that points at the message a thread was started from; Discord does not count it. */
function hasFirstMessage({ id, messages }: Channel): boolean {
  return messages.get(id) !== undefined || messages.after(null, 1)[0]?.type === MessageType.ThreadStarterMessage
}

function guildChannelPayload(channel: Channel): GuildChannelPayload {
  const placed = {
    ...common(channel),
    parent_id: channel.parentId,
    position: channel.position,
    permission_overwrites: channel.overwrites,
    nsfw: channel.nsfw,
  }
  const { settings = {} } = channel
  const withMessages = {
    ...placed,
    last_message_id: channel.messages.last()?.id ?? null,
    rate_limit_per_user: channel.rateLimitPerUser,
  }
  const withThreads = {
    topic: channel.topic,
    last_pin_timestamp: pinTimestamp(channel),
    ...(settings.autoArchiveMinutes === undefined
      ? {}
      : { default_auto_archive_duration: settings.autoArchiveMinutes }),
    ...(settings.threadRateLimit === undefined ? {} : { default_thread_rate_limit_per_user: settings.threadRateLimit }),
  }
  switch (channel.type) {
    case ChannelType.GuildCategory:
      return { ...placed, type: channel.type, parent_id: null }
    case ChannelType.GuildVoice:
    case ChannelType.GuildStageVoice:
      return {
        ...withMessages,
        type: channel.type,
        bitrate: settings.bitrate ?? DEFAULT_BITRATE,
        user_limit: settings.userLimit ?? 0,
        rtc_region: settings.region ?? null,
        video_quality_mode: settings.videoQuality ?? VideoQualityMode.Auto,
        ...(channel.type === ChannelType.GuildStageVoice ? { topic: channel.topic } : {}),
      }
    case ChannelType.GuildForum:
    case ChannelType.GuildMedia:
      return { ...withMessages, ...withThreads, ...forumFields(channel) } as APIGuildForumChannel | APIGuildMediaChannel
    case ChannelType.GuildAnnouncement:
      return { ...withMessages, ...withThreads, type: channel.type }
    default:
      return { ...withMessages, ...withThreads, type: channel.type as ChannelType.GuildText }
  }
}

function forumFields(channel: Channel) {
  const { forum, type } = channel
  return {
    type,
    last_message_id: forum?.lastPostId ?? null,
    available_tags: forum?.tags ?? [],
    default_reaction_emoji: forum?.defaultReaction ?? null,
    default_sort_order: forum?.sortOrder ?? null,
    ...(type === ChannelType.GuildForum ? { default_forum_layout: forum?.layout ?? ForumLayoutType.NotSet } : {}),
  }
}

function common(channel: Channel) {
  return {
    id: channel.id,
    guild_id: channel.guildId,
    name: channel.name,
    flags: channel.settings?.flags ?? (0 as ChannelFlags),
  }
}

function pinTimestamp({ lastPinAt }: Channel): string | null {
  return lastPinAt ? timestamp(lastPinAt) : null
}
