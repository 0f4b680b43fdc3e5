import { sql } from 'drizzle-orm'
import { bigint, boolean, foreignKey, index, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import type { PermissionOverwrite } from '../types.ts'
import { botGuilds } from './bot-guilds.ts'

/** Channels and threads of the guilds. `updated_at` is kept by the trigger `trg_bot_channels_updated_at`. */
export const botChannels = pgTable(
  'bot_channels',
  {
    channelId: text('channel_id').primaryKey(),
    guildId: text('guild_id').notNull(),
    name: text('name'),
    /** Name of the channel type: text, voice, category, news, stage_voice, forum, media, public_thread, … */
    type: text('type'),
    isNsfw: boolean('is_nsfw').default(false),
    /** Whether messages of this channel are read. */
    isReading: boolean('is_reading').notNull().default(false),
    lastMessageId: text('last_message_id'),
    lastScannedAt: timestamp('last_scanned_at', { withTimezone: true }),
    lastActivityAt: timestamp('last_activity_at', { withTimezone: true }),
    messageCount: bigint('message_count', { mode: 'number' }).notNull().default(0),
    /** What was changed for this channel, sparse. */
    settings: jsonb('settings')
      .$type<Record<string, unknown>>()
      .notNull()
      .default(sql`'{}'::jsonb`),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
    position: integer('position'),
    /** Category of a channel, or channel of a thread. */
    parentId: text('parent_id'),
    /** Null means not known yet, and then nobody but those with all permissions may read. */
    permissionOverwrites: jsonb('permission_overwrites').$type<PermissionOverwrite[]>(),
    /** When Discord told us that the channel was deleted. */
    deletedAt: timestamp('deleted_at', { withTimezone: true }),
    /** Threads only. */
    isArchived: boolean('is_archived').notNull().default(false),
    /** Names of a forum post's tags. */
    tags: text('tags').array(),
    /** Forums only: its tags by id. */
    availableTags: jsonb('available_tags').$type<Record<string, string>>(),
  },
  (table) => [
    foreignKey({
      name: 'bot_channels_guild_id_fkey',
      columns: [table.guildId],
      foreignColumns: [botGuilds.guildId],
    }).onDelete('cascade'),
    index('idx_bot_channels_guild').on(table.guildId),
    index('idx_bot_channels_isreading')
      .on(table.isReading)
      .where(sql`is_reading = true`),
    index('idx_bot_channels_last_message_id').on(table.lastMessageId),
    index('idx_bot_channels_work').on(table.guildId, table.isReading, table.lastScannedAt),
  ],
)

export type BotChannel = typeof botChannels.$inferSelect
