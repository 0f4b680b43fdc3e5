import { AppError, describeError, MINUTE, PermanentFailure, RetryLater, sleep } from '@dcs/shared/core'
import { interruptionOf, jobs, type JobContext, type JobName, type JobPayload, type JobVerdict } from '@dcs/shared/jobs'
import type { WorkerContext } from '../context.ts'
import { defaultBackoff, waitAfter } from './backoff.ts'
import type { Failure, Handler, JobEvent, JobRun, Owner } from './handler.ts'

/** How long one attempt waits for something that does not come back before the queue takes over. */
const PATIENCE_MS = 30 * MINUTE

/** Workers that may die over the same job. Their deaths use up no attempt, but a job that kills every worker must end. */
const LOSSES_MAX = 20

type Outcome = 'done' | 'failed' | 'again' | 'interrupted' | 'canceled'

/**
 * Does one job: runs its handler, sorts what it throws, and logs one line. Resolves when the job is finished: with a verdict when it failed for good.
 * Throws when the queue shall try again, and when the job was interrupted.
 */
export async function runJob<Name extends JobName>(
  context: WorkerContext,
  name: Name,
  handler: Handler<Name>,
  payload: JobPayload<Name>,
  job: JobContext,
): Promise<JobVerdict | void> {
  const begun = performance.now()
  const event: JobEvent = {}
  const log = context.log.child({ job: name, jobId: job.jobId })
  const signal = AbortSignal.any([job.signal, context.stopping])
  const finish = (outcome: Outcome, error?: unknown) => {
    const durationMs = Math.round(performance.now() - begun)
    const fields: Record<string, unknown> = { ...payload, ...event, outcome, durationMs }
    if (error === undefined) log.info(fields, 'job finished')
    else
      log.warn(
        { ...fields, ...(error instanceof AppError ? { reason: describeError(error) } : { err: error }) },
        'job finished',
      )
  }
  try {
    if (job.losses >= LOSSES_MAX) throw new WorkerKiller(name)
    await runPatiently(context, handler, payload, { signal, isLastAttempt: job.isLastAttempt, event, log })
    finish('done')
  } catch (thrown) {
    const isExpired = interruptionOf(signal) === 'expired'
    if (signal.aborted && !isExpired) {
      finish(interruptionOf(signal) === 'cancelled' ? 'canceled' : 'interrupted')
      throw signal.reason
    }
    const error = isExpired ? new DeadlinePassed(name, thrown) : thrown
    const isOver = error instanceof PermanentFailure || job.isLastAttempt
    finish(isOver ? 'failed' : 'again', error)
    if (!isOver) throw error
    const failure = toFailure(error)
    const owner = await findOwner(context, handler, payload)
    return {
      ...failure,
      ...owner,
      record: async (tx) => void (await handler.recordFailure(context, payload, failure, tx)),
    }
  }
}

/** Waits inside the attempt for what can pass, so that an outage does not use up the attempts. */
async function runPatiently<Name extends JobName>(
  context: WorkerContext,
  handler: Handler<Name>,
  payload: JobPayload<Name>,
  run: JobRun,
): Promise<void> {
  let failures = 0
  let waitedMs = 0
  for (;;) {
    try {
      return await handler.run(context, payload, run)
    } catch (error) {
      if (!(error instanceof RetryLater) || run.signal.aborted) throw error
      const backoff = await handler.backoff?.(context, payload)
      failures++
      const delayMs = backoff
        ? waitAfter(failures, backoff)
        : Math.max(error.delayMs, waitAfter(failures, defaultBackoff))
      waitedMs += delayMs
      if (waitedMs > PATIENCE_MS) throw error
      run.event.waits = failures
      run.log.debug({ delayMs, reason: describeError(error) }, 'waiting')
      await sleep(delayMs, run.signal)
    }
  }
}

async function findOwner<Name extends JobName>(
  context: WorkerContext,
  handler: Handler<Name>,
  payload: JobPayload<Name>,
): Promise<Owner> {
  if (handler.about) return handler.about(context, payload)
  const idOf = (field: keyof Owner) => {
    const value: unknown = Object.entries(payload).find(([name]) => name === field)?.[1]
    return typeof value === 'string' ? value : null
  }
  return { guildId: idOf('guildId'), channelId: idOf('channelId') }
}

/** The failure as it is shown. Only errors we understand speak for themselves. */
function toFailure(error: unknown): Failure {
  if (error instanceof AppError) {
    const code = 'failureCode' in error && typeof error.failureCode === 'string' ? error.failureCode : error.code
    return { code, message: error.publicMessage ?? error.message }
  }
  return { code: 'internal', message: 'Something went wrong in the worker. Its log says what; then try again.' }
}

class DeadlinePassed extends AppError {
  override name = 'DeadlinePassed'
  readonly failureCode = 'timeout'

  constructor(name: JobName, cause: unknown) {
    const minutes = Math.round(jobs[name].expireInSeconds / 60)
    super(
      'unavailable',
      `It was not finished after ${minutes} minutes. Try again; if that does not help, the log of the worker says what it did.`,
      { cause },
    )
  }
}

class WorkerKiller extends PermanentFailure {
  override name = 'WorkerKiller'
  readonly failureCode = 'worker-died'

  constructor(name: JobName) {
    super(
      'internal',
      `The worker died ${LOSSES_MAX} times while it did this job (${name}). Look for the reason in its log or that of the system (memory), then try again.`,
    )
  }
}
