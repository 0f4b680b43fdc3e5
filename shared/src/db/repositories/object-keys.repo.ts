import { eq, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { makeKey, unwrapKey, wrapKey } from '../../core/wrap-key.ts'
import { database } from '../config.ts'
import type { Executor, Transaction } from '../database.ts'
import { authorKeys, objectKeys } from '../models/index.ts'

/** Objects whose author nobody knows: forwards. */
const NOBODY = 'nobody'

/** The key with which an object is to be read, or null: it is not encrypted, or nobody's key opens it any more. Throws `invalid-input` when the operator's key is another. */
export async function findObjectKey(
  operatorKey: Buffer | null,
  sha256: string,
  db: Executor = database(),
): Promise<Buffer | null> {
  if (operatorKey === null) return null
  const [row] = await db
    .select({ authorId: objectKeys.authorId, wrapped: objectKeys.wrappedKey, wrappedAuthor: authorKeys.wrappedKey })
    .from(objectKeys)
    .innerJoin(authorKeys, eq(authorKeys.authorId, objectKeys.authorId))
    .where(eq(objectKeys.sha256, sha256))
    .limit(1)
  if (!row) return null
  return unwrapKey(row.wrapped, unwrapKey(row.wrappedAuthor, operatorKey, author(row.authorId)), object(sha256))
}

/**
 * Lets an author's key open an object: the key to encrypt it with when `isNew`, that is when no key of it is known. To be called with `withObjectLocks`, in the
 * transaction in which the object is stored.
 */
export async function shareObjectKey(
  operatorKey: Buffer,
  sha256: string,
  authorId: string | null,
  tx: Transaction,
): Promise<{ key: Buffer; isNew: boolean }> {
  const id = authorId ?? NOBODY
  const known = await findObjectKey(operatorKey, sha256, tx)
  const key = known ?? makeKey()
  // What is left of it nobody can open.
  if (!known) await tx.delete(objectKeys).where(eq(objectKeys.sha256, sha256))
  const authorKey = await requireAuthorKey(operatorKey, id, tx)
  await tx
    .insert(objectKeys)
    .values({ sha256, authorId: id, wrappedKey: wrapKey(key, authorKey, object(sha256)) })
    .onConflictDoNothing()
  return { key, isNew: !known }
}

/** Deletes an author's key: what only it opens is unreadable from then on, also in copies of the files. Returns how many objects it opened. */
export async function deleteAuthorKey(authorId: string, db: Executor = database()): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(sql`
    with gone as (delete from author_keys where author_id = ${authorId}),
      opened as (delete from object_keys where author_id = ${authorId} returning 1)
    select count(*)::int as count from opened`)
  return rows[0]?.count ?? 0
}

/** Whose clips an object belongs to; null stands for an author nobody knows. */
export async function listObjectAuthors(sha256: string, db: Executor = database()): Promise<(string | null)[]> {
  const { rows } = await db.execute<{ author_id: string | null }>(sql`
    select distinct author_id from clips where object_sha256 = ${sha256} or poster_sha256 = ${sha256} order by 1`)
  return rows.map((row) => row.author_id)
}

/** Throws `invalid-input` when the keys in the database were encrypted with another key of the operator. True when there are any. */
export async function checkOperatorKey(operatorKey: Buffer | null, db: Executor = database()): Promise<boolean> {
  const [row] = await db.select().from(authorKeys).limit(1)
  if (!row || !operatorKey) return row !== undefined
  try {
    unwrapKey(row.wrappedKey, operatorKey, author(row.authorId))
    return true
  } catch (cause) {
    throw new AppError(
      'invalid-input',
      'STORAGE_ENCRYPTION_KEY: the stored files were encrypted with another key. Set that one again; `dcs storage rekey` changes it.',
      { cause },
    )
  }
}

/** Encrypts all authors' keys with another key of the operator, in one transaction; the objects stay as they are. Returns how many. Throws `invalid-input` when `from` is not their key. */
export async function rewrapAuthorKeys(from: Buffer, to: Buffer, db: Executor = database()): Promise<number> {
  return db.transaction(async (tx) => {
    const rows = await tx.select().from(authorKeys).orderBy(authorKeys.authorId).for('update')
    for (const { authorId, wrappedKey } of rows) {
      const wrapped = wrapKey(unwrapKey(wrappedKey, from, author(authorId)), to, author(authorId))
      await tx.update(authorKeys).set({ wrappedKey: wrapped }).where(eq(authorKeys.authorId, authorId))
    }
    return rows.length
  })
}

async function requireAuthorKey(operatorKey: Buffer, authorId: string, tx: Transaction): Promise<Buffer> {
  await tx
    .insert(authorKeys)
    .values({ authorId, wrappedKey: wrapKey(makeKey(), operatorKey, author(authorId)) })
    .onConflictDoNothing()
  // Held until the transaction ends, so that the key cannot be deleted between its use and the row that needs it.
  const [row] = await tx
    .select({ wrapped: authorKeys.wrappedKey })
    .from(authorKeys)
    .where(eq(authorKeys.authorId, authorId))
    .for('key share')
  if (!row) throw new Error(`The key of the author ${authorId} is being deleted.`)
  return unwrapKey(row.wrapped, operatorKey, author(authorId))
}

function author(authorId: string): string {
  return `the key of author ${authorId}`
}

function object(sha256: string): string {
  return `the key of object ${sha256}`
}
