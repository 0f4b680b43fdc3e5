import { sql } from 'drizzle-orm'
import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** Clips that must not come back: removed by a person, or erased. Without foreign keys: it outlives what it names. */
export const clipTombstones = pgTable(
  'clip_tombstones',
  {
    clipId: text('clip_id').primaryKey(),
    guildId: text('guild_id').notNull(),
    channelId: text('channel_id').notNull(),
    messageId: text('message_id').notNull(),
    /** removed, purged, erased (its author asked for it) */
    reason: text('reason').notNull(),
    /** Discord id of the person who removed it; null when the product did. */
    removedBy: text('removed_by'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    index('idx_clip_tombstones_erased')
      .on(table.messageId)
      .where(sql`reason = 'erased'`),
  ],
)

/**
 * Messages that Discord said were deleted, for as long as a page that was read before may still be on its way. Clips of such a message are not stored
 * any more by a page; see `upsertClips`.
 */
export const deletedMessages = pgTable(
  'deleted_messages',
  {
    messageId: text('message_id').primaryKey(),
    channelId: text('channel_id').notNull(),
    deletedAt: timestamp('deleted_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [index('idx_deleted_messages_deleted_at').on(table.deletedAt)],
)
