import { eq, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { authorOptOuts } from '../models/index.ts'
import { notifyClips } from '../notifications.ts'
import { recordAudit, type AuditVia } from './audit.repo.ts'

/**
 * Makes this transaction wait until nobody stores clips of this author, and everybody who wants to wait until it ends. Whoever changes whether an author's
 * clips are kept calls it first, so that a page that was read before cannot slip past the change.
 */
export async function lockAuthor(authorId: string, tx: Executor): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('author ' || ${authorId}, 0))`)
}

/** Since when this person wants nothing kept of them; null: they do not mind. */
export async function findOptOut(userId: string, db: Executor = database()): Promise<Date | null> {
  const [row] = await db.select().from(authorOptOuts).where(eq(authorOptOuts.userId, userId))
  return row?.since ?? null
}

/** From now on nothing new of this person is kept, in any guild, and nobody sees what is there. False when it was so before. */
export async function optOut(userId: string, via: AuditVia, db: Executor = database()): Promise<boolean> {
  return db.transaction(async (tx) => {
    await lockAuthor(userId, tx)
    const added = await addOptOut(userId, tx)
    if (added) await recordAudit({ guildId: null, actorId: userId, via, action: 'author.opt-out', target: userId }, tx)
    return added
  })
}

/**
 * What this person posts is kept again, and what is there is seen again. What was erased stays so. False when they had not opted out. Throws `conflict`
 * while their clips are being erased.
 */
export async function optIn(userId: string, via: AuditVia, db: Executor = database()): Promise<boolean> {
  return db.transaction(async (tx) => {
    await lockAuthor(userId, tx)
    const { rows: open } = await tx.execute<{ id: string }>(sql`
      select id from erasures where subject = 'author' and subject_id = ${userId} and erased_at is null and cancelled_at is null`)
    if (open.length > 0)
      throw new AppError('conflict', 'an erasure of this person is not finished', {
        publicMessage: 'Your clips are being erased. You can allow new ones when that is done.',
      })
    const { rows } = await tx.execute<{ user_id: string }>(
      sql`delete from author_opt_outs where user_id = ${userId} returning user_id`,
    )
    if (rows.length === 0) return false
    await notifyClipsOf(userId, {}, tx)
    await recordAudit({ guildId: null, actorId: userId, via, action: 'author.opt-in', target: userId }, tx)
    return true
  })
}

/** The row alone; the caller has locked the author. */
export async function addOptOut(userId: string, tx: Executor): Promise<boolean> {
  const { rows } = await tx.execute<{ user_id: string }>(
    sql`insert into author_opt_outs (user_id) values (${userId}) on conflict do nothing returning user_id`,
  )
  await notifyClipsOf(userId, {}, tx)
  return rows.length > 0
}

/** Tells that the clips of an author come or go, in one guild or wherever there are some. */
export async function notifyClipsOf(
  authorId: string,
  { guildId = null }: { guildId?: string | null },
  tx: Executor,
): Promise<void> {
  const { rows } = await tx.execute<{ guildId: string; channelId: string }>(sql`
    select distinct guild_id as "guildId", channel_id as "channelId" from clips
    where author_id = ${authorId} and (${guildId}::text is null or guild_id = ${guildId})`)
  await notifyClips(rows, tx)
}
