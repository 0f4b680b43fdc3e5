import type { Config } from '@dcs/shared/config'
import type { Logger } from '@dcs/shared/core'
import type { Executor } from '@dcs/shared/db'
import type { JobName, JobPayload } from '@dcs/shared/jobs'
import type { WorkerContext } from '../context.ts'
import type { Backoff } from './backoff.ts'

/** What a handler adds to the one line that is logged for its job. */
export type JobEvent = Record<string, string | number | boolean | null>

/**
 * What `run` learns. `signal` is aborted when the job shall end; its reason is a `JobInterruption` that tells being cancelled from the worker's stop, the
 * deadline and the loss of the job to another worker.
 */
export type JobRun = { signal: AbortSignal; isLastAttempt: boolean; event: JobEvent; log: Logger }

/** What is kept of a failure: a word for programs and a sentence for people. */
export type Failure = { code: string; message: string }

/** Whose a job is: the managers of this guild see its failure. */
export type Owner = { guildId: string | null; channelId: string | null }

/**
 * How one kind of job is done. `run` must be safe to run twice and throws: `RetryLater` waits and runs again, `PermanentFailure` ends the job at once,
 * anything else is tried again by the queue. When there is no further try, `recordFailure` makes the failure visible in the transaction that ends the job.
 */
export type Handler<Name extends JobName> = {
  /** Jobs of this kind at a time in one worker. */
  concurrency: number | ((limits: Config['worker']) => number)
  run: (context: WorkerContext, payload: JobPayload<Name>, run: JobRun) => Promise<void>
  recordFailure: (context: WorkerContext, payload: JobPayload<Name>, failure: Failure, db: Executor) => Promise<unknown>
  /** Left out: what the payload says. */
  about?: (context: WorkerContext, payload: JobPayload<Name>) => Promise<Owner>
  /** How long to wait when something cannot be done now; left out, what the error asks for. */
  backoff?: (context: WorkerContext, payload: JobPayload<Name>) => Promise<Backoff | undefined>
}
