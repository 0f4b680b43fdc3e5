import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor, Transaction } from '../database.ts'

/**
 * Runs `work` in a transaction that alone may put or remove these objects, in the store and in the table, until it commits. Whoever keeps a file and
 * whoever removes the last one that nothing refers to take the same locks, so no row is ever without its file. Inside a transaction, call it once.
 */
export async function withObjectLocks<T>(
  hashes: readonly string[],
  work: (tx: Transaction) => Promise<T>,
  db: Executor = database(),
): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`
      select pg_advisory_xact_lock(hashtextextended('object ' || sha256, 0))
      from (select distinct sha256 from jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb) as given(sha256) order by 1) as locked`)
    return work(tx)
  })
}
