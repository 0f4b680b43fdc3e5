import { database } from './config.ts'
import type { Executor, Transaction } from './database.ts'

/** Runs `work` in one transaction; everything it does commits together or not at all. Inside one already, it becomes a savepoint. */
export async function transaction<T>(work: (tx: Transaction) => Promise<T>, db: Executor = database()): Promise<T> {
  return db.transaction(work)
}
