import { boolean, index, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

/** Who is in which private thread, as Discord last said. A row that is too old counts for nothing. */
export const threadMembers = pgTable(
  'thread_members',
  {
    threadId: text('thread_id').notNull(),
    userId: text('user_id').notNull(),
    guildId: text('guild_id').notNull(),
    isMember: boolean('is_member').notNull(),
    checkedAt: timestamp('checked_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ name: 'thread_members_pkey', columns: [table.threadId, table.userId] }),
    index('idx_thread_members_user').on(table.userId, table.guildId),
  ],
)

export type ThreadMember = typeof threadMembers.$inferSelect
