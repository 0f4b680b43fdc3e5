import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import type pg from 'pg'
import { AppError } from '../core/errors.ts'
import { relations } from './models/relations.ts'
import { openPool } from './pool.ts'

/** Typed access to the tables: `database().query.botGuilds.findMany(…)`, or the builder. */
export type Database = NodePgDatabase<typeof relations> & { $client: pg.Pool }

/** A transaction; what a repository function needs to take part in one. */
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]

/** Either; repository functions take one as their last argument and use the pool when none is given. */
export type Executor = Database | Transaction

/** The lowest Postgres we run on: 14 brought multiranges. */
const SERVER_VERSION_MIN = 140_000

/** Opens a pool and checks that the server answers, is new enough and lets us in. Throws `unavailable` with what to do next. */
export async function connect(url: string, options: { poolMax: number; applicationName: string }): Promise<Database> {
  const pool = openPool({
    connectionString: url,
    max: options.poolMax,
    application_name: options.applicationName,
    // A process that hangs inside a transaction must not hold its locks for ever.
    idle_in_transaction_session_timeout: 60_000,
  })
  try {
    const { rows } = await pool.query<{ version: number }>(
      `select current_setting('server_version_num')::int as version`,
    )
    requireVersion(rows[0]?.version ?? 0)
  } catch (error) {
    await pool.end()
    throw error instanceof AppError ? error : explainConnectionError(error, url)
  }
  return Object.assign(drizzle({ client: pool, relations }), { $client: pool })
}

function requireVersion(version: number): void {
  if (version >= SERVER_VERSION_MIN) return
  throw new AppError(
    'unsupported',
    `The database server is Postgres ${Math.floor(version / 10_000)}; 14 or newer is needed.`,
  )
}

function explainConnectionError(cause: unknown, url: string): AppError {
  const { hostname, port, pathname, username } = new URL(url)
  const where = `${decodeURIComponent(hostname) || 'localhost'}:${port || 5432}`
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const reasons: Record<string, string> = {
    ECONNREFUSED: `Nothing answers at ${where}. Is Postgres running there?`,
    ENOTFOUND: `The host ${hostname} is not known.`,
    EAI_AGAIN: `The host ${hostname} is not known.`,
    '28P01': `The server at ${where} refuses the password of user ${decodeURIComponent(username)}.`,
    '28000': `The server at ${where} does not let user ${decodeURIComponent(username)} in.`,
    '3D000': `The server at ${where} has no database ${decodeURIComponent(pathname.slice(1))}. Create it first.`,
  }
  const reason = reasons[code] ?? `The database at ${where} cannot be reached.`
  const next =
    'Check DATABASE_URL (or POSTGRES_HOST, _PORT, _USER, _PASSWORD, _DB); without them an embedded Postgres is used.'
  return new AppError('unavailable', `${reason} ${next}`, { cause })
}
