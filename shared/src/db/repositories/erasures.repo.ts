import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { erasures, type Erasure } from '../models/index.ts'
import type { AuditVia } from './audit.repo.ts'
import { addOptOut, lockAuthor } from './author-optouts.repo.ts'
import { namesPerson } from './naming-clips.ts'
import { deleteAuthorKey } from './object-keys.repo.ts'

/** A request to erase everything of a person or of a guild. */
export type NewErasure = {
  subject: 'author' | 'guild'
  subjectId: string
  /** Discord id; null when the operator or a rule of theirs did it. */
  requestedBy: string | null
  via: AuditVia
  /** Days until it begins; until then it can be cancelled. */
  graceDays?: number
  withAccount?: boolean
  leavesGuild?: boolean
}

/** Opens a request; the one that is open already is taken instead (`created` false), however many ask at once, and takes the account too if this one does (`widened`). */
export async function openErasure(
  { graceDays = 0, ...values }: NewErasure,
  tx: Executor,
): Promise<{ erasure: Erasure; created: boolean; widened: boolean }> {
  const [added] = await tx
    .insert(erasures)
    .values({ ...values, dueAt: sql`now() + make_interval(days => ${graceDays})` })
    .onConflictDoNothing()
    .returning()
  if (added) return { erasure: added, created: true, widened: false }
  const open = await findOpenErasure(values.subject, values.subjectId, tx)
  if (!open) return openErasure({ graceDays, ...values }, tx)
  const widened = (values.withAccount ?? false) && !open.withAccount
  if (widened) {
    const stillOpen = and(eq(erasures.id, open.id), isNull(erasures.erasedAt), isNull(erasures.cancelledAt))
    const [wider] = await tx.update(erasures).set({ withAccount: true }).where(stillOpen).returning()
    // It ended meanwhile: this is a request of its own then.
    if (!wider) return openErasure({ graceDays, ...values }, tx)
  }
  return { erasure: { ...open, withAccount: open.withAccount || widened }, created: false, widened }
}

/** The request of a person or guild that is neither done nor cancelled, or null. */
export async function findOpenErasure(
  subject: Erasure['subject'],
  subjectId: string,
  db: Executor = database(),
): Promise<Erasure | null> {
  const [row] = await db
    .select()
    .from(erasures)
    .where(
      and(
        eq(erasures.subject, subject),
        eq(erasures.subjectId, subjectId),
        isNull(erasures.erasedAt),
        isNull(erasures.cancelledAt),
      ),
    )
  return row ?? null
}

/** One request, or null. */
export async function findErasure(id: string, db: Executor = database()): Promise<Erasure | null> {
  const [row] = await db.select().from(erasures).where(eq(erasures.id, id))
  return row ?? null
}

/** The requests of one person or guild, newest first; of all without a subject. */
export async function listErasures(
  of: { subject: Erasure['subject']; subjectId: string } | null,
  db: Executor = database(),
): Promise<Erasure[]> {
  return db
    .select()
    .from(erasures)
    .where(of ? and(eq(erasures.subject, of.subject), eq(erasures.subjectId, of.subjectId)) : undefined)
    .orderBy(desc(erasures.requestedAt), desc(erasures.id))
}

/** What is open and has a job to get: those that are due, and when the others will be. */
export async function listOpenErasures(db: Executor = database()): Promise<{ id: string; inSeconds: number }[]> {
  const { rows } = await db.execute<{ id: string; in_seconds: number }>(sql`
    select id, greatest(0, ceil(extract(epoch from due_at - now())))::int as in_seconds from erasures
    where erased_at is null and cancelled_at is null order by due_at, id`)
  return rows.map((row) => ({ id: row.id, inSeconds: row.in_seconds }))
}

