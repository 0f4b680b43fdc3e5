import {
  ChannelFlags,
  ChannelType,
  ForumLayoutType,
  SortOrderType,
  ThreadAutoArchiveDuration,
  VideoQualityMode,
} from 'discord-api-types/v10'
import * as z from 'zod'
import type { Channel, ChannelSettings, Forum } from '../world/types.ts'
import { zOverwrite, zSnowflake } from './shapes.ts'

/** How long a thread stays without messages, in minutes. */
export const zArchiveMinutes = z.union([
  z.literal(ThreadAutoArchiveDuration.OneHour),
  z.literal(ThreadAutoArchiveDuration.OneDay),
  z.literal(ThreadAutoArchiveDuration.ThreeDays),
  z.literal(ThreadAutoArchiveDuration.OneWeek),
])
/** Seconds somebody waits between two messages. */
export const zSlowmode = z.int().min(0).max(21_600)

const zEmoji = { emoji_id: zSnowflake.nullish(), emoji_name: z.string().max(100).nullish() }
const zTag = z.object({
  id: zSnowflake.nullish(),
  name: z.string().min(0).max(50),
  moderated: z.boolean().nullish(),
  ...zEmoji,
})

const fields = {
  name: z.string().min(1).max(100),
  position: z.int().min(0).nullish(),
  topic: z.string().max(4096).nullish(),
  nsfw: z.boolean().nullish(),
  rate_limit_per_user: zSlowmode.nullish(),
  bitrate: z.int().min(8000).max(384_000).nullish(),
  user_limit: z.int().min(0).max(10_000).nullish(),
  permission_overwrites: z.array(zOverwrite).max(100).nullish(),
  parent_id: zSnowflake.nullish(),
  rtc_region: z.string().nullish(),
  video_quality_mode: z.enum(VideoQualityMode).nullish(),
  default_auto_archive_duration: zArchiveMinutes.nullish(),
  default_thread_rate_limit_per_user: zSlowmode.nullish(),
  default_reaction_emoji: z.object(zEmoji).nullish(),
  default_sort_order: z.enum(SortOrderType).nullish(),
  default_forum_layout: z.enum(ForumLayoutType).nullish(),
  available_tags: z.array(zTag).max(20).nullish(),
  flags: z.int().min(0).nullish(),
}

/** The types a bot may create. */
const CREATABLE = [
  ChannelType.GuildText,
  ChannelType.GuildVoice,
  ChannelType.GuildCategory,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildStageVoice,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
] as const

/** A channel to create (https://docs.discord.com/developers/resources/guild#create-guild-channel). */
export const zNewChannel = z.object({ ...fields, type: z.literal(CREATABLE).nullish() })
/** Changes of a channel (https://docs.discord.com/developers/resources/channel#modify-channel). */
export const zChannelChanges = z.object({
  ...fields,
  name: fields.name.optional(),
  type: z.literal([ChannelType.GuildText, ChannelType.GuildAnnouncement]).nullish(),
})

export type ChannelBody = z.output<typeof zChannelChanges>
type Fields = Omit<ChannelBody, 'type'>

/** The flags that can be set of a channel that is no thread. */
const SETTABLE = ChannelFlags.RequireTag | ChannelFlags.HideMediaDownloadOptions

/** The changes of a body that every type of channel has. */
export function commonChanges(body: Fields) {
  const { name, topic, nsfw, rate_limit_per_user: slowmode } = body
  return {
    ...(name === undefined ? {} : { name }),
    ...(topic === undefined ? {} : { topic }),
    ...(nsfw === undefined ? {} : { nsfw: nsfw ?? false }),
    ...(slowmode === undefined ? {} : { rateLimitPerUser: slowmode ?? 0 }),
  }
}

/** The settings of a channel after a body. */
export function settingsAfter(body: Fields, before: ChannelSettings = {}): ChannelSettings {
  return {
    ...before,
    ...(body.flags === undefined ? {} : { flags: (body.flags ?? 0) & SETTABLE }),
    ...(body.bitrate === undefined ? {} : { bitrate: body.bitrate ?? 64_000 }),
    ...(body.user_limit === undefined ? {} : { userLimit: body.user_limit ?? 0 }),
    ...(body.rtc_region === undefined ? {} : { region: body.rtc_region }),
    ...(body.video_quality_mode === undefined
      ? {}
      : { videoQuality: body.video_quality_mode ?? VideoQualityMode.Auto }),
    ...(body.default_auto_archive_duration === undefined
      ? {}
      : { autoArchiveMinutes: body.default_auto_archive_duration ?? undefined }),
    ...(body.default_thread_rate_limit_per_user === undefined
      ? {}
      : { threadRateLimit: body.default_thread_rate_limit_per_user ?? 0 }),
  }
}

/** A forum after a body. Tags without an id get one. */
export function forumAfter(body: Fields, before: Channel['forum'], nextId: () => string): Forum {
  const {
    available_tags: tags,
    default_reaction_emoji: reaction,
    default_sort_order: sortOrder,
    default_forum_layout: layout,
  } = body
  const known = new Set(before?.tags.map(({ id }) => id))
  return {
    ...before,
    tags: tags
      ? tags.map((tag) => ({
          id: tag.id && known.has(tag.id) ? tag.id : nextId(),
          name: tag.name,
          moderated: tag.moderated ?? false,
          emoji_id: tag.emoji_id ?? null,
          emoji_name: tag.emoji_name ?? null,
        }))
      : (before?.tags ?? []),
    defaultReaction:
      reaction === undefined
        ? (before?.defaultReaction ?? null)
        : reaction && { emoji_id: reaction.emoji_id ?? null, emoji_name: reaction.emoji_name ?? null },
    ...(sortOrder === undefined ? {} : { sortOrder }),
    ...(layout === undefined ? {} : { layout: layout ?? ForumLayoutType.NotSet }),
  }
}
