import { AppError, describeError } from './errors.ts'
import type { Logger } from './logger.ts'
import { redactOutput } from './redact.ts'

/** Milliseconds that a program which has stopped may take to end by itself. */
const LINGER_MS = 1_000

/** A started program: what it tells its starter, and how it ends. `failed` rejects when it cannot go on and starting it again would not help. */
export type Started = { ready: Record<string, unknown>; stop: () => Promise<void>; failed?: Promise<never> }

/**
 * Runs a program from start to the signal that ends it. SIGINT and SIGTERM stop it once, in its own order; a start that fails, and a program that cannot
 * go on, end with exit code 1 and one line that says why. The signal given to `start` is aborted when the program is told to stop before it is up. A
 * starter with an IPC channel is told `{ type: 'ready' }` or `{ type: 'failed', message }`, and its disappearance stops the program.
 */
export async function runProgram(log: Logger, start: (signal: AbortSignal) => Promise<Started>): Promise<void> {
  redactOutput()
  const ending = new AbortController()
  let stopping: Promise<void> | undefined
  let failed = false
  const starting = start(ending.signal)
  const stop = (reason: string) => {
    stopping ??= (async () => {
      log.info({ reason }, 'stopping')
      ending.abort(new Error('The program was told to stop.'))
      const started = await starting.catch(() => null)
      await started?.stop()
      log.info('stopped')
    })().catch((error: unknown) => {
      log.error({ err: error }, 'could not stop cleanly')
      process.exitCode = 1
    })
    void stopping.finally(letGo)
  }
  // Node would print it past the logger, with all that stands in it.
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'something was not caught')
    process.exit(1)
  })
  process.on('SIGINT', () => stop('SIGINT'))
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('disconnect', () => {
    if (!failed) stop('starter gone')
  })
  const fail = (error: unknown) => {
    log.fatal(error instanceof AppError ? {} : { err: error }, describeError(error))
    process.exitCode = 1
    failed = true
    if (process.connected) process.send?.({ type: 'failed', message: describeError(error) })
  }
  try {
    const { ready, failed: failing } = await starting
    process.send?.({ type: 'ready', ...ready })
    failing?.catch((error: unknown) => {
      if (ending.signal.aborted) return
      fail(error)
      stop('it cannot go on')
    })
  } catch (error) {
    // Told to stop while starting: not a failure, and `stop` lets go.
    if (ending.signal.aborted) return
    fail(error)
    letGo()
  }
}

/**
 * Closes the channel to the starter, which would keep this process alive; not twice, because that is an error. What else was left open (a kept-alive
 * socket, a timer of a library) is not waited for.
 */
function letGo(): void {
  if (process.connected) process.disconnect()
  setTimeout(() => process.exit(), LINGER_MS).unref()
}
