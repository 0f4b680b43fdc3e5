import { index, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

/**
 * Messages that forward a clip. Discord keeps a forward, with its file, when the original is deleted; the clip then stands where it was forwarded to. Without
 * foreign keys: the clip may be stored later, or be gone.
 */
export const clipForwards = pgTable(
  'clip_forwards',
  {
    clipId: text('clip_id').notNull(),
    messageId: text('message_id').notNull(),
    channelId: text('channel_id').notNull(),
    guildId: text('guild_id').notNull(),
    postedAt: timestamp('posted_at', { withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({ name: 'clip_forwards_pkey', columns: [table.clipId, table.messageId] }),
    index('idx_clip_forwards_message').on(table.messageId),
  ],
)
