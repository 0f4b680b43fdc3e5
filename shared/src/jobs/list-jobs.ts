import { sql } from 'drizzle-orm'
import { database } from '../db/config.ts'
import type { Executor } from '../db/database.ts'

/** waiting: due, and no worker has taken it; delayed: due later, as after a failure; running: a worker does it. */
export type JobState = 'waiting' | 'delayed' | 'running'

/** A job that waits or runs. */
export type JobItem = {
  id: string
  name: string
  key: string
  state: JobState
  payload: Record<string, unknown>
  guildId: string | null
  channelId: string | null
  priority: number
  /** Attempts begun. */
  attempts: number
  createdAt: Date
  startedAt: Date | null
  dueAt: Date
}

/** Which jobs to list; everything left out means all. */
export type JobFilter = { name?: string; state?: JobState; guildId?: string; limit?: number }

/** What waits and runs: running first, then in the order in which it will be done. */
export async function listJobs(filter: JobFilter = {}, db: Executor = database()): Promise<JobItem[]> {
  const { rows } = await db.execute<Row>(sql`
    select * from (${listing}) as listed
    where (${filter.name ?? null}::text is null or name = ${filter.name ?? null})
      and (${filter.state ?? null}::text is null or state = ${filter.state ?? null})
      and (${filter.guildId ?? null}::text is null or guild_id = ${filter.guildId ?? null})
    order by position(left(state, 1) in 'rwd'), priority desc, created_on limit ${filter.limit ?? 100}`)
  return rows.map(toItem)
}

/** A job that waits or runs, or null. */
export async function findJob(id: string, db: Executor = database()): Promise<JobItem | null> {
  const { rows } = await db.execute<Row>(sql`select * from (${listing}) as listed where id::text = ${id}`)
  return rows[0] ? toItem(rows[0]) : null
}

/** How many jobs of each kind wait, are delayed and run. */
export async function countJobs(
  db: Executor = database(),
): Promise<{ name: string; state: JobState; count: number }[]> {
  const { rows } = await db.execute<{ name: string; state: JobState; count: number }>(sql`
    select name, state, count(*)::int as count from (
      select name, ${stateOf} as state from pgboss.job j where j.state <= 'active') as listed
    group by 1, 2 order by 1, 2`)
  return rows
}

type Row = {
  id: string
  name: string
  key: string | null
  state: JobState
  data: Record<string, unknown> | null
  guild_id: string | null
  channel_id: string | null
  priority: number
  retry_count: number
  created_on: string
  started_on: string | null
  start_after: string
}

const stateOf = sql`case when j.state = 'active' then 'running' when j.start_after > now() then 'delayed' else 'waiting' end`

const listing = sql`
  select j.id, j.name, j.singleton_key as key, ${stateOf} as state, j.data, coalesce(j.data ->> 'guildId', c.guild_id) as guild_id,
    coalesce(j.data ->> 'channelId', c.channel_id) as channel_id, j.priority, j.retry_count, j.created_on, j.started_on, j.start_after
  from pgboss.job j left join clips c on c.id = j.data ->> 'clipId'
  where j.state <= 'active' and j.name not like '\\_\\_pgboss%'`

function toItem(row: Row): JobItem {
  return {
    id: row.id,
    name: row.name,
    key: row.key ?? row.id,
    state: row.state,
    payload: row.data ?? {},
    guildId: row.guild_id,
    channelId: row.channel_id,
    priority: row.priority,
    attempts: row.retry_count + (row.state === 'running' ? 1 : 0),
    createdAt: new Date(row.created_on),
    startedAt: row.started_on === null ? null : new Date(row.started_on),
    dueAt: new Date(row.start_after),
  }
}
