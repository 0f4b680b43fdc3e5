import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { mayBeFetched } from './unwanted-clips.ts'

/** Where a walk through the waiting clips has come to. */
export type PendingClipCursor = { createdAt: string; id: string }

/** Clips that wait for their bytes and have no job, oldest first; a page after `after`. What is held back is left out. */
export async function listClipsWithoutJob(
  limit: number,
  after: PendingClipCursor | null,
  db: Executor = database(),
): Promise<PendingClipCursor[]> {
  // The condition on the job is that of the queue's unique index, so each clip is one look into it.
  const { rows } = await db.execute<{ id: string; created_at: string }>(sql`
    select c.id, c.created_at::text from clips c
    where c.state = 'pending' and ${mayBeFetched('c')}
      and (${after?.createdAt ?? null}::timestamptz is null or (c.created_at, c.id) > (${after?.createdAt ?? null}::timestamptz, ${after?.id ?? ''}))
      and not exists (select from pgboss.job j
        where j.name = 'fetch-clip' and coalesce(j.singleton_key, '') = c.id and j.state <= 'active' and j.policy = 'exclusive')
    order by c.created_at, c.id limit ${limit}`)
  return rows.map((row) => ({ id: row.id, createdAt: row.created_at }))
}

/** For each of these clips how many clips of its guild wait for their bytes; counts no further than `atMost`. */
export async function countPendingBeside(
  clipIds: readonly string[],
  atMost: number,
  db: Executor = database(),
): Promise<Map<string, number>> {
  const { rows } = await db.execute<{ id: string; count: number }>(sql`
    with given as (select id, guild_id from clips where id in (select jsonb_array_elements_text(${JSON.stringify(clipIds)}::jsonb))),
    counted as (
      select guild_id, (select count(*)::int from (
        select from clips c where c.guild_id = g.guild_id and c.state = 'pending' limit ${atMost}) as waiting) as count
      from (select distinct guild_id from given) g)
    select given.id, counted.count from given join counted using (guild_id)`)
  return new Map(rows.map(({ id, count }) => [id, count]))
}

/** How many clips of each of these guilds wait for their bytes; counts no further than `atMost`. */
export async function countPendingByGuild(
  guildIds: readonly string[],
  atMost: number,
  db: Executor = database(),
): Promise<Map<string, number>> {
  const { rows } = await db.execute<{ guild_id: string; count: number }>(sql`
    select guild_id, (select count(*)::int from (
      select from clips c where c.guild_id = given.guild_id and c.state = 'pending' limit ${atMost}) as waiting) as count
    from jsonb_array_elements_text(${JSON.stringify(guildIds)}::jsonb) as given(guild_id)`)
  return new Map(rows.map((row) => [row.guild_id, row.count]))
}

/** failed → pending, so that its bytes are fetched once more. False when the clip is gone, kept or held back. */
export async function markClipPending(clipId: string, db: Executor = database()): Promise<boolean> {
  const { rows } = await db.execute<{ id: string }>(sql`
    update clips set state = 'pending', failure_code = null, failure_message = null, updated_at = now()
    where id = ${clipId} and state <> 'ready' and ${mayBeFetched('clips')}
    returning id`)
  return rows.length > 0
}
