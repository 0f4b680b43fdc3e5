import { bigint, index, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/**
 * The bot's requests per second, one row each, shared by every process with the token. A slot is taken before a request and free again one window after its answer,
 * so that no window of Discord's ever sees more requests than there are slots.
 */
export const rateSlots = pgTable(
  'rate_slots',
  {
    /** First half of the SHA-256 of the token. */
    token: text('token').notNull(),
    slot: integer('slot').notNull(),
    freeAt: timestamp('free_at', { withTimezone: true }).notNull().defaultNow(),
    holder: uuid('holder'),
  },
  (table) => [primaryKey({ name: 'rate_slots_pkey', columns: [table.token, table.slot] })],
)

/** What Discord's headers said about a bucket (https://docs.discord.com/developers/topics/rate-limits). */
export const rateBuckets = pgTable(
  'rate_buckets',
  {
    token: text('token').notNull(),
    /** Method, route and top-level resource. */
    route: text('route').notNull(),
    /** Discord's name of the bucket; null until the first answer. */
    bucket: text('bucket'),
    limit: integer('limit').notNull(),
    remaining: integer('remaining').notNull(),
    resetsAt: timestamp('resets_at', { withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({ name: 'rate_buckets_pkey', columns: [table.token, table.route] }),
    index('idx_rate_buckets_resets_at').on(table.resetsAt),
  ],
)

/** What was used and refused, by token, minute and priority; the last hours only. */
export const rateMinutes = pgTable(
  'rate_minutes',
  {
    token: text('token').notNull(),
    minute: timestamp('minute', { withTimezone: true }).notNull(),
    /** live, viewer, backfill */
    priority: text('priority').notNull(),
    requests: bigint('requests', { mode: 'number' }).notNull().default(0),
    /** 401, 403 and 429 that count toward Discord's limit of 10,000 in 10 minutes. */
    invalid: bigint('invalid', { mode: 'number' }).notNull().default(0),
    rateLimited: bigint('rate_limited', { mode: 'number' }).notNull().default(0),
  },
  (table) => [primaryKey({ name: 'rate_minutes_pkey', columns: [table.token, table.minute, table.priority] })],
)
