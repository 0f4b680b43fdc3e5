import { deleteUnusedObject, listUnknownObjects, withObjectLocks } from '@dcs/shared/db'
import type { WorkerContext } from '../../context.ts'

/** Forgets an object that no clip uses and removes its file; the file goes after its row has gone for good. False when a clip uses it: then both stay. */
export async function removeObject(store: WorkerContext['store'], sha256: string): Promise<boolean> {
  const isUnknown = await withObjectLocks([sha256], (tx) => deleteUnusedObject(sha256, tx))
  await removeFile(store, sha256)
  return isUnknown
}

/** Under the lock, and only while no row knows it: whoever keeps the same bytes at this moment puts the file again after this, or has its row before. */
export async function removeFile(store: WorkerContext['store'], sha256: string): Promise<void> {
  await withObjectLocks([sha256], async (tx) => {
    if ((await listUnknownObjects([sha256], tx)).length > 0) await store.delete(sha256)
  })
}
