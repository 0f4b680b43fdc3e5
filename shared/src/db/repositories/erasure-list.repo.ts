import { sql } from 'drizzle-orm'
import type { ErasureReceipt, PastErasure } from '../../core/erasure-receipt.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import type { Erasure } from '../models/index.ts'
import { listErasedItems } from './erasure-pieces.repo.ts'
import { namesPerson } from './naming-clips.ts'

/** What a receipt says about a request at this moment. */
export async function describeErasure(erasure: Erasure, db: Executor = database()): Promise<ErasureReceipt> {
  const { clips, objects } = await listErasedItems(erasure.id, db)
  return {
    id: erasure.id,
    subject: erasure.subject,
    subjectId: erasure.subjectId,
    via: erasure.via,
    requestedAt: erasure.requestedAt.toISOString(),
    unreachableAt: erasure.unreachableAt?.toISOString() ?? null,
    erasedAt: erasure.erasedAt?.toISOString() ?? null,
    withAccount: erasure.withAccount,
    found: erasure.found,
    erased: erasure.erased,
    clips,
    files: objects,
  }
}

/**
 * Opens a request anew in a database that was restored from a backup made before: for the clips it lists, and those that name the person, that were stored before it was made; for a whole
 * guild when nothing of it is newer. Who was opted out is so again. False when nothing of it is there, or a request about the same is open.
 */
export async function reopenErasure(past: PastErasure, tx: Executor): Promise<boolean> {
  const { id, subject, subjectId, requestedAt, withAccount, clips, optedOut } = past
  if (optedOut)
    await tx.execute(sql`insert into author_opt_outs (user_id) values (${subjectId}) on conflict do nothing`)
  await tx.execute(sql`
    insert into erased_items (kind, id, erasure_id)
    select 'clip', id, ${id} from (select distinct jsonb_array_elements_text(${JSON.stringify(clips)}::jsonb) as id) as given on conflict do nothing`)
  const { rows } = await tx.execute<{
    is_clip: boolean
    is_account: boolean
    is_newer: boolean
    is_open: boolean
    is_named: boolean
  }>(sql`
    select exists (select from erased_items i join clips c on c.id = i.id where i.erasure_id = ${id} and i.kind = 'clip' and c.created_at <= ${requestedAt}::timestamptz) as is_clip,
      exists (select from users where discord_user_id = ${subjectId} and (last_login_at is null or last_login_at <= ${requestedAt}::timestamptz)) as is_account,
      exists (select from clips where ${subject} = 'author' and created_at <= ${requestedAt}::timestamptz and ${namesPerson(subjectId)}) as is_named,
      exists (select from clips where guild_id = ${subjectId} and created_at > ${requestedAt}::timestamptz) as is_newer,
      exists (select from erasures where subject = ${subject} and subject_id = ${subjectId} and erased_at is null and cancelled_at is null) as is_open`)
  const [found] = rows
  const takesAccount = subject === 'author' && withAccount && (found?.is_account ?? false)
  if (!found || found.is_open || !(found.is_clip || found.is_named || takesAccount)) return false
  const onlyListed = subject === 'author' || found.is_newer
  await tx.execute(sql`
    insert into erasures (id, subject, subject_id, via, requested_at, with_account, only_listed)
    values (${id}, ${subject}, ${subjectId}, 'cli', ${requestedAt}::timestamptz, ${takesAccount}, ${onlyListed})
    on conflict (id) do update set erased_at = null, started_at = null, due_at = now(), only_listed = excluded.only_listed,
      with_account = excluded.with_account, leaves_guild = false, found = '{}', erased = '{}', clips_left = null`)
  return true
}
