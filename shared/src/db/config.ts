import { loadConfig, type DatabaseConfig } from '../config/index.ts'
import { AppError } from '../core/errors.ts'
import { connect, type Database } from './database.ts'
import { openEmbeddedPostgres } from './embedded/embedded-postgres.ts'
import { migrate, type MigrationReport } from './migrate/migrate.ts'

/** What `initDb` may be told; everything left out comes from the environment. */
export type InitDbOptions = {
  /** A server of yours: postgres://user:password@host:port/database. */
  url?: string
  /** Folder of the embedded Postgres, when no server is named. */
  directory?: string
  /** Most connections of this process; 10 unless set. */
  poolMax?: number
  /** Name of this program in pg_stat_activity. */
  applicationName?: string
  /** False connects without creating or migrating tables; for tools that look at a database as it is. */
  migrate?: boolean
}

/** How the process is connected. */
export type ActiveDbConfig = {
  url: string
  embedded: boolean
  directory: string | null
  poolMax: number
  applicationName: string
}

type Connection = {
  config: ActiveDbConfig
  database: Database
  migration: MigrationReport
  release: () => Promise<void>
}

// The interface's server loads this module more than once (one bundle per route); the connection must be one.
const state = ((globalThis as { [key: symbol]: unknown })[Symbol.for('dcs.database')] ??= {}) as {
  opening?: Promise<Connection>
  open?: Connection
}

/**
 * Connects this process to the database and creates, adopts or migrates the tables. Enough alone: reads the environment, or starts the embedded
 * Postgres. Safe in many processes at once; a second call in one process returns the same connection.
 * Throws `unavailable` when the server cannot be reached and `conflict` when the database holds something we do not recognise.
 */
export async function initDb(options: InitDbOptions = {}): Promise<Database> {
  state.opening ??= open(options).catch((error: unknown) => {
    delete state.opening
    throw error
  })
  state.open = await state.opening
  return state.open.database
}

/** Closes the connection; stops the embedded Postgres when nobody else uses it. Does nothing when not connected. */
export async function closeDb(): Promise<void> {
  const opening = state.opening
  if (!opening) return
  delete state.opening
  delete state.open
  const connection = await opening
  await connection.database.$client.end()
  await connection.release()
}

/** How this process is connected. Throws `internal` before `initDb`. */
export function getConfig(): ActiveDbConfig {
  return requireOpen().config
}

/** The connection of this process. Throws `internal` before `initDb`. */
export function database(): Database {
  return requireOpen().database
}

/** What `initDb` did to the tables: which layout it adopted and which migrations it applied. */
export function lastMigration(): MigrationReport {
  return requireOpen().migration
}

function requireOpen(): Connection {
  if (state.open) return state.open
  throw new AppError('internal', 'The database is not open: call `await initDb()` first.')
}

async function open(options: InitDbOptions): Promise<Connection> {
  const { target, poolMax } = toTarget(options)
  const server = target.kind === 'embedded' ? await openEmbeddedPostgres(target.directory) : null
  const release = async () => server?.release()
  const config: ActiveDbConfig = {
    url: target.kind === 'server' ? target.url : (server?.url ?? ''),
    embedded: server !== null,
    directory: target.kind === 'embedded' ? target.directory : null,
    poolMax,
    applicationName: options.applicationName ?? 'dcs',
  }
  try {
    const opened = await connect(config.url, config)
    try {
      const migration =
        options.migrate === false
          ? ({ adopted: 'none', applied: [] } as const satisfies MigrationReport)
          : await migrateWith(opened)
      return { config, database: opened, migration, release }
    } catch (error) {
      await opened.$client.end()
      throw error
    }
  } catch (error) {
    await release()
    throw error
  }
}

function toTarget(options: InitDbOptions): { target: DatabaseConfig; poolMax: number } {
  const fallback = options.url || options.directory ? undefined : loadConfig().database
  const poolMax = options.poolMax ?? fallback?.poolMax ?? 10
  if (options.url) return { target: { kind: 'server', url: options.url, poolMax }, poolMax }
  if (options.directory) return { target: { kind: 'embedded', directory: options.directory, poolMax }, poolMax }
  return { target: fallback ?? loadConfig().database, poolMax }
}

async function migrateWith(opened: Database): Promise<MigrationReport> {
  const client = await opened.$client.connect()
  try {
    return await migrate(client)
  } finally {
    client.release()
  }
}
