import { and, desc, eq, lt } from 'drizzle-orm'
import { mayManage, type GuildAccess } from '../../domain/access.ts'
import { AppError } from '../../core/errors.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { auditLog, type AuditEntry } from '../models/index.ts'

/** By which way a person changed something. */
export type AuditVia = 'web' | 'discord' | 'cli' | 'api-token'

/** A change by a person. `action` is `<thing>.<verb>`; `details` hold what changed, never texts of messages or secrets. */
export type AuditRecord = {
  guildId: string | null
  /** Discord id; null when the operator did it at the command line. */
  actorId: string | null
  via: AuditVia
  action: string
  target?: string | null
  details?: Record<string, unknown>
}

/** Writes down a change; called in the transaction that makes it. */
export async function recordAudit(record: AuditRecord, db: Executor = database()): Promise<void> {
  await db.insert(auditLog).values(record)
}

/** The changes in a guild, newest first. `before`: the id where the last page ended. Throws `not-found` for somebody who does not manage it. */
export async function listAudit(
  access: GuildAccess,
  page: { limit: number; before?: bigint | null; action?: string | null },
  db: Executor = database(),
): Promise<AuditEntry[]> {
  if (!mayManage(access)) throw new AppError('not-found', `the audit log of ${access.guildId} is for its managers`)
  return db
    .select()
    .from(auditLog)
    .where(
      and(
        eq(auditLog.guildId, access.guildId),
        page.before ? lt(auditLog.id, page.before) : undefined,
        page.action ? eq(auditLog.action, page.action) : undefined,
      ),
    )
    .orderBy(desc(auditLog.id))
    .limit(page.limit)
}
