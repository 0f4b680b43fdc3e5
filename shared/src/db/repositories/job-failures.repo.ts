import { and, count, desc, eq, sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { jobFailures, type JobFailure } from '../models/index.ts'
import { requireScanRunId } from './scan-run-id.ts'

/** A failure to keep. */
export type NewJobFailure = Omit<JobFailure, 'id' | 'failedAt' | 'retriedAt'>

/** A kept failure with whether it is being tried again. */
export type JobFailureView = JobFailure & { state: 'failed' | 'retrying' }

/** Which failures: those of a guild, or all; `before` is the last one of the page before. */
export type JobFailurePage = { guildId?: string; limit?: number; before?: { failedAt: Date; id: string } | null }

/** Keeps a failure; there is one for each job and subject, the newest. */
export async function putJobFailure(failure: NewJobFailure, db: Executor = database()): Promise<void> {
  const { payload, guildId, channelId, code, message, attempts } = failure
  await db
    .insert(jobFailures)
    .values(failure)
    .onConflictDoUpdate({
      target: [jobFailures.job, jobFailures.key],
      set: { payload, guildId, channelId, code, message, attempts, failedAt: sql`now()`, retriedAt: null },
    })
}

/** Failures, newest first. */
export async function listJobFailures(
  { guildId, limit = 50, before }: JobFailurePage = {},
  db: Executor = database(),
): Promise<JobFailureView[]> {
  const rows = await db
    .select()
    .from(jobFailures)
    .where(
      and(
        guildId === undefined ? undefined : eq(jobFailures.guildId, guildId),
        // The driver's dates have milliseconds, the table's microseconds.
        before
          ? sql`(date_trunc('milliseconds', ${jobFailures.failedAt}), ${jobFailures.id}) < (${before.failedAt.toISOString()}::timestamptz, ${before.id}::uuid)`
          : undefined,
      ),
    )
    .orderBy(desc(sql`date_trunc('milliseconds', ${jobFailures.failedAt})`), desc(jobFailures.id))
    .limit(limit)
  return rows.map((row) => ({ ...row, state: row.retriedAt === null ? 'failed' : 'retrying' }))
}

/** How many failures a guild has; all when left out. */
export async function countJobFailures(guildId?: string, db: Executor = database()): Promise<number> {
  const [row] = await db
    .select({ count: count() })
    .from(jobFailures)
    .where(guildId === undefined ? undefined : eq(jobFailures.guildId, guildId))
  return row?.count ?? 0
}

/** One failure, or null. */
export async function findJobFailure(id: string, db: Executor = database()): Promise<JobFailure | null> {
  const [row] = await db
    .select()
    .from(jobFailures)
    .where(eq(jobFailures.id, requireScanRunId(id)))
  return row ?? null
}

/** Takes a failure to try it again; others who try the same wait and then find it taken. Null when it is not there or being tried already. */
export async function takeJobFailure(id: string, tx: Executor): Promise<JobFailure | null> {
  const [row] = await tx
    .update(jobFailures)
    .set({ retriedAt: sql`now()` })
    .where(and(eq(jobFailures.id, requireScanRunId(id)), sql`${jobFailures.retriedAt} is null`))
    .returning()
  return row ?? null
}

/** Ids of all failures that are not being tried again, oldest first. */
export async function listFailuresToRetry(guildId?: string, db: Executor = database()): Promise<string[]> {
  const rows = await db
    .select({ id: jobFailures.id })
    .from(jobFailures)
    .where(
      and(sql`${jobFailures.retriedAt} is null`, guildId === undefined ? undefined : eq(jobFailures.guildId, guildId)),
    )
    .orderBy(jobFailures.failedAt)
  return rows.map(({ id }) => id)
}
