import { shareObjectKey, type Transaction } from '@dcs/shared/db'
import type { WorkerContext } from '../../context.ts'

/**
 * Takes a file into the store, encrypted so that its author's key opens it when the operator has set a key. To be called with the object's lock, in the
 * transaction that stores its row: rolled back, the file is one that nobody can open and that the next try replaces.
 */
export async function putObject(
  { store, storageKey }: Pick<WorkerContext, 'store' | 'storageKey'>,
  { sha256, file, authorId }: { sha256: string; file: string; authorId: string | null },
  tx: Transaction,
): Promise<void> {
  if (!storageKey) return store.putFile(sha256, file)
  const { key, isNew } = await shareObjectKey(storageKey, sha256, authorId, tx)
  // What another author's clip has put there already is opened by this author's key now, too.
  if (isNew || !(await store.isEncrypted(sha256))) await store.putFile(sha256, file, key)
}
