import { and, eq, gt, sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { toJsonParameter } from '../json-parameter.ts'
import { threadMembers } from '../models/index.ts'
import type { DatabaseTime } from './members.repo.ts'

/** What Discord said within the last `maxAgeMs` about which of these threads somebody is in; others must be asked. */
export async function findFreshThreadMemberships(
  userId: string,
  threadIds: readonly string[],
  maxAgeMs: number,
  db: Executor = database(),
): Promise<Map<string, boolean>> {
  if (threadIds.length === 0) return new Map()
  const rows = await db
    .select({ threadId: threadMembers.threadId, isMember: threadMembers.isMember })
    .from(threadMembers)
    .where(
      and(
        eq(threadMembers.userId, userId),
        sql`${threadMembers.threadId} in (select jsonb_array_elements_text(${JSON.stringify(threadIds)}::jsonb))`,
        gt(threadMembers.checkedAt, sql`now() - make_interval(secs => ${maxAgeMs / 1000}::double precision)`),
      ),
    )
  return new Map(rows.map(({ threadId, isMember }) => [threadId, isMember]))
}

/** Keeps what Discord answered about who is in a private thread. With `askedAt`, the moment before it was asked, nothing that became known since is replaced. */
export async function putThreadMember(
  row: { guildId: string; threadId: string; userId: string; isMember: boolean },
  { askedAt = null, db = database() }: { askedAt?: DatabaseTime | null; db?: Executor } = {},
): Promise<void> {
  const { isMember } = row
  const checkedAt = sql`coalesce(${askedAt}::timestamptz, now())`
  await db
    .insert(threadMembers)
    .values({ ...row, checkedAt })
    .onConflictDoUpdate({
      target: [threadMembers.threadId, threadMembers.userId],
      set: { isMember, checkedAt },
      setWhere: sql`${threadMembers.checkedAt} <= ${checkedAt}`,
    })
}

/** Keeps who an event says came into a private thread or was taken out of it. Nothing is kept of people who never signed in here. */
export async function noteThreadMembers(
  { guildId, threadId }: { guildId: string; threadId: string },
  changes: readonly { userId: string; isMember: boolean }[],
  db: Executor = database(),
): Promise<void> {
  const rows = [...new Map(changes.map((change) => [change.userId, change])).values()]
  if (rows.length === 0) return
  await db.execute(sql`
    with noted as (
      insert into thread_members (thread_id, user_id, guild_id, is_member, checked_at)
      select ${threadId}, given."userId", ${guildId}, given."isMember", now()
      from jsonb_to_recordset(${toJsonParameter(rows)}::jsonb) as given("userId" text, "isMember" boolean)
      where exists (select from users where discord_user_id = given."userId")
        or exists (select from thread_members m where m.thread_id = ${threadId} and m.user_id = given."userId")
      order by given."userId"
      on conflict (thread_id, user_id) do update set is_member = excluded.is_member, checked_at = excluded.checked_at
      returning guild_id, user_id)
    select pg_notify('dcs_access', guild_id || ' ' || user_id) from noted`)
}

/** The private threads of a guild that have clips. */
export async function listPrivateThreadsWithClips(guildId: string, db: Executor = database()): Promise<string[]> {
  const { rows } = await db.execute<{ channel_id: string }>(sql`
    select channel_id from bot_channels t where guild_id = ${guildId} and type = 'private_thread' and deleted_at is null
      and exists (select from clips c where c.channel_id = t.channel_id)`)
  return rows.map((row) => row.channel_id)
}
