import { bigint, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** Bytes we keep, by their SHA-256 (lower-case hex). The same video posted twice is one object. */
export const objects = pgTable('objects', {
  sha256: text('sha256').primaryKey(),
  sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
  contentType: text('content_type').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
})

export type StoredObject = typeof objects.$inferSelect
