import type { Executor } from './database.ts'

/** Runs `work` in the transaction that `db` is, or in a new one. */
export async function inTransaction<T>(db: Executor, work: (tx: Executor) => Promise<T>): Promise<T> {
  return 'rollback' in db ? work(db) : db.transaction(work)
}
