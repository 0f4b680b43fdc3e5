import { loadConfig, requireToken, type Config } from '@dcs/shared/config'
import { AppError, createLogger, type Logger } from '@dcs/shared/core'
import { closeDb, initDb } from '@dcs/shared/db'
import { createDiscordRest, type REST } from '@dcs/shared/discord'
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
  await closeDb().catch(() => {
    // It was never open.
  })
}

async function open(): Promise<Context> {
  const config = loadConfig()
  const log = createLogger('interface', config.logLevel)
  await openDatabase()
  const store = await openDiskStore(config.storagePath)
  return {
    config,
    log,
    store,
    rest: () =>
      (rest ??= createDiscordRest({
        apiUrl: config.discord.apiUrl,
        token: requireToken(config),
        program: 'interface',
      })),
    queue: () =>
      (queue ??= openQueue('producer', log).catch((error: unknown) => {
        queue = undefined
        throw error
      })),
  }
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
