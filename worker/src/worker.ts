import { requireToken, type Config } from '@dcs/shared/config'
import { AppError, MINUTE, PermanentFailure, type Logger } from '@dcs/shared/core'
import { checkOperatorKey, closeDb, database, initDb, startHeartbeat } from '@dcs/shared/db'
import { openRateBudget } from '@dcs/shared/discord'
import { JobInterruption, openQueue, type JobName } from '@dcs/shared/jobs'
import { removeLeftovers } from '@dcs/shared/storage'
import { createContext, type WorkerContext } from './context.ts'
import { handlers } from './jobs/index.ts'
import { recoverJobs } from './recover.ts'
import type { Handler } from './runner/handler.ts'
import { runJob } from './runner/run-job.ts'

const RECOVER_INTERVAL_MS = 10 * MINUTE

/** Milliseconds that running jobs get to stop; with the rest, the worker is gone within ten seconds. */
const STOP_TIMEOUT_MS = 7_000

export type Worker = { context: WorkerContext; stop: () => Promise<void> }

/** Connects to everything and begins to work. `stop` sends running jobs back to the queue; what was started before a failing step is stopped. */
export async function startWorker(config: Config, log: Logger): Promise<Worker> {
  const stopping = new AbortController()
  const started: (() => Promise<unknown>)[] = []
  const stop = async () => {
    stopping.abort(new JobInterruption('stopped'))
    for (const end of started.splice(0).toReversed()) await end()
  }
  try {
    await initDb({ ...toInitOptions(config), applicationName: 'dcs-worker' })
    started.push(closeDb)
    const budget = await openRateBudget({
      token: requireToken(config),
      requestsPerSecond: config.discord.requestsPerSecond,
      windowMs: config.discord.rateWindowMs,
      applicationName: 'dcs-worker-rate',
    })
    started.push(budget.stop)
    const queue = await openQueue('worker', log)
    started.push(() => queue.stop(STOP_TIMEOUT_MS))
    const context = await createContext(config, log, queue, stopping.signal, budget)
    await checkToken(context)
    if ((await checkOperatorKey(config.storageKey)) && !config.storageKey)
      log.warn(
        'STORAGE_ENCRYPTION_KEY is not set: what was encrypted with it cannot be shown, and new files are stored as they are',
      )
    await removeLeftovers(config.storagePath)
    await recoverJobs(queue)
    const recovering = setInterval(
      () => void recoverJobs(queue).catch((err: unknown) => log.warn({ err }, 'recovering failed')),
      RECOVER_INTERVAL_MS,
    )
    started.push(async () => clearInterval(recovering))
    const running = await takeJobs(context, config.worker)
    const heartbeat = await startHeartbeat('worker', async () => ({
      isHealthy: await database()
        .execute('select 1')
        .then(
          () => true,
          () => false,
        ),
      detail: {
        scans: running['scan-channel'],
        downloads: running['fetch-clip'],
        waiting: budget.state().waiting,
      },
    }))
    started.push(heartbeat.stop)
    return { context, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** How many jobs of each kind run now. */
type Running = Record<JobName, number>

async function takeJobs(context: WorkerContext, limits: Config['worker']): Promise<Running> {
  const names = Object.keys(handlers) as JobName[]
  const running = Object.fromEntries(names.map((name) => [name, 0])) as Running
  const take = <Name extends JobName>(name: Name) => {
    const handler: Handler<Name> = handlers[name]
    const concurrency = typeof handler.concurrency === 'number' ? handler.concurrency : handler.concurrency(limits)
    return context.queue.work(name, concurrency, async (payload, job) => {
      running[name]++
      try {
        return await runJob(context, name, handler, payload, job)
      } finally {
        running[name]--
      }
    })
  }
  for (const name of chosenJobs(names, limits)) await take(name)
  return running
}

function chosenJobs(names: readonly JobName[], limits: Config['worker']): JobName[] {
  const unknown = limits.jobs?.filter((name) => !names.some((known) => known === name)) ?? []
  if (unknown.length === 0) return names.filter((name) => limits.jobs?.includes(name) ?? true)
  throw new AppError(
    'invalid-input',
    `WORKER_JOBS names jobs that do not exist: ${unknown.join(', ')}. Choose among ${names.join(', ')}.`,
  )
}

/** A wrong token must be noticed at the start; a Discord that cannot be reached now may be there later. */
async function checkToken(context: WorkerContext): Promise<void> {
  await context.botUserId().catch((error: unknown) => {
    if (error instanceof PermanentFailure) throw error
    context.log.warn({ err: error }, 'Discord cannot be reached')
  })
}

function toInitOptions({ database: target }: Config) {
  return target.kind === 'server'
    ? { url: target.url, poolMax: target.poolMax }
    : { directory: target.directory, poolMax: target.poolMax }
}
