import { AppError, describeError, MINUTE, PermanentFailure, RetryLater, sleep } from '@dcs/shared/core'
import type { JobContext, JobName, JobPayload } from '@dcs/shared/jobs'
import type { WorkerContext } from '../context.ts'
import { defaultBackoff, waitAfter } from './backoff.ts'
import type { Failure, Handler, JobEvent, JobRun } from './handler.ts'

/** How long one attempt waits for something that does not come back before the queue takes over. */
const PATIENCE_MS = 30 * MINUTE

type Outcome = 'done' | 'failed' | 'again' | 'interrupted'

/**
 * Does one job: runs its handler, sorts what it throws, and logs one line. Resolves when the job is finished, also when it failed for good and that
 * was recorded; throws when the queue shall try again.
 */
export async function runJob<Name extends JobName>(
  context: WorkerContext,
  name: Name,
  handler: Handler<Name>,
  payload: JobPayload<Name>,
  job: JobContext,
): Promise<void> {
  const begun = performance.now()
  const event: JobEvent = {}
  const log = context.log.child({ job: name, jobId: job.jobId })
  const signal = AbortSignal.any([job.signal, context.stopping])
  const finish = (outcome: Outcome, error?: unknown) => {
    const fields: Record<string, unknown> = {
      ...payload,
      ...event,
      outcome,
      durationMs: Math.round(performance.now() - begun),
    }
    if (error === undefined || outcome === 'interrupted') log.info(fields, 'job finished')
    else
      log.warn(
        { ...fields, ...(error instanceof AppError ? { reason: describeError(error) } : { err: error }) },
        'job finished',
      )
  }
  try {
    await runPatiently(context, handler, payload, { signal, isLastAttempt: job.isLastAttempt, event, log })
    finish('done')
  } catch (error) {
    if (signal.aborted) {
      finish('interrupted', error)
      throw error
    }
    const isPermanent = error instanceof PermanentFailure
    if (isPermanent || job.isLastAttempt) await handler.recordFailure(context, payload, toFailure(error))
    finish(isPermanent || job.isLastAttempt ? 'failed' : 'again', error)
    if (!isPermanent) throw error
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

/** The failure as it is shown. Only errors we understand speak for themselves. */
function toFailure(error: unknown): Failure {
  if (error instanceof AppError) {
    const code = 'failureCode' in error && typeof error.failureCode === 'string' ? error.failureCode : error.code
    return { code, message: error.publicMessage ?? error.message }
  }
  return { code: 'internal', message: 'Something went wrong in the worker. Its log says what; then try again.' }
}
