import { sql } from 'drizzle-orm'
import { boolean, index, integer, jsonb, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core'

/** How much of each kind there was, or is left: `{ clips: 3, objects: 5 }`. */
export type ErasureCounts = Record<string, number>

/**
 * Requests to erase: all of a guild, or all of a person. Without foreign keys: a receipt outlives what was erased.
 * Erasing begins at `due_at`, goes on in pieces, and may be cancelled until it begins.
 */
export const erasures = pgTable(
  'erasures',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    /** guild, author */
    subject: text('subject').notNull(),
    subjectId: text('subject_id').notNull(),
    requestedBy: text('requested_by'),
    /** web, discord, cli */
    via: text('via').notNull(),
    requestedAt: timestamp('requested_at', { withTimezone: true }).notNull().defaultNow(),
    dueAt: timestamp('due_at', { withTimezone: true }).notNull().defaultNow(),
    cancelledAt: timestamp('cancelled_at', { withTimezone: true }),
    /** When nothing of it could be reached any more. */
    unreachableAt: timestamp('unreachable_at', { withTimezone: true }),
    startedAt: timestamp('started_at', { withTimezone: true }),
    /** When the last file was gone from the disk. */
    erasedAt: timestamp('erased_at', { withTimezone: true }),
    found: jsonb('found').$type<ErasureCounts>().notNull().default({}),
    erased: jsonb('erased').$type<ErasureCounts>().notNull().default({}),
    clipsLeft: integer('clips_left'),
    /** Of a person: also the account here, with its sessions, tokens and memberships. */
    withAccount: boolean('with_account').notNull().default(false),
    /** Of a guild: the bot leaves it when everything is erased. */
    leavesGuild: boolean('leaves_guild').notNull().default(false),
    /** Only the clips that are listed for it in erased_items: erased again after a backup was restored. */
    onlyListed: boolean('only_listed').notNull().default(false),
  },
  (table) => [
    uniqueIndex('idx_erasures_open')
      .on(table.subject, table.subjectId)
      .where(sql`erased_at is null and cancelled_at is null`),
    index('idx_erasures_subject').on(table.subject, table.subjectId, table.requestedAt.desc()),
  ],
)

export type Erasure = typeof erasures.$inferSelect

/** What was erased on request, for whoever restores a backup: it must be erased there again. */
export const erasedItems = pgTable(
  'erased_items',
  {
    /** clip, object, pending-object (its file may still be there) */
    kind: text('kind').notNull(),
    id: text('id').notNull(),
    erasureId: uuid('erasure_id').notNull(),
    erasedAt: timestamp('erased_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('erased_items_key').on(table.kind, table.id, table.erasureId),
    index('idx_erased_items_erasure').on(table.erasureId, table.kind, table.id),
  ],
)
