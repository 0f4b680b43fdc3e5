import { bigint, foreignKey, index, pgEnum, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { botChannels } from './bot-channels.ts'

/** queued → running → succeeded, failed or canceled. */
export const scanStatus = pgEnum('scan_status', ['queued', 'running', 'succeeded', 'failed', 'canceled'])

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
  },
  (table) => [
    foreignKey({
      name: 'bot_channel_scan_runs_channel_id_fkey',
      columns: [table.channelId],
      foreignColumns: [botChannels.channelId],
    }).onDelete('cascade'),
    index('idx_bot_scan_runs_channel').on(table.channelId, table.createdAt.desc().nullsFirst()),
  ],
)

export type ScanRun = typeof botChannelScanRuns.$inferSelect
