import type { ClientBase } from 'pg'

/** Runs `work` in one transaction that only one process at a time can be in. */
export async function inMigrationTransaction<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    await client.query(`select pg_advisory_xact_lock(hashtext('dcs:migrate'))`)
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    // A connection that broke cannot roll back either; Postgres does it alone then.
    await client.query('rollback').catch(() => {})
    throw error
  }
}
