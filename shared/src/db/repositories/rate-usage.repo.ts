import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { INVALID_REQUEST_LIMIT, type RateCounts } from './rate-budget.repo.ts'

/** How much of the budget is used. */
export type RateUsage = {
  requestsPerSecond: number
  /** Requests that count in the window that ends now, with those on their way. */
  usedLastSecond: number
  available: number
  invalidLast10Minutes: number
  /** True while no request is sent because too many were refused. */
  isStopped: boolean
  stoppedUntil: Date | null
}

/** How much of the budget of a token (`tokenKey` of it) is used by all processes. */
export async function rateUsage(key: string, db: Executor = database()): Promise<RateUsage> {
  const { rows } = await db.execute<{ slots: number; used: number; count: number; until_ms: number | null }>(sql`
    with minutes as (
      select minute, sum(sum(invalid)) over (order by minute desc) as total
      from rate_minutes where token = ${key} and minute > clock_timestamp() - interval '11 minutes' group by minute)
    select (select count(*)::int from rate_slots where token = ${key}) as slots,
      (select count(*)::int from rate_slots where token = ${key} and free_at > clock_timestamp()) as used,
      coalesce(max(total), 0)::int as count,
      (extract(epoch from max(minute) filter (where total >= ${INVALID_REQUEST_LIMIT}) + interval '11 minutes' - clock_timestamp()) * 1000)::float8 as until_ms
    from minutes`)
  const { slots = 0, used = 0, count = 0, until_ms: untilMs = null } = rows[0] ?? {}
  return {
    requestsPerSecond: slots,
    usedLastSecond: used,
    available: slots - used,
    invalidLast10Minutes: count,
    isStopped: untilMs !== null,
    stoppedUntil: untilMs === null ? null : new Date(Date.now() + untilMs),
  }
}

/** How many requests wait in programs that run now, by priority, as they said in their last heartbeat. */
export async function countWaitingRequests(db: Executor = database()): Promise<Map<string, number>> {
  const { rows } = await db.execute<{ priority: string; waiting: string }>(sql`
    select w.key as priority, sum(w.value::numeric) as waiting
    from program_heartbeats h, jsonb_each_text(h.detail -> 'waiting') w
    where h.seen_at > now() - interval '15 seconds' group by w.key`)
  return new Map(rows.map((row) => [row.priority, Number(row.waiting)]))
}

/** What was used in each minute since `since`, oldest first; a day is kept. */
export async function listRateMinutes(
  key: string,
  since: Date,
  db: Executor = database(),
): Promise<({ minute: Date; priority: string } & RateCounts)[]> {
  const { rows } = await db.execute<{
    minute: string
    priority: string
    requests: string
    invalid: string
    rate_limited: string
  }>(sql`
    select minute, priority, requests, invalid, rate_limited from rate_minutes
    where token = ${key} and minute >= ${since.toISOString()} order by minute, priority`)
  return rows.map((row) => ({
    minute: new Date(row.minute),
    priority: row.priority,
    requests: Number(row.requests),
    invalid: Number(row.invalid),
    rateLimited: Number(row.rate_limited),
  }))
}