/** Ends a request that has not begun. False when it has, or is not there. */
export async function cancelErasure(id: string, tx: Executor): Promise<boolean> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    update erasures set cancelled_at = now()
    where id = ${id} and started_at is null and erased_at is null and cancelled_at is null returning id`)
  return rows.length > 0
}

/**
 * Begins a request that is due: in one transaction everything of it is hidden and listed, and nothing of it is stored any more. Null when it is not due,
 * cancelled or done; doing it twice changes nothing.
 */
export async function beginErasure(id: string, tx: Executor): Promise<Erasure | null> {
  const [due] = await tx
    .select()
    .from(erasures)
    .where(
      and(
        eq(erasures.id, id),
        isNull(erasures.erasedAt),
        isNull(erasures.cancelledAt),
        sql`${erasures.dueAt} <= now()`,
      ),
    )
    .for('update')
  if (!due || due.startedAt) return due ?? null
  if (due.subject === 'author') {
    await lockAuthor(due.subjectId, tx)
    if (!due.onlyListed) {
      await addOptOut(due.subjectId, tx)
      await deleteAuthorKey(due.subjectId, tx)
    }
  } else await lockGuildAgainstStoring(due.subjectId, tx)
  if (!due.onlyListed) await listItems(due, tx)
  await hideListed(due, tx)
  const [begun] = await tx
    .update(erasures)
    .set({ startedAt: sql`clock_timestamp()`, unreachableAt: sql`clock_timestamp()`, found: await countFound(due, tx) })
    .where(eq(erasures.id, id))
    .returning()
  return begun ?? null
}

/** Ends a request whose clips and files are gone. False when something of it was stored meanwhile, which is listed then: go on. */
export async function finishErasure(id: string, tx: Executor): Promise<boolean> {
  const [open] = await tx
    .select()
    .from(erasures)
    .where(and(eq(erasures.id, id), isNull(erasures.erasedAt)))
    .for('update')
  if (!open) return true
  if (open.subject === 'author') await lockAuthor(open.subjectId, tx)
  else await lockGuildAgainstStoring(open.subjectId, tx)
  if (!open.onlyListed && (await listItems(open, tx)) > 0) return false
  if (open.subject === 'author' && (await isStillKnown(open, tx))) return false
  // A file that was being fetched when it began may have made a new one.
  if (open.subject === 'author' && (!open.onlyListed || !(await hasClips(open.subjectId, tx))))
    await deleteAuthorKey(open.subjectId, tx)
  await tx
    .update(erasures)
    .set({ erasedAt: sql`clock_timestamp()`, clipsLeft: 0 })
    .where(eq(erasures.id, id))
  return true
}

/** Whether the person is named in clips of others, or still has the account that is to go: somebody asked for that, or wrote it, while the rest was being erased. */
async function isStillKnown({ subjectId, withAccount }: Erasure, tx: Executor): Promise<boolean> {
  const { rows } = await tx.execute<{ is_known: boolean }>(sql`
    select exists (select from clips where ${namesPerson(subjectId)})
      or (${withAccount}::boolean and exists (select from users where discord_user_id = ${subjectId})) as is_known`)
  return rows[0]?.is_known ?? false
}

async function hasClips(userId: string, tx: Executor): Promise<boolean> {
  const { rows } = await tx.execute<{ id: string }>(
    sql`select id from clips where author_id = ${userId} or origin_author_id = ${userId} limit 1`,
  )
  return rows.length > 0
}

/** Adds to what was erased so far, by kind. */
export async function addErased(id: string, counts: Record<string, number>, tx: Executor): Promise<void> {
  await tx.execute(sql`
    update erasures set erased = erased || (
      select coalesce(jsonb_object_agg(key, value::bigint + coalesce((erased->>key)::bigint, 0)), '{}'::jsonb)
      from jsonb_each_text(${JSON.stringify(counts)}::jsonb))
    where id = ${id}`)
}

/** Waits for everybody who stores clips of this guild now, and makes those who want to wait. */
async function lockGuildAgainstStoring(guildId: string, tx: Executor): Promise<void> {
  await tx.execute(sql`
    select pg_advisory_xact_lock(hashtextextended('clips of ' || channel_id, 0))
    from (select channel_id from bot_channels where guild_id = ${guildId} order by 1) as locked`)
}

/** Forwards of the person's messages are known as such only while the message is. */
async function listItems({ id, subject, subjectId }: Erasure, tx: Executor): Promise<number> {
  const ofSubject =
    subject === 'guild'
      ? sql`guild_id = ${subjectId}`
      : sql`author_id = ${subjectId} or origin_author_id = ${subjectId}
          or forwarded_message_id in (select message_id from clips where author_id = ${subjectId})`
  const { rows } = await tx.execute<{ id: string }>(sql`
    insert into erased_items (kind, id, erasure_id) select 'clip', id, ${id} from clips where ${ofSubject} on conflict do nothing returning id`)
  return rows.length
}

/** Rows that somebody else works on are left: nobody sees them through the opt-out, and the pieces take them. */
async function hideListed({ id, subject, onlyListed, requestedAt }: Erasure, tx: Executor): Promise<void> {
  const isMeant = onlyListed ? sql`c.created_at <= ${requestedAt.toISOString()}::timestamptz` : sql`true`
  // Of a guild nothing is stored anyway as long as it is being erased, and afterwards it may be read anew.
  if (subject === 'author')
    await tx.execute(sql`
    insert into clip_tombstones (clip_id, guild_id, channel_id, message_id, reason)
    select c.id, c.guild_id, c.channel_id, c.message_id, 'erased' from erased_items i join clips c on c.id = i.id
    where i.erasure_id = ${id} and i.kind = 'clip' and ${isMeant} order by c.id on conflict (clip_id) do nothing`)
  await tx.execute(sql`
    with hidden as (
      update clips set hidden_at = coalesce(hidden_at, now()), hidden_reason = ${subject === 'guild' ? 'removed' : 'author'}::clip_hidden_reason, updated_at = now()
      where id in (
        select c.id from erased_items i join clips c on c.id = i.id where i.erasure_id = ${id} and i.kind = 'clip' and ${isMeant}
        order by c.id for update of c skip locked)
      returning guild_id, channel_id)
    select pg_notify('dcs_clips', guild_id || ' ' || channel_id) from (select distinct guild_id, channel_id from hidden) as places`)
}

async function countFound({ id, subject, subjectId }: Erasure, tx: Executor): Promise<Record<string, number>> {
  const { rows } = await tx.execute<{ counts: Record<string, number> }>(sql`
    select jsonb_build_object('clips', count(*), 'guilds', count(distinct c.guild_id), 'texts', count(*) filter (where c.message_content <> ''),
      'videos', count(distinct c.object_sha256), 'posters', count(distinct c.poster_sha256), 'bytes', coalesce(sum(c.size_bytes) filter (where c.object_sha256 is not null), 0)) as counts
    from erased_items i join clips c on c.id = i.id where i.erasure_id = ${id} and i.kind = 'clip'`)
  if (subject === 'guild') return rows[0]?.counts ?? {}
  const { rows: others } = await tx.execute<{ named: number }>(sql`
    select count(*)::int as named from clips where ${namesPerson(subjectId)}
      and author_id is distinct from ${subjectId}`)
  return { ...rows[0]?.counts, mentions: others[0]?.named ?? 0 }
}
