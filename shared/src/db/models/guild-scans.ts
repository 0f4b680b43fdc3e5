import { sql } from 'drizzle-orm'
import { bigint, foreignKey, index, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { SearchCursors } from '../types.ts'
import { scanMode, scanStatus } from './bot-channel-scan-runs.ts'
import { botGuilds } from './bot-guilds.ts'

/**
 * One scan of a guild or of some of its channels, as it was asked for. It first asks Discord's search index (its own part, kept here); complete and recheck
 * scans then read channels, one run each in bot_channel_scan_runs.
 */
export const guildScans = pgTable(
  'guild_scans',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    guildId: text('guild_id').notNull(),
    mode: scanMode('mode').notNull(),
    /** Null: every channel that is read. */
    channelIds: text('channel_ids').array(),
    /** Of the search: queued, running, succeeded, failed, canceled. */
    status: scanStatus('status').notNull().default('queued'),
    /** Discord id of the person who asked for it; null when the product did. */
    requestedBy: text('requested_by'),
    /** How far down each question has come, by its name. */
    cursors: jsonb('cursors')
      .$type<SearchCursors>()
      .notNull()
      .default(sql`'{}'::jsonb`),
    /** What the index says there is, and what came of it so far. */
    messagesExpected: bigint('messages_expected', { mode: 'number' }),
    messagesFound: bigint('messages_found', { mode: 'number' }).notNull().default(0),
    clipsAdded: bigint('clips_added', { mode: 'number' }).notNull().default(0),
    requests: integer('requests').notNull().default(0),
    failureCode: text('failure_code'),
    errorMessage: text('error_message'),
    pausedAt: timestamp('paused_at', { withTimezone: true }),
    claim: uuid('claim'),
    startedAt: timestamp('started_at', { withTimezone: true }),
    finishedAt: timestamp('finished_at', { withTimezone: true }),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    foreignKey({
      name: 'guild_scans_guild_id_fkey',
      columns: [table.guildId],
      foreignColumns: [botGuilds.guildId],
    }).onDelete('cascade'),
    index('idx_guild_scans_guild').on(table.guildId, table.createdAt.desc().nullsFirst()),
  ],
)

export type GuildScan = typeof guildScans.$inferSelect
