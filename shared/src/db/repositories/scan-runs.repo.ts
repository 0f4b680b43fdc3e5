import { and, eq, inArray, sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { botChannelScanRuns as runs, type ScanRun } from '../models/index.ts'
import { requireScanRunId } from './scan-run-id.ts'

/** Counters of a scan run. */
export type ScanProgress = { messagesScanned: number; messagesMatched: number }

/** Queues a run that starts from the channel's cursor. Null when the channel is not stored or not being read. */
export async function enqueueScanRun(channelId: string, db: Executor = database()): Promise<string | null> {
  const { rows } = await db.execute<{ id: string }>(sql`
    insert into bot_channel_scan_runs (channel_id, after_message_id)
    select channel_id, last_message_id from bot_channels where channel_id = ${channelId} and is_reading
    returning id`)
  return rows[0]?.id ?? null
}

/** queued → running. False when the run is in another state or does not exist. Throws `invalid-input` when the id is not a UUID. */
export async function markScanStarted(runId: string, db: Executor = database()): Promise<boolean> {
  return change(runId, ['queued'], { status: 'running', startedAt: sql`now()` }, db)
}

/** Adds to the counters of a run in any state; they never fall below 0. Null when the run does not exist. */
export async function updateScanProgress(
  runId: string,
  scannedInc = 0,
  matchedInc = 0,
  db: Executor = database(),
): Promise<ScanProgress | null> {
  const [row] = await db
    .update(runs)
    .set({
      messagesScanned: sql`greatest(0, ${runs.messagesScanned} + ${scannedInc}::bigint)`,
      messagesMatched: sql`greatest(0, ${runs.messagesMatched} + ${matchedInc}::bigint)`,
    })
    .where(eq(runs.id, requireScanRunId(runId)))
    .returning({ messagesScanned: runs.messagesScanned, messagesMatched: runs.messagesMatched })
  return row ?? null
}

/** queued or running → succeeded. False when the run is in another state or does not exist. */
export async function markScanSucceeded(runId: string, db: Executor = database()): Promise<boolean> {
  return change(runId, ['queued', 'running'], { status: 'succeeded', finishedAt: sql`now()` }, db)
}

/** queued or running → failed, with what went wrong in a sentence and, for programs, in a word. False when the run is in another state or does not exist. */
export async function markScanFailed(
  runId: string,
  errorMessage: string,
  db: Executor = database(),
  failureCode: string | null = null,
): Promise<boolean> {
  const values = { status: 'failed' as const, finishedAt: sql`now()`, errorMessage, failureCode }
  return change(runId, ['queued', 'running'], values, db)
}

/** queued or running → canceled. False when the run is in another state or does not exist. */
export async function markScanCanceled(runId: string, db: Executor = database()): Promise<boolean> {
  return change(runId, ['queued', 'running'], { status: 'canceled', finishedAt: sql`now()` }, db)
}

/** One run, or null. */
export async function findScanRun(runId: string, db: Executor = database()): Promise<ScanRun | null> {
  const [row] = await db
    .select()
    .from(runs)
    .where(eq(runs.id, requireScanRunId(runId)))
  return row ?? null
}

type Change = Parameters<ReturnType<Executor['update']>['set']>[0]

async function change(runId: string, from: ScanRun['status'][], values: Change, db: Executor): Promise<boolean> {
  const rows = await db
    .update(runs)
    .set(values)
    .where(and(eq(runs.id, requireScanRunId(runId)), inArray(runs.status, from)))
    .returning({ id: runs.id })
  return rows.length > 0
}
