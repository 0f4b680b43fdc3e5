import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { fromDrizzle, PgBoss } from 'pg-boss'
import type { Logger } from '../core/logger.ts'
import { HOUR, SECOND } from '../core/time.ts'
import { database, getConfig } from '../db/config.ts'
import type { Executor } from '../db/database.ts'
import { cancelJobs, countWaitingJobs, dropForeignHeartbeats, wakeWorkers } from './queue-statements.ts'
import { jobs, type JobName, type JobPayload } from './registry.ts'
import { createWorkshop, type JobHandler } from './workshop.ts'

export type { JobContext, JobHandler, JobVerdict } from './workshop.ts'

/** How jobs are added. Of those that are due, the highest `priority` is done first, then the oldest; left out, the job's definition decides. */
export type EnqueueOptions<Name extends JobName> = {
  priority?: number | ((payload: JobPayload<Name>) => number)
  startAfterSeconds?: number
}

/** The job queue of this process. */
export type Queue = {
  /** Adds jobs inside the caller's transaction: they exist if and only if it commits. A job whose key waits or runs already is not added again. */
  enqueue: <Name extends JobName>(
    name: Name,
    payloads: readonly JobPayload<Name>[],
    db: Executor,
    options?: EnqueueOptions<Name>,
  ) => Promise<void>
  /**
   * Takes the job with this key out of the queue; where one runs, in whichever process, its signal is aborted within seconds. False when there was none.
   * Its rows are the caller's to change, in the same transaction.
   */
  cancel: (name: JobName, key: string, db?: Executor) => Promise<boolean>
  /** How many jobs of a kind are due and wait for a worker; 100 stands for any more. */
  waiting: (name: JobName, db?: Executor) => Promise<number>
  /** Runs up to `concurrency` jobs of a kind at a time in this process. */
  work: <Name extends JobName>(name: Name, concurrency: number, handler: JobHandler<Name>) => Promise<void>
  /** Takes no new jobs, interrupts the running ones and waits up to `timeoutMs` for them; all of them are back in the queue when it resolves. */
  stop: (timeoutMs?: number) => Promise<void>
}

const WAITING_MAX = 100
const DAY_SECONDS = (24 * HOUR) / SECOND

/** Opens the queue in the connected database. A `worker` also looks after jobs that were cut off; a `producer` only adds and cancels jobs. */
export async function openQueue(role: 'producer' | 'worker', log: Logger): Promise<Queue> {
  const boss = new PgBoss({
    connectionString: getConfig().url,
    application_name: `dcs-queue-${role}`,
    max: 2,
    schedule: false,
    supervise: role === 'worker',
    registerInstance: false,
  })
  boss.on('error', (error) => log.warn({ err: error }, 'queue error'))
  await boss.start()
  for (const job of Object.values(jobs))
    await boss.createQueue(job.name, { policy: 'exclusive', deleteAfterSeconds: DAY_SECONDS })
  if (role === 'worker') await dropForeignHeartbeats(database())
  const workshop = createWorkshop(randomUUID(), log)
  return {
    enqueue: async (name, payloads, db, { priority, startAfterSeconds } = {}) => {
      if (payloads.length === 0) return
      const parsed = payloads.map((payload) => jobs[name].payload.parse(payload) as JobPayload<typeof name>)
      const priorities =
        priority === undefined
          ? await findPriorities(name, parsed, db)
          : parsed.map((payload) => (typeof priority === 'number' ? priority : priority(payload)))
      const inserts = parsed.map((payload, index) => toInsert(name, payload, priorities[index] ?? 0, startAfterSeconds))
      await boss.insert(name, inserts, { db: fromDrizzle(db, sql) })
      if (startAfterSeconds === undefined) await wakeWorkers(name, db)
    },
    cancel: async (name, key, db = database()) => (await cancelJobs(name, [key], db)).length > 0,
    waiting: (name, db = database()) => countWaitingJobs(name, WAITING_MAX, db),
    work: workshop.work,
    stop: async (timeoutMs = 10 * SECOND) => {
      await workshop.stop(timeoutMs)
      await boss.stop({ graceful: true, timeout: SECOND, close: true })
    },
  }
}

async function findPriorities(name: JobName, payloads: readonly unknown[], db: Executor): Promise<number[]> {
  const { prioritize } = jobs[name] as { prioritize?: (all: readonly unknown[], db: Executor) => Promise<number[]> }
  return prioritize ? prioritize(payloads, db) : []
}

function toInsert(name: JobName, data: object, priority: number, startAfterSeconds: number | undefined) {
  const job = jobs[name]
  return {
    data,
    singletonKey: (job.key as (value: unknown) => string)(data),
    priority,
    retryLimit: job.retryLimit,
    // The worker keeps the deadline itself; this one only ends what no worker looks after any more.
    expireInSeconds: Math.min(DAY_SECONDS, job.expireInSeconds + HOUR / SECOND),
    ...(startAfterSeconds === undefined ? {} : { startAfter: startAfterSeconds }),
  }
}
