import { bigserial, index, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** What people changed, and by which way. Without foreign keys: it outlives what it names. `guild_id` null: of the person alone. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: bigserial('id', { mode: 'bigint' }).primaryKey(),
    at: timestamp('at', { withTimezone: true }).notNull().defaultNow(),
    guildId: text('guild_id'),
    /** Discord id; null when the operator did it at the command line. */
    actorId: text('actor_id'),
    /** web, discord, cli, api-token */
    via: text('via').notNull(),
    /** What was done, as `<thing>.<verb>`: clip.remove, guild.claim, settings.change. */
    action: text('action').notNull(),
    /** The id of what it was done to. */
    target: text('target'),
    details: jsonb('details').$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [
    index('idx_audit_log_guild').on(table.guildId, table.id.desc()),
    index('idx_audit_log_actor').on(table.actorId, table.id.desc()),
  ],
)

export type AuditEntry = typeof auditLog.$inferSelect
