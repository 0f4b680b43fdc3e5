import { sql } from 'drizzle-orm'
import { fromDrizzle, PgBoss, type JobWithMetadata } from 'pg-boss'
import { AppError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { getConfig } from '../db/config.ts'
import type { Executor } from '../db/database.ts'
import { jobs, type JobName, type JobPayload } from './registry.ts'

/** What a handler learns beside its payload. `signal` is aborted when the job is cancelled, expires or the worker stops. */
export type JobContext = { jobId: string; signal: AbortSignal; isLastAttempt: boolean }

/** Does one job. Must be safe to run twice: a job cut off is given to another worker. Throwing means "try again later". */
export type JobHandler<Name extends JobName> = (payload: JobPayload<Name>, context: JobContext) => Promise<void>

/** The job queue of this process. */
export type Queue = {
  /** Adds jobs inside the caller's transaction: they exist if and only if it commits. A job whose key waits or runs already is not added again. */
  enqueue: <Name extends JobName>(name: Name, payloads: readonly JobPayload<Name>[], db: Executor) => Promise<void>
  /** Runs up to `concurrency` jobs of a kind at a time in this process. */
  work: <Name extends JobName>(name: Name, concurrency: number, handler: JobHandler<Name>) => Promise<void>
  /** Takes no new jobs, waits up to `timeoutMs` for running ones, and closes. */
  stop: (timeoutMs?: number) => Promise<void>
}

/** Seconds without a sign of life after which a running job counts as cut off; pg-boss allows no less than 10. */
const HEARTBEAT_SECONDS = 10

/** Opens the queue in the connected database. A `worker` also looks after jobs that were cut off; a `producer` only adds jobs. */
export async function openQueue(role: 'producer' | 'worker', log: Logger): Promise<Queue> {
  const boss = new PgBoss({
    connectionString: getConfig().url,
    application_name: `dcs-queue-${role}`,
    max: role === 'worker' ? 6 : 2,
    schedule: false,
    supervise: role === 'worker',
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    useListenNotify: role === 'worker',
  })
  boss.on('error', (error) => log.warn({ err: error }, 'queue error'))
  await boss.start()
  for (const job of Object.values(jobs)) {
    await boss.createQueue(job.name, {
      policy: 'exclusive',
      notify: true,
      retryLimit: job.retryLimit,
      retryDelay: job.retryDelaySeconds,
      retryBackoff: true,
      expireInSeconds: job.expireInSeconds,
      heartbeatSeconds: HEARTBEAT_SECONDS,
    })
  }
  return {
    enqueue: async (name, payloads, db) => {
      const job = jobs[name]
      const inserts = payloads.map((payload) => {
        const data = job.payload.parse(payload)
        return { data, singletonKey: (job.key as (value: unknown) => string)(data) }
      })
      if (inserts.length > 0) await boss.insert(name, inserts, { db: fromDrizzle(db, sql) })
    },
    work: async (name, concurrency, handler) => {
      const workOne = async ([job]: JobWithMetadata[]) => {
        if (!job) return
        const parsed = jobs[name].payload.safeParse(job.data)
        if (!parsed.success)
          throw new AppError(
            'invalid-input',
            `Job ${name} ${job.id} has a payload that does not fit: ${parsed.error.message}`,
          )
        await handler(parsed.data as JobPayload<typeof name>, {
          jobId: job.id,
          signal: job.signal,
          isLastAttempt: job.retryCount >= job.retryLimit,
        })
      }
      const options = {
        batchSize: 1,
        includeMetadata: true as const,
        pollingIntervalSeconds: 2,
        notifyPollingIntervalSeconds: 2,
      }
      for (let lane = 0; lane < concurrency; lane++) {
        // A lane that has done a job looks for the next at once; by itself it would wait for the next poll.
        const id: string = await boss.work(name, options, (batch: JobWithMetadata[]) =>
          workOne(batch).finally(() => boss.notifyWorker(id)),
        )
      }
    },
    stop: async (timeoutMs = 20_000) => {
      await boss.stop({ graceful: true, timeout: timeoutMs, close: true })
    },
  }
}
