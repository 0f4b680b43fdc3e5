import { AppError } from '../core/errors.ts'
import { database } from '../db/config.ts'
import type { Executor, Transaction } from '../db/database.ts'
import type { JobFailure } from '../db/models/index.ts'
import { markClipFailed } from '../db/repositories/clip-states.repo.ts'
import { findGuildScan } from '../db/repositories/guild-scans.repo.ts'
import { findJobFailure, putJobFailure, takeJobFailure } from '../db/repositories/job-failures.repo.ts'
import { markClipPending } from '../db/repositories/pending-clips.repo.ts'
import { findScanRun } from '../db/repositories/scan-runs.repo.ts'
import { cancelScans } from './control-scans.ts'
import { LIVE_PRIORITY } from './fetch-clip.ts'
import { findJob, type JobItem } from './list-jobs.ts'
import type { Queue } from './queue.ts'
import { jobs, type JobName, type JobPayload } from './registry.ts'
import { requestGuildScan } from './request-guild-scan.ts'

export {
  countJobFailures,
  listFailuresToRetry,
  listJobFailures,
  type JobFailurePage,
  type JobFailureView,
} from '../db/repositories/job-failures.repo.ts'

/**
 * Tries again what failed. The failure stays, as being retried, until that succeeds; a scan gets a new run. False when it is not there any more or is being
 * tried already. Throws `conflict` or `not-found` with what to do when it cannot be tried as it is.
 */
export async function retryJobFailure(
  queue: Pick<Queue, 'enqueue'>,
  id: string,
  db: Executor = database(),
): Promise<boolean> {
  return db
    .transaction(async (tx) => {
      const failure = await findJobFailure(id, tx)
      if (!failure || failure.retriedAt !== null) return false
      // The rows it is about come first: the order in which a job that ends locks them too.
      await startAgain(queue, failure, tx)
      if (!(await takeJobFailure(id, tx))) throw new TakenMeanwhile()
      return true
    })
    .catch((error: unknown) => {
      if (error instanceof TakenMeanwhile) return false
      throw error
    })
}

/** Ends a job that waits or runs, with what it is about: a scan counts as canceled, a clip as not kept until it is retried. Null when there is no such job. */
export async function cancelJob(queue: Queue, id: string, db: Executor = database()): Promise<JobItem | null> {
  return db.transaction(async (tx) => {
    const job = await findJob(id, tx)
    if (!job) return null
    await endRows(queue, job, tx)
    await queue.cancel(job.name as JobName, job.key, tx)
    return job
  })
}

/** Somebody else tries it already. */
class TakenMeanwhile extends Error {
  override name = 'TakenMeanwhile'
}

async function startAgain(queue: Pick<Queue, 'enqueue'>, failure: JobFailure, tx: Transaction): Promise<void> {
  const name = Object.keys(jobs).find((known) => known === failure.job) as JobName | undefined
  const parsed = name && jobs[name].payload.safeParse(failure.payload)
  if (!name || !parsed?.success)
    throw new AppError('conflict', `The failed job ${failure.job} cannot be tried again as it is.`, {
      publicMessage: 'This cannot be tried again as it is. Start what it was about again, for example with a scan.',
    })
  const scan = await findScan(name, parsed.data, tx)
  if (scan) await requestGuildScan(queue, { ...scan, requestedBy: null }, tx)
  else if ('clipId' in parsed.data && !(await markClipPending(parsed.data.clipId, tx)) && name === 'fetch-clip')
    throw new AppError('conflict', `The clip ${parsed.data.clipId} is kept already, or not wanted any more.`, {
      publicMessage: 'This clip is kept already, was removed, or is held back by the settings of its server.',
    })
  else await queue.enqueue(name, [parsed.data as JobPayload<typeof name>], tx, { priority: LIVE_PRIORITY })
}

/** The scan that does once more what a failed job of a scan did; null for other jobs. */
async function findScan(name: JobName, payload: JobPayload<JobName>, tx: Transaction) {
  if (name === 'scan-channel' && 'runId' in payload) {
    const run = await findScanRun(payload.runId, tx)
    return { guildId: payload.guildId, channelIds: [payload.channelId], mode: run?.mode ?? ('complete' as const) }
  }
  if (name === 'search-guild' && 'scanId' in payload) {
    const scan = await findGuildScan(payload.scanId, tx)
    return { guildId: payload.guildId, channelIds: scan?.channelIds ?? null, mode: scan?.mode ?? ('quick' as const) }
  }
  return null
}

async function endRows(queue: Queue, job: JobItem, tx: Transaction): Promise<void> {
  const { name, key, payload, guildId, channelId, attempts } = job
  if (name === 'scan-channel' && guildId !== null && channelId !== null)
    await cancelScans(queue, { guildId, channelIds: [channelId] }, tx)
  if (name === 'search-guild' && guildId !== null) {
    const scan = await findGuildScan(String(payload.scanId), tx)
    await cancelScans(queue, { guildId, channelIds: scan?.channelIds ?? null }, tx)
  }
  if (name !== 'fetch-clip') return
  const failure = { code: 'canceled', message: 'Fetching this clip was cancelled. Retry it to keep it after all.' }
  await markClipFailed(key, failure.code, failure.message, tx)
  await putJobFailure({ job: name, key, payload, guildId, channelId, attempts, ...failure }, tx)
}
