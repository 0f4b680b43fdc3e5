import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'

/** Objects that no clip uses, at most `limit`. */
export async function listUnusedObjects(limit: number, db: Executor = database()): Promise<string[]> {
  const { rows } = await db.execute<{ sha256: string }>(sql`
    select sha256 from objects o where ${IS_UNUSED} order by sha256 limit ${limit}`)
  return rows.map(({ sha256 }) => sha256)
}

/** Forgets an object, unless a clip uses it. True when it is not known now: then its file may go. To be called with `withObjectLocks`. */
export async function deleteUnusedObject(sha256: string, tx: Executor): Promise<boolean> {
  await tx.execute(sql`delete from objects o where sha256 = ${sha256} and ${IS_UNUSED}`)
  await tx.execute(
    sql`delete from object_keys where sha256 = ${sha256} and not exists (select from objects where sha256 = ${sha256})`,
  )
  const { rows } = await tx.execute<Record<string, never>>(sql`select from objects where sha256 = ${sha256}`)
  return rows.length === 0
}

/** Of these hashes those that no row of the table knows. */
export async function listUnknownObjects(hashes: readonly string[], db: Executor = database()): Promise<string[]> {
  const { rows } = await db.execute<{ sha256: string }>(sql`
    select given.sha256 from jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb) as given(sha256)
    where not exists (select from objects where objects.sha256 = given.sha256)`)
  return rows.map(({ sha256 }) => sha256)
}

/** Whether a row knows the object. */
export async function isStoredObject(sha256: string, db: Executor = database()): Promise<boolean> {
  return (await listUnknownObjects([sha256], db)).length === 0
}

/** Removes what is kept for a short while only: messages known to be deleted, and counts of requests, older than a day. */
export async function forgetOldNotes(db: Executor = database()): Promise<void> {
  await db.execute(sql`delete from deleted_messages where deleted_at < now() - interval '1 day'`)
  await db.execute(sql`delete from rate_minutes where minute < now() - interval '1 day'`)
}

const IS_UNUSED = sql.raw(
  'not exists (select from clips where clips.object_sha256 = o.sha256) and not exists (select from clips where clips.poster_sha256 = o.sha256)',
)
