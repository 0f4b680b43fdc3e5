import { index, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

/** The key of an author, wrapped by the operator's. Deleting it makes everything that only this author's key opens unreadable. */
export const authorKeys = pgTable('author_keys', {
  authorId: text('author_id').primaryKey(),
  wrappedKey: text('wrapped_key').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
})

/** The key of an encrypted object, wrapped by the key of each author who posted it. */
export const objectKeys = pgTable(
  'object_keys',
  {
    sha256: text('sha256').notNull(),
    authorId: text('author_id').notNull(),
    wrappedKey: text('wrapped_key').notNull(),
  },
  (table) => [
    primaryKey({ name: 'object_keys_pkey', columns: [table.sha256, table.authorId] }),
    index('idx_object_keys_author').on(table.authorId),
  ],
)
