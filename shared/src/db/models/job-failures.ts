import { index, integer, jsonb, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core'

/** Jobs that ended without success, with the reason a manager sees. Removed when the job is done after all. */
export const jobFailures = pgTable(
  'job_failures',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    job: text('job').notNull(),
    /** What the job was about: its key, or what its definition calls the subject. */
    key: text('key').notNull(),
    payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
    /** Whose managers see it; null: only the operator. */
    guildId: text('guild_id'),
    channelId: text('channel_id'),
    /** A word for programs and a sentence for people. */
    code: text('code').notNull(),
    message: text('message').notNull(),
    attempts: integer('attempts').notNull().default(1),
    failedAt: timestamp('failed_at', { withTimezone: true }).notNull().defaultNow(),
    /** Since when it is tried again; null once more when that fails too. */
    retriedAt: timestamp('retried_at', { withTimezone: true }),
  },
  (table) => [
    uniqueIndex('job_failures_job_key').on(table.job, table.key),
    index('idx_job_failures_guild').on(table.guildId, table.failedAt.desc().nullsFirst()),
  ],
)

export type JobFailure = typeof jobFailures.$inferSelect
