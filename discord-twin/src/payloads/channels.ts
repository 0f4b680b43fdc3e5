import { ChannelType, type ChannelFlags } from 'discord-api-types/v10'
import { dateOf } from '../snowflake.ts'
import type { Channel } from '../world/types.ts'
import { timestamp } from './time.ts'

/** A channel or thread with what its type has. */
export function channelPayload(channel: Channel) {
  const lastMessageId = channel.messages.last()?.id ?? null
  const common = {
    id: channel.id,
    type: channel.type,
    guild_id: channel.guildId,
    name: channel.name,
    parent_id: channel.parentId,
    flags: 0 as ChannelFlags,
  }
  if (channel.thread) {
    return {
      ...common,
      owner_id: channel.thread.ownerId,
      last_message_id: lastMessageId,
      message_count: channel.messages.length,
      member_count: 1,
      total_message_sent: channel.messages.length,
      rate_limit_per_user: 0,
      applied_tags: channel.thread.appliedTags,
      thread_metadata: {
        archived: channel.thread.archived,
        auto_archive_duration: 10_080,
        archive_timestamp: timestamp(channel.thread.archivedAt),
        locked: false,
        create_timestamp: timestamp(dateOf(channel.id)),
      },
    }
  }
  const placed = {
    ...common,
    position: channel.position,
    permission_overwrites: channel.overwrites,
    nsfw: channel.nsfw,
  }
  if (channel.type === ChannelType.GuildCategory) return placed
  const withMessages = { ...placed, topic: channel.topic, last_message_id: lastMessageId, rate_limit_per_user: 0 }
  if (channel.type === ChannelType.GuildVoice)
    return { ...withMessages, bitrate: 64_000, user_limit: 0, rtc_region: null }
  if (channel.type === ChannelType.GuildForum || channel.type === ChannelType.GuildMedia) {
    const threads = {
      last_message_id: null,
      available_tags: [],
      default_reaction_emoji: null,
      default_sort_order: null,
      default_forum_layout: 0,
    }
    return { ...withMessages, ...threads }
  }
  return { ...withMessages, last_pin_timestamp: null }
}
