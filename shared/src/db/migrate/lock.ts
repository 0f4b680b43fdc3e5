import type { ClientBase } from 'pg'
import { AppError } from '../../core/errors.ts'
import { sqlState } from '../postgres-errors.ts'

/** Runs `work` in one transaction that only one process at a time can be in. */
export async function inMigrationTransaction<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    await client.query(`select pg_advisory_xact_lock(hashtext('dcs:migrate'))`)
    // An old program that left a transaction open must not make us wait for ever without a word.
    await client.query(`set local lock_timeout = '15s'`)
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    // A connection that broke cannot roll back either; Postgres does it alone then.
    await client.query('rollback').catch(() => {})
    throw sqlState(error) === '55P03' ? await explainBlocked(client, error) : error
  }
}

/** Names who holds locks in this database: nearly always a program of the original that still runs. */
async function explainBlocked(client: ClientBase, cause: unknown): Promise<AppError> {
  const { rows } = await client.query<{ pid: number; name: string }>(
    `select pid, coalesce(nullif(application_name, ''), usename, 'unknown') as name from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and xact_start < now() - interval '10 seconds'`,
  )
  const who = rows.map(({ pid, name }) => `${name} (process ${pid} of the server)`).join(', ') || 'another program'
  return new AppError(
    'conflict',
    `The tables cannot be changed because they are in use: ${who} has had a transaction open for long. Stop it (the original's bot does this) and start again. Nothing was changed.`,
    { cause },
  )
}
