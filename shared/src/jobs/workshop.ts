import type { Logger } from '../core/logger.ts'
import { SECOND, sleep } from '../core/time.ts'
import { database } from '../db/config.ts'
import type { Executor, Transaction } from '../db/database.ts'
import { listen } from '../db/notifications.ts'
import { putJobFailure } from '../db/repositories/job-failures.repo.ts'
import { JobInterruption, interruptionOf, type InterruptionKind } from './interruption.ts'
import * as statements from './queue-statements.ts'
import type { ClaimedJob } from './queue-statements.ts'
import { jobs, type JobName, type JobPayload } from './registry.ts'

/** What a handler learns beside its payload. `signal` is aborted with a `JobInterruption` when the job is cancelled, expires, is lost or the worker stops. */
export type JobContext = {
  jobId: string
  signal: AbortSignal
  isLastAttempt: boolean
  /** Attempts begun, this one included. */
  attempt: number
  /** How often a worker died while doing this job. */
  losses: number
}

/** How a job ended for good without success. `record` keeps it in the rows the job is about, in the transaction that ends the job. */
export type JobVerdict = {
  code: string
  message: string
  guildId: string | null
  channelId: string | null
  record?: (tx: Transaction) => Promise<void>
}

/**
 * Does one job. Must be safe to run twice: a job cut off is given to another worker. Resolving ends it: with a verdict, as failed; without, as done.
 * Throwing means "try again later", or "give it back" when the signal was aborted because the worker stops.
 */
export type JobHandler<Name extends JobName> = (
  payload: JobPayload<Name>,
  context: JobContext,
) => Promise<JobVerdict | void>

type Running = { job: ClaimedJob; abort: AbortController; done: Promise<void> }
type Lane = { name: JobName; running: Map<string, Running>; pump: () => void; isIdle: () => Promise<void> }

const POLL_MS = 2 * SECOND
const WATCH_MS = 2 * SECOND

/** Where this process does jobs: one look into the queue serves all free places of a kind, at once after a job ends or is added. */
export function createWorkshop(worker: string, log: Logger) {
  const lanes = new Map<string, Lane>()
  const timers: NodeJS.Timeout[] = []
  let listening: Promise<{ stop: () => Promise<void> }> | null = null
  let watching: Promise<void> = Promise.resolve()
  let isStopped = false

  const allRunning = () => [...lanes.values()].flatMap(({ running }) => [...running.values()])
  const interrupt = (jobId: string, kind: InterruptionKind) => {
    for (const { running } of lanes.values()) running.get(jobId)?.abort.abort(new JobInterruption(kind))
  }
  const pumpAll = () => lanes.forEach(({ pump }) => pump())

  const watch = async () => {
    try {
      await touch(allRunning(), worker, interrupt)
      for (const name of await statements.freeLostJobs(database())) lanes.get(name)?.pump()
    } catch (err) {
      log.warn({ err }, 'the queue cannot be watched')
    }
  }

  const begin = () => {
    listening = listen(
      ['dcs_jobs'],
      {
        onNotification: (_channel, payload) => {
          const message = statements.parseQueueMessage(payload)
          if (message?.kind === 'wake') lanes.get(message.name)?.pump()
          else if (message) interrupt(message.jobId, 'cancelled')
        },
        onGap: pumpAll,
      },
      { applicationName: statements.connectionName(worker) },
    )
    timers.push(setInterval(pumpAll, POLL_MS))
    timers.push(setInterval(() => (watching = watching.then(watch)), WATCH_MS))
    return listening
  }

  return {
    work: async <Name extends JobName>(name: Name, concurrency: number, handler: JobHandler<Name>): Promise<void> => {
      // Claims are only made by who can be seen to live.
      await (listening ?? begin())
      const lane = openLane({ name, concurrency, handler, worker, log, isStopped: () => isStopped })
      lanes.set(name, lane)
      lane.pump()
    },

    stop: async (timeoutMs: number): Promise<void> => {
      isStopped = true
      for (const timer of timers) clearInterval(timer)
      await Promise.all([...lanes.values()].map(({ isIdle }) => isIdle()))
      const left = allRunning()
      for (const { job } of left) interrupt(job.id, 'stopped')
      const timeout = new AbortController()
      await Promise.race([Promise.all(left.map(({ done }) => done)), sleep(timeoutMs, timeout.signal).catch(() => {})])
      timeout.abort()
      // Whoever did not listen can settle nothing from here on.
      for (const { job } of allRunning()) await giveBack(job)
      await watching
      await (await listening)?.stop()
    },
  }
}

type LaneOptions<Name extends JobName> = {
  name: Name
  concurrency: number
  handler: JobHandler<Name>
  worker: string
  log: Logger
  isStopped: () => boolean
}

