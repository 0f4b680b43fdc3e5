import { sql } from 'drizzle-orm'
import {
  bigint,
  doublePrecision,
  foreignKey,
  index,
  integer,
  pgEnum,
  pgTable,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'
import { botChannels } from './bot-channels.ts'

/** queued → running → succeeded, failed or canceled. */
export const scanStatus = pgEnum('scan_status', ['queued', 'running', 'succeeded', 'failed', 'canceled'])

/**
 * What a scan does. quick: asks Discord's search index for messages with videos. complete: reads the history until every gap is closed. recheck: looks at
 * the messages of stored clips again for edits, deletions and lost files. forward: reads only what is newer than everything read so far.
 */
export const scanMode = pgEnum('scan_mode', ['quick', 'complete', 'recheck', 'forward'])

/** One reading of a channel's history, newest message first. */
export const botChannelScanRuns = pgTable(
  'bot_channel_scan_runs',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    channelId: text('channel_id').notNull(),
    /** The channel's cursor when the run was queued. */
    afterMessageId: text('after_message_id'),
    /** How far down this run has come: the oldest message read. */
    beforeMessageId: text('before_message_id'),
    status: scanStatus('status').notNull().default('queued'),
    messagesScanned: bigint('messages_scanned', { mode: 'number' }).notNull().default(0),
    messagesMatched: bigint('messages_matched', { mode: 'number' }).notNull().default(0),
    errorMessage: text('error_message'),
    startedAt: timestamp('started_at', { withTimezone: true }),
    finishedAt: timestamp('finished_at', { withTimezone: true }),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    /** Discord id of the person who asked for it; null when the product did. */
    requestedBy: text('requested_by'),
    mode: scanMode('mode').notNull().default('complete'),
    /** The scan of the guild that this run is a part of. */
    guildScanId: uuid('guild_scan_id'),
    /** While set, no worker goes on with a queued or running run. */
    pausedAt: timestamp('paused_at', { withTimezone: true }),
    /** How many turns of work the run has had; a job belongs to one turn, and jobs of earlier turns do nothing. */
    turn: integer('turn').notNull().default(0),
    /** Who works on it now: only the holder of the newest claim may commit pages. */
    claim: uuid('claim'),
    /** Clips that were not known before. */
    clipsAdded: bigint('clips_added', { mode: 'number' }).notNull().default(0),
    /** How fast the last pages came, and when that was measured. */
    messagesPerSecond: doublePrecision('messages_per_second'),
    progressAt: timestamp('progress_at', { withTimezone: true }),
    /** A word for programs beside error_message. */
    failureCode: text('failure_code'),
  },
  (table) => [
    foreignKey({
      name: 'bot_channel_scan_runs_channel_id_fkey',
      columns: [table.channelId],
      foreignColumns: [botChannels.channelId],
    }).onDelete('cascade'),
    index('idx_bot_scan_runs_channel').on(table.channelId, table.createdAt.desc().nullsFirst()),
    index('idx_bot_scan_runs_unfinished')
      .on(table.createdAt)
      .where(sql`status in ('queued', 'running')`),
    index('idx_bot_scan_runs_guild_scan').on(table.guildScanId),
  ],
)

export type ScanRun = typeof botChannelScanRuns.$inferSelect
