import { loadConfig, requireToken, type Config } from '@dcs/shared/config'
import { AppError, createLogger, type Logger } from '@dcs/shared/core'
import { closeDb, initDb } from '@dcs/shared/db'
import { createDiscordRest, openRateBudget, type RateBudget, type REST } from '@dcs/shared/discord'
import { openQueue, type Queue } from '@dcs/shared/jobs'
import { openDiskStore, type BlobStore } from '@dcs/shared/storage'

/** What the server side of the interface works with, opened once per process. */
export type Context = {
  config: Config
  log: Logger
  store: BlobStore
  /** Discord as the bot. Throws `invalid-input` when there is no token. */
  rest: () => REST
  /** Opened when the first job is sent. */
  queue: () => Promise<Queue>
}

let opening: Promise<Context> | undefined
let queue: Promise<Queue> | undefined
let rest: REST | undefined
let budget: RateBudget | undefined

/** The context, opening it when needed. A failed opening (database down) is tried again by the next caller. */
export function getContext(): Promise<Context> {
  opening ??= open().catch((error: unknown) => {
    opening = undefined
    throw error
  })
  return opening
}

/** Closes what was opened; nothing may be asked for afterwards. */
export async function closeContext(): Promise<void> {
  const current = opening
  opening = undefined
  await current?.catch(() => null)
  const opened = await queue?.catch(() => null)
  queue = undefined
  await opened?.stop(1_000)
  rest = undefined
  await budget?.stop()
  budget = undefined
  await closeDb().catch(() => {
    // It was never open.
  })
}

async function open(): Promise<Context> {
  const config = loadConfig()
  const log = createLogger('interface', config.logLevel)
  await openDatabase()
  const store = await openDiskStore(config.storagePath)
  const { token, requestsPerSecond, rateWindowMs } = config.discord
  if (token)
    budget ??= await openRateBudget({
      token,
      requestsPerSecond,
      windowMs: rateWindowMs,
      applicationName: 'dcs-interface-rate',
    })
  return {
    config,
    log,
    store,
    rest: () => (rest ??= openRest(config)),
    queue: () =>
      (queue ??= openQueue('producer', log).catch((error: unknown) => {
        queue = undefined
        throw error
      })),
  }
}

function openRest(config: Config): REST {
  const token = requireToken(config)
  if (!budget) throw new AppError('internal', 'The rate budget is not open.')
  return createDiscordRest({ apiUrl: config.discord.apiUrl, token, priority: 'viewer', budget })
}

async function openDatabase(): Promise<void> {
  try {
    await initDb({ applicationName: 'dcs-interface' })
  } catch (cause) {
    // The cause names host and user: for the log, not for visitors.
    throw new AppError('unavailable', 'The database cannot be opened.', {
      publicMessage: 'The database cannot be reached right now. Try again in a moment.',
      cause,
    })
  }
}