function openLane<Name extends JobName>(options: LaneOptions<Name>): Lane {
  const { name, concurrency, worker, log, isStopped } = options
  const running = new Map<string, Running>()
  let looking: Promise<void> | null = null
  let again = false

  const start = (job: ClaimedJob) => {
    const abort = new AbortController()
    const deadline = setTimeout(() => abort.abort(new JobInterruption('expired')), jobs[name].expireInSeconds * SECOND)
    const done = perform(options, job, abort.signal)
      .catch((err: unknown) => log.error({ err, job: name, jobId: job.id }, 'job not settled'))
      .finally(() => {
        clearTimeout(deadline)
        running.delete(job.id)
        pump()
      })
    running.set(job.id, { job, abort, done })
  }

  const look = async () => {
    do {
      again = false
      const free = concurrency - running.size
      if (free <= 0 || isStopped()) return
      const claimed = await statements.claimJobs(name, worker, free, database())
      for (const job of claimed) {
        if (isStopped()) await giveBack(job)
        else start(job)
      }
    } while (again)
  }

  const pump = () => {
    if (looking) again = true
    else
      looking = look()
        .catch((err: unknown) => log.warn({ err, job: name }, 'the queue does not answer'))
        .finally(() => {
          looking = null
          if (again) pump()
        })
  }

  return { name, running, pump, isIdle: async () => void (await looking) }
}

async function perform<Name extends JobName>(
  { name, handler }: LaneOptions<Name>,
  job: ClaimedJob,
  signal: AbortSignal,
): Promise<void> {
  const parsed = jobs[name].payload.safeParse(job.data)
  if (!parsed.success) return persist(() => bury(job, toInvalid(job, parsed.error.message)))
  const payload = parsed.data as JobPayload<Name>
  const attempt = job.retryCount + 1
  const isLastAttempt = job.retryCount >= job.retryLimit
  let verdict: JobVerdict | void
  try {
    verdict = await handler(payload, { jobId: job.id, signal, isLastAttempt, attempt, losses: job.losses })
  } catch (error) {
    const interruption = error instanceof JobInterruption ? error.kind : interruptionOf(signal)
    if (interruption === 'cancelled' || interruption === 'lost') return
    if (interruption === 'stopped') return persist(() => giveBack(job))
    const message = error instanceof Error ? error.message : String(error)
    if (isLastAttempt) return persist(() => bury(job, { code: 'internal', message, ...ownerIn(job.data) }))
    return persist(() => statements.retryJob(job, jobs[name].retryDelaySeconds, message, database()))
  }
  if (verdict) await persist(() => bury(job, verdict))
  else await persist(() => statements.completeJob(job, subjectOf(job, payload), database()))
}

/** Ends a job without success: its rows, the failure that managers see and the job itself change together, or not at all when the job was taken away. */
async function bury(job: ClaimedJob, { record, ...failure }: JobVerdict): Promise<void> {
  const data = jobs[job.name].payload.safeParse(job.data)
  const key = data.success ? subjectOf(job, data.data) : job.key
  const payload = typeof job.data === 'object' && job.data !== null ? { ...job.data } : { value: job.data }
  await database()
    .transaction(async (tx) => {
      await record?.(tx)
      await putJobFailure({ job: job.name, key, payload, attempts: job.retryCount + 1, ...failure }, tx)
      if (!(await statements.failJob(job, failure.message, tx))) throw new TakenAway()
    })
    .catch((error: unknown) => {
      if (!(error instanceof TakenAway)) throw error
    })
}

/** The job is another worker's, or cancelled. */
class TakenAway extends Error {
  override name = 'TakenAway'
}

async function giveBack(job: ClaimedJob, db: Executor = database()): Promise<void> {
  await db.transaction(async (tx) => {
    if (await statements.giveBackJob(job, tx)) await statements.wakeWorkers(job.name, tx)
  })
}

async function touch(
  running: readonly Running[],
  worker: string,
  interrupt: (jobId: string, kind: InterruptionKind) => void,
): Promise<void> {
  if (running.length === 0) return
  const held = await statements.touchJobs(
    running.map(({ job }) => job),
    worker,
    database(),
  )
  const missing = running.map(({ job }) => job).filter(({ id }) => !held.has(id))
  if (missing.length === 0) return
  const cancelled = await statements.findCancelledJobs(missing, database())
  for (const { id } of missing) interrupt(id, cancelled.has(id) ? 'cancelled' : 'lost')
}

/** A result that cannot be written now; what is not written in the end is done again by whoever finds the job without an owner. */
async function persist(write: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await write()
      return
    } catch (error) {
      if (tries === 3) throw error
      await sleep(tries * SECOND)
    }
  }
}

function subjectOf(job: ClaimedJob, payload: unknown): string {
  const { subject } = jobs[job.name] as { subject?: (value: unknown) => string }
  return subject ? subject(payload) : job.key
}

function toInvalid(job: ClaimedJob, reason: string): JobVerdict {
  return {
    code: 'invalid-input',
    message: `The job ${job.name} was asked for in a way this version does not understand. Start what it was about again. (${reason.replaceAll(/\s+/g, ' ').slice(0, 300)})`,
    ...ownerIn(job.data),
  }
}

/** Whose a job is, as far as its payload says. */
function ownerIn(data: unknown): { guildId: string | null; channelId: string | null } {
  const { guildId, channelId } = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>
  return {
    guildId: typeof guildId === 'string' ? guildId : null,
    channelId: typeof channelId === 'string' ? channelId : null,
  }
}
