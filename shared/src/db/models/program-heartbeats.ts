import { boolean, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Running programs. A row counts only while the database connection that wrote it is open. */
export const programHeartbeats = pgTable('program_heartbeats', {
  instanceId: uuid('instance_id').primaryKey(),
  program: text('program').notNull(),
  backendPid: integer('backend_pid').notNull(),
  backendStart: timestamp('backend_start', { withTimezone: true, precision: 6, mode: 'string' }).notNull(),
  isHealthy: boolean('is_healthy').notNull(),
  detail: jsonb('detail').$type<Record<string, unknown>>().notNull(),
  seenAt: timestamp('seen_at', { withTimezone: true }).notNull().defaultNow(),
})
