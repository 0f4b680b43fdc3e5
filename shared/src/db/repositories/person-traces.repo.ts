import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { addErased } from './erasures.repo.ts'
import { namesPerson } from './naming-clips.ts'

/** Clips of others that name the person, as somebody in the voice channel or with a mention in the text; at most `limit` ids. */
export async function listClipsNaming(userId: string, limit: number, db: Executor = database()): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select id from clips where ${namesPerson(userId)} order by id limit ${limit}`)
  return rows.map(({ id }) => id)
}

/** Takes the person out of these clips of others: from those who were in the voice channel, and mentions become "@erased". */
export async function forgetInClips(
  erasureId: string,
  userId: string,
  clipIds: readonly string[],
  db: Executor = database(),
): Promise<void> {
  await db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ id: string }>(sql`
      update clips set updated_at = now(),
        participants = coalesce((select jsonb_agg(p) from jsonb_array_elements(participants) p where p->>'id' <> ${userId}), '[]'::jsonb),
        message_content = replace(replace(message_content, ${`<@${userId}>`}, '@erased'), ${`<@!${userId}>`}, '@erased')
      where id in (select id from clips where id in (select jsonb_array_elements_text(${JSON.stringify(clipIds)}::jsonb)) order by id for update)
      returning id`)
    await addErased(erasureId, { mentions: rows.length }, tx)
  })
}

/** Forgets the account of a person: sign-in, sessions, tokens, memberships, and who did what but for the audit log. */
export async function eraseAccount(erasureId: string, userId: string, db: Executor = database()): Promise<void> {
  await db.transaction(async (tx) => {
    const counts: Record<string, number> = {}
    const remove = async (kind: string, statement: ReturnType<typeof sql>) => {
      const { rows } = await tx.execute<{ n: number }>(
        sql`with changed as (${statement} returning 1) select count(*)::int as n from changed`,
      )
      counts[kind] = (counts[kind] ?? 0) + (rows[0]?.n ?? 0)
    }
    await remove('verifications', sql`delete from auth.verification where value like ${`%${userId}%`}`)
    await remove(
      'sessions',
      sql`delete from auth.session where user_id in (select id from auth."user" where discord_user_id = ${userId})`,
    )
    await remove('signIns', sql`delete from auth."user" where discord_user_id = ${userId}`)
    await remove('tokens', sql`delete from api_tokens where user_id = ${userId}`)
    await remove('invitations', sql`delete from install_intents where user_id = ${userId}`)
    await remove('accounts', sql`delete from users where discord_user_id = ${userId}`)
    await remove('memberships', sql`delete from guild_members where user_id = ${userId}`)
    await remove('memberships', sql`delete from thread_members where user_id = ${userId}`)
    await remove('limits', sql`delete from request_limits where key like ${`%${userId}%`}`)
    await remove('marks', sql`update clip_tags set tagged_by = null where tagged_by = ${userId}`)
    await remove('marks', sql`update author_blocks set blocked_by = null where blocked_by = ${userId}`)
    await remove('marks', sql`update clip_tombstones set removed_by = null where removed_by = ${userId}`)
    await remove('marks', sql`update guild_scans set requested_by = null where requested_by = ${userId}`)
    await remove('marks', sql`update bot_channel_scan_runs set requested_by = null where requested_by = ${userId}`)
    await addErased(erasureId, counts, tx)
  })
}
