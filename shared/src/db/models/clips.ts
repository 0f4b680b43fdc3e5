import {
  bigint,
  boolean,
  doublePrecision,
  foreignKey,
  index,
  integer,
  pgEnum,
  pgTable,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'
import { botChannels } from './bot-channels.ts'
import { botGuilds } from './bot-guilds.ts'
import { objects } from './objects.ts'

/** pending: bytes not fetched yet. ready: stored and playable. failed: see failure_code. */
export const clipState = pgEnum('clip_state', ['pending', 'ready', 'failed'])

/** Where in the message the video stands. */
export const clipSource = pgEnum('clip_source', ['attachment', 'forward', 'component', 'embed'])

/** One video of one message. The id is the attachment's. */
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
    index('idx_clips_guild').on(table.guildId),
    index('idx_clips_message').on(table.messageId),
  ],
)

export type Clip = typeof clips.$inferSelect
