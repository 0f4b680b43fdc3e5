import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'
import { botChannels } from './bot-channels.ts'
import { botGuilds } from './bot-guilds.ts'
import type { ClipParticipant } from '../../domain/clip-types.ts'
import { objects } from './objects.ts'

/** pending: bytes not fetched yet. ready: stored and playable. failed: see failure_code. */
export const clipState = pgEnum('clip_state', ['pending', 'ready', 'failed'])

/** Where in the message the video stands. A link is an address in the text whose video an allowed clip host serves. */
export const clipSource = pgEnum('clip_source', ['attachment', 'forward', 'component', 'embed', 'link'])

/**
 * Why a clip is kept out of sight. message_deleted and attachment_removed: Discord does not have it any more, and the guild's deletion policy says hide.
 * author: its author opted out or is blocked. filtered: what its bytes say does not fit the channel's settings. daily_cap: the channel had enough clips that day. removed: somebody took it out of the library.
 */
export const clipHiddenReason = pgEnum('clip_hidden_reason', [
  'message_deleted',
  'attachment_removed',
  'filtered',
  'daily_cap',
  'removed',
  'author',
])

/**
 * Who of those that see the channel sees the clip. public: all of them. unlisted: who has its link, but no list, count or search shows it. private: its author and the
 * managers.
 */
export const clipVisibility = pgEnum('clip_visibility', ['public', 'unlisted', 'private'])

/** One video of one message. The id is the attachment's; an embed or link, which has none, gets one made of the message's id and its address. */
export const clips = pgTable(
  'clips',
  {
    id: text('id').primaryKey(),
    guildId: text('guild_id').notNull(),
    channelId: text('channel_id').notNull(),
    messageId: text('message_id').notNull(),
    source: clipSource('source').notNull().default('attachment'),
    /** Null for a forward: Discord does not say who wrote the original. */
    authorId: text('author_id'),
    authorName: text('author_name'),
    /** Full URL of the author's avatar. */
    authorAvatar: text('author_avatar'),
    messageContent: text('message_content').notNull().default(''),
    filename: text('filename').notNull(),
    contentType: text('content_type'),
    sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
    width: integer('width'),
    height: integer('height'),
    durationSeconds: doublePrecision('duration_seconds'),
    /** Thumbhash, base64: Discord's until ours is made. */
    placeholder: text('placeholder'),
    isSpoiler: boolean('is_spoiler').notNull().default(false),
    /** Native Discord clip (attachment flag IS_CLIP). */
    isNativeClip: boolean('is_native_clip').notNull().default(false),
    /** Signed address as last seen; expires within a day. */
    url: text('url').notNull(),
    postedAt: timestamp('posted_at', { withTimezone: true }).notNull(),
    state: clipState('state').notNull().default('pending'),
    failureCode: text('failure_code'),
    failureMessage: text('failure_message'),
    objectSha256: text('object_sha256'),
    posterSha256: text('poster_sha256'),
    videoCodec: text('video_codec'),
    audioCodec: text('audio_codec'),
    /** What the author called the file, and the alternative text. */
    title: text('title'),
    description: text('description'),
    /** The address that was posted, of an embed or a link; `url` is where the bytes are. */
    linkUrl: text('link_url'),
    /** The message that was forwarded; Discord does not say who wrote it. */
    forwardedGuildId: text('forwarded_guild_id'),
    forwardedChannelId: text('forwarded_channel_id'),
    forwardedMessageId: text('forwarded_message_id'),
    /** Whose clip it was before it moved to a forward, which does not say; shown to nobody. */
    originAuthorId: text('origin_author_id'),
    /** Set when a bot or a webhook posted it. */
    isBot: boolean('is_bot').notNull().default(false),
    /** Native Discord clips: when it was recorded, of which game (an application), and who was in the voice channel. */
    recordedAt: timestamp('recorded_at', { withTimezone: true }),
    gameId: text('game_id'),
    gameName: text('game_name'),
    participants: jsonb('participants')
      .$type<ClipParticipant[]>()
      .notNull()
      .default(sql`'[]'::jsonb`),
    /** When the message was last edited. */
    editedAt: timestamp('edited_at', { withTimezone: true }),
    /** When we learned that Discord does not have it any more, whatever the policy does about it. */
    goneAt: timestamp('gone_at', { withTimezone: true }),
    hiddenAt: timestamp('hidden_at', { withTimezone: true }),
    hiddenReason: clipHiddenReason('hidden_reason'),
    /** When a hidden clip is erased; null: never. */
    purgeAfter: timestamp('purge_after', { withTimezone: true }),
    visibility: clipVisibility('visibility').notNull().default('public'),
    /** The title that somebody gave it here; null: the one from Discord. */
    givenTitle: text('given_title'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    foreignKey({ name: 'clips_guild_id_fkey', columns: [table.guildId], foreignColumns: [botGuilds.guildId] }).onDelete(
      'cascade',
    ),
    foreignKey({
      name: 'clips_channel_id_fkey',
      columns: [table.channelId],
      foreignColumns: [botChannels.channelId],
    }).onDelete('cascade'),
    foreignKey({ name: 'clips_object_sha256_fkey', columns: [table.objectSha256], foreignColumns: [objects.sha256] }),
    foreignKey({ name: 'clips_poster_sha256_fkey', columns: [table.posterSha256], foreignColumns: [objects.sha256] }),
    index('idx_clips_channel_posted').on(
      table.channelId,
      table.postedAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index('idx_clips_author')
      .on(table.authorId, sql`(id::numeric)`)
      .where(sql`author_id is not null`),
    index('idx_clips_origin_author')
      .on(table.originAuthorId)
      .where(sql`origin_author_id is not null`),
    index('idx_clips_guild').on(table.guildId),
    index('idx_clips_message').on(table.messageId),
    index('idx_clips_pending')
      .on(table.createdAt)
      .where(sql`state = 'pending'`),
    index('idx_clips_pending_guild')
      .on(table.guildId)
      .where(sql`state = 'pending'`),
    index('idx_clips_purge')
      .on(table.purgeAfter)
      .where(sql`purge_after is not null`),
    index('idx_clips_participants')
      .using('gin', table.participants.op('jsonb_path_ops'))
      .where(sql`participants <> '[]'::jsonb`),
    index('idx_clips_mentions')
      .on(table.id)
      .where(sql`message_content like '%<@%'`),
    index('idx_clips_object').on(table.objectSha256),
    index('idx_clips_poster').on(table.posterSha256),
  ],
)

export type Clip = typeof clips.$inferSelect
