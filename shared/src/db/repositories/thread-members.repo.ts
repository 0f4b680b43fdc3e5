import { and, eq, gt, sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { threadMembers } from '../models/index.ts'

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

/** Keeps what Discord just said about who is in a private thread. */
export async function putThreadMember(
  row: { guildId: string; threadId: string; userId: string; isMember: boolean },
  db: Executor = database(),
): Promise<void> {
  const { isMember } = row
  await db
    .insert(threadMembers)
    .values(row)
    .onConflictDoUpdate({
      target: [threadMembers.threadId, threadMembers.userId],
      set: { isMember, checkedAt: sql`now()` },
    })
}

/** Forgets who is in a thread, so that the next look asks Discord; of everybody unless one is named. */
export async function forgetThreadMembers(
  threadId: string,
  userId: string | null = null,
  db: Executor = database(),
): Promise<void> {
  await db
    .delete(threadMembers)
    .where(and(eq(threadMembers.threadId, threadId), userId === null ? undefined : eq(threadMembers.userId, userId)))
}

/** The private threads of a guild that have clips. */
export async function listPrivateThreadsWithClips(guildId: string, db: Executor = database()): Promise<string[]> {
  const { rows } = await db.execute<{ channel_id: string }>(sql`
    select channel_id from bot_channels t where guild_id = ${guildId} and type = 'private_thread' and deleted_at is null
      and exists (select from clips c where c.channel_id = t.channel_id)`)
  return rows.map((row) => row.channel_id)
}
