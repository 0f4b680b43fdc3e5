import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { eraseClips } from './clip-deletion.repo.ts'
import { lockClipsOfChannels } from './clips.repo.ts'
import { addErased } from './erasures.repo.ts'

/**
 * Erases the next clips of a request, at most `limit`, in one transaction: rows, tombstones, counts, and the list of files that may go. `after` is the id up to
 * which clips are done; returns the next one, or null when none was left behind it.
 */
export async function eraseNextClips(
  erasureId: string,
  { after, limit }: { after: string; limit: number },
  db: Executor = database(),
): Promise<string | null> {
  return db.transaction(async (tx) => {
    const { rows: next } = await tx.execute<{ id: string; channel_id: string }>(sql`
      select c.id, c.channel_id from erased_items i join clips c on c.id = i.id join erasures e on e.id = i.erasure_id
      where i.erasure_id = ${erasureId} and i.kind = 'clip' and i.id > ${after} and (not e.only_listed or c.created_at <= e.requested_at) order by i.id limit ${limit}`)
    const last = next.at(-1)
    if (!last) return null
    await lockClipsOfChannels(
      next.map((clip) => clip.channel_id),
      tx,
    )
    const ids = next.map(({ id }) => id)
    const hashes = await eraseClips(ids, { reason: 'erased', removedBy: null }, tx)
    await tx.execute(sql`
      insert into erased_items (kind, id, erasure_id)
      select 'pending-object', hash, ${erasureId} from jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb) as given(hash) on conflict do nothing`)
    await tx.execute(sql`
      delete from job_failures where job = 'fetch-clip' and key in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`)
    await addErased(erasureId, { clips: ids.length }, tx)
    await tx.execute(sql`
      update erasures set clips_left = greatest(0, coalesce(clips_left, (found->>'clips')::int, 0) - ${ids.length}) where id = ${erasureId}`)
    return last.id
  })
}

/** Files that clips of a request used and that may still be there. */
export async function listPendingObjects(
  erasureId: string,
  limit: number,
  db: Executor = database(),
): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select id from erased_items where erasure_id = ${erasureId} and kind = 'pending-object' order by id limit ${limit}`)
  return rows.map(({ id }) => id)
}

/** Notes what became of a file: gone, or kept because clips of others have the same bytes. */
export async function settlePendingObject(
  erasureId: string,
  sha256: string,
  fate: 'gone' | 'shared',
  db: Executor = database(),
): Promise<void> {
  await db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ id: string }>(sql`
      delete from erased_items where erasure_id = ${erasureId} and kind = 'pending-object' and id = ${sha256} returning id`)
    if (rows.length === 0) return
    if (fate === 'gone')
      await tx.execute(sql`
        insert into erased_items (kind, id, erasure_id) values ('object', ${sha256}, ${erasureId}) on conflict do nothing`)
    await addErased(erasureId, fate === 'gone' ? { files: 1 } : { filesSharedWithOthers: 1 }, tx)
  })
}

/** The ids of the clips and files that a request erased. */
export async function listErasedItems(
  erasureId: string,
  db: Executor = database(),
): Promise<{ clips: string[]; objects: string[] }> {
  const { rows } = await db.execute<{ kind: string; id: string }>(
    sql`select kind, id from erased_items where erasure_id = ${erasureId} and kind in ('clip', 'object') order by kind, id`,
  )
  const of = (kind: string) => rows.filter((row) => row.kind === kind).map(({ id }) => id)
  return { clips: of('clip'), objects: of('object') }
}
