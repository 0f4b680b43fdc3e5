import { index, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

/** Authors who want nothing kept of them, in any guild. Without foreign keys: they need not have signed in. */
export const authorOptOuts = pgTable('author_opt_outs', {
  userId: text('user_id').primaryKey(),
  since: timestamp('since', { withTimezone: true }).notNull().defaultNow(),
})

/** Authors of whom the managers of a guild want nothing kept or shown. */
export const authorBlocks = pgTable(
  'author_blocks',
  {
    guildId: text('guild_id').notNull(),
    userId: text('user_id').notNull(),
    blockedBy: text('blocked_by'),
    reason: text('reason'),
    since: timestamp('since', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ name: 'author_blocks_pkey', columns: [table.guildId, table.userId] }),
    index('idx_author_blocks_user').on(table.userId),
  ],
)

export type AuthorBlock = typeof authorBlocks.$inferSelect
