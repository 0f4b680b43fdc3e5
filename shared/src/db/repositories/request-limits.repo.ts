import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { toJsonParameter } from '../json-parameter.ts'

/** Requests to be counted under a key, within a window that begins with the first of them. */
export type RequestCount = { key: string; points: number; windowMs: number }

/** How many requests a key has in its window, and how many milliseconds of that are left. */
export type CountedRequests = { key: string; points: number; remainingMs: number }

const NOW_MS = sql`floor(extract(epoch from clock_timestamp()) * 1000)::bigint`
const MOST = 1_000_000_000

/**
 * Adds requests to their windows and returns where each key now stands, in one statement: programs that count at once miss nothing, and a restart forgets
 * nothing. Keys are locked in one order.
 */
export async function countRequests(
  counts: readonly RequestCount[],
  db: Executor = database(),
): Promise<CountedRequests[]> {
  if (counts.length === 0) return []
  const given = toJsonParameter(counts.map(({ key, points, windowMs }) => ({ key, points, window_ms: windowMs })))
  const { rows } = await db.execute<{ key: string; points: number; remaining: string }>(sql`
    insert into request_limits as stored (key, points, expire)
    select key, least(sum(points), ${MOST})::int, ${NOW_MS} + max(window_ms)
    from jsonb_to_recordset(${given}::jsonb) as given(key text, points bigint, window_ms bigint)
    group by key order by key
    on conflict (key) do update set
      points = case when coalesce(stored.expire, 0) <= ${NOW_MS} then excluded.points
                    else least(stored.points::bigint + excluded.points, ${MOST})::int end,
      expire = case when coalesce(stored.expire, 0) <= ${NOW_MS} then excluded.expire else stored.expire end
    returning key, points, expire - ${NOW_MS} as remaining`)
  return rows.map(({ key, points, remaining }) => ({ key, points, remainingMs: Math.max(0, Number(remaining)) }))
}

/** Forgets windows that are over and returns how many. */
export async function purgeRequestLimits(db: Executor = database()): Promise<number> {
  const { rows } = await db.execute<{ key: string }>(sql`
    delete from request_limits where coalesce(expire, 0) <= ${NOW_MS} returning key`)
  return rows.length
}
