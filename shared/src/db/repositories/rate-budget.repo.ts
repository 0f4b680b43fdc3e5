import type pg from 'pg'
import { getConfig } from '../config.ts'
import { openPool } from '../pool.ts'
import { GIVE_BUCKETS, GIVE_SLOTS, TAKE } from './rate-budget.sql.ts'

/** Who goes first when requests are scarce: a fresh clip, somebody who waits at a page, reading history. */
export const RATE_PRIORITIES = ['live', 'viewer', 'backfill'] as const
export type RatePriority = (typeof RATE_PRIORITIES)[number]

/** One request that wants to go. `horizonMs`: how long before it is free a slot may be reserved; `route` without and `major` with the ids that count. */
export type RateWant = { route: string; major: string; needsSlot: boolean; horizonMs: number }

/**
 * What a request was told. `granted`: it may go after `readyInMs`. `unknown`: its bucket has no row yet. `bucket`: nothing is left for `waitMs`.
 * `slot`: every request of this window is used or reserved.
 */
export type RateTurn =
  | { kind: 'granted'; key: string; slot: number | null; holder: string | null; readyInMs: number; isProbe: boolean }
  | { kind: 'bucket'; waitMs: number }
  | { kind: 'unknown' }
  | { kind: 'slot' }

/** A slot that is no longer used, free again in `freeInMs` (negative: since). */
export type ReturnedSlot = { slot: number; holder: string; freeInMs: number }

/** What an answer said about its bucket. `key` is the row the request was counted in. */
export type BucketNews = {
  key: string
  route: string
  major: string
  bucket: string | null
  limit: number
  remaining: number
  resetsInMs: number
}

/** Requests of one priority since the last report. */
export type RateCounts = { requests: number; invalid: number; rateLimited: number }

/** Invalid requests of the last 10 minutes, and when there were fewer than the limit again; null while there are fewer. */
export type InvalidRequests = { count: number; belowLimitInMs: number | null }

/** Discord shuts an address out at 10,000 (https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans); half of it leaves room for others behind the address. */
export const INVALID_REQUEST_LIMIT = 5_000

const LONGEST_KEPT = '24 hours'

/** The budget of one token as rows, on a connection of its own that does not wait for the disk: a slot lost in a crash of the server is free again by time. */
export type RateStore = ReturnType<typeof openRateStore>

/** Opens the rows of a token (`tokenKey` of it, never the token). Nothing is connected before the first call. */
export function openRateStore(options: { key: string; leaseMs: number; applicationName: string }) {
  const { key, leaseMs } = options
  const pool = openPool({
    connectionString: getConfig().url,
    max: 1,
    application_name: options.applicationName,
    options: '-c synchronous_commit=off',
    query_timeout: 15_000,
    keepAlive: true,
  })
  const query = <Row extends pg.QueryResultRow>(name: string, text: string, values: unknown[]) =>
    pool.query<Row>({ name: `dcs_rate_${name}`, text, values: [key, ...values] })

  return {
    /** Makes as many slots as there are requests in a window. */
    setSlots: async (count: number) => {
      await query(
        'add',
        `insert into rate_slots (token, slot) select $1, n from generate_series(1, $2::int) n on conflict do nothing`,
        [count],
      )
      await query('cut', `delete from rate_slots where token = $1 and slot > $2::int`, [count])
    },

    /** Lets through what may go, in the order given. `nextSlotInMs`: when the next slot is free that nobody has reserved. */
    take: async (wants: readonly RateWant[]): Promise<{ turns: RateTurn[]; nextSlotInMs: number }> => {
      const { rows } = await query<TakenRow>('take', TAKE, [
        wants.map(({ route }) => route),
        wants.map(({ major }) => major),
        wants.map(({ needsSlot }) => needsSlot),
        wants.map(({ horizonMs }) => horizonMs),
        leaseMs,
      ])
      return { turns: rows.map(toTurn), nextSlotInMs: rows[0]?.next_ms ?? leaseMs }
    },

    /** Makes the rows of buckets that nobody asked for yet. */
    addBuckets: async (wants: readonly { route: string; major: string }[]) => {
      await query(
        'buckets',
        `insert into rate_buckets (token, route, "limit", remaining, resets_at)
         select distinct $1, coalesce(m.bucket, w.route) || ' ' || w.major, 0, 0, clock_timestamp()
         from unnest($2::text[], $3::text[]) w(route, major) left join rate_buckets m on m.token = $1 and m.route = w.route
         order by 2 on conflict do nothing`,
        [wants.map(({ route }) => route), wants.map(({ major }) => major)],
      )
    },

    /** Gives slots back; one that somebody else holds by now stays theirs. */
    giveSlots: async (slots: readonly ReturnedSlot[]) => {
      await query('give', GIVE_SLOTS, [
        slots.map(({ slot }) => slot),
        slots.map(({ holder }) => holder),
        slots.map(({ freeInMs }) => freeInMs),
      ])
    },

    /** Stores what answers said about their buckets, one of each `key`. */
    giveBuckets: async (news: readonly BucketNews[]) => {
      await query('news', GIVE_BUCKETS, [
        news.map((it) => it.key),
        news.map((it) => it.route),
        news.map((it) => it.major),
        news.map((it) => it.bucket),
        news.map((it) => it.limit),
        news.map((it) => it.remaining),
        news.map((it) => it.resetsInMs),
      ])
    },

    /** Lets another request ask about buckets whose first request got no answer. */
    releaseProbes: async (keys: readonly string[]) => {
      await query(
        'release',
        `update rate_buckets set remaining = 0, resets_at = clock_timestamp() where token = $1 and route = any($2::text[]) and remaining < 0`,
        [keys],
      )
    },

    /** Holds slots whose requests take long. */
    renew: async (holders: readonly string[]) => {
      await query(
        'renew',
        `update rate_slots set free_at = clock_timestamp() + $3::float8 * interval '1 millisecond' where token = $1 and holder = any($2::uuid[])`,
        [holders, leaseMs],
      )
    },

    /** Nobody may send for a while: Discord refused all requests of the bot. */
    blockAll: async (ms: number) => {
      await query(
        'block',
        `update rate_slots set free_at = greatest(free_at, clock_timestamp() + $2::float8 * interval '1 millisecond'), holder = null
         where token = $1 and slot in (select slot from rate_slots where token = $1 order by slot for update)`,
        [ms],
      )
    },

    /** Adds to what was used in this minute, and says how many requests were invalid. */
    count: async (counts: readonly ({ priority: RatePriority } & RateCounts)[]): Promise<InvalidRequests> => {
      if (counts.length > 0)
        await query(
          'count',
          `insert into rate_minutes as m (token, minute, priority, requests, invalid, rate_limited)
           select $1, date_trunc('minute', clock_timestamp()), c.priority, c.requests, c.invalid, c.limited
           from unnest($2::text[], $3::int[], $4::int[], $5::int[]) c(priority, requests, invalid, limited) order by 3
           on conflict (token, minute, priority) do update set requests = m.requests + excluded.requests,
             invalid = m.invalid + excluded.invalid, rate_limited = m.rate_limited + excluded.rate_limited`,
          [
            counts.map((it) => it.priority),
            counts.map((it) => it.requests),
            counts.map((it) => it.invalid),
            counts.map((it) => it.rateLimited),
          ],
        )
      const { rows } = await query<InvalidRow>('invalid', INVALID, [INVALID_REQUEST_LIMIT])
      return toInvalid(rows[0])
    },

    /** Removes what nobody asks for any more. */
    tidy: async () => {
      await query(
        'old',
        `delete from rate_minutes where token = $1 and minute < now() - interval '${LONGEST_KEPT}'`,
        [],
      )
      await query('past', `delete from rate_buckets where token = $1 and resets_at < now() - interval '1 hour'`, [])
    },

    close: () => pool.end(),
  }
}

type TakenRow = {
  key: string
  is_unknown: boolean
  is_allowed: boolean
  is_probe: boolean
  needs_slot: boolean
  slot: number | null
  holder: string | null
  ready_ms: number
  bucket_ms: number
  next_ms: number | null
}

function toTurn(row: TakenRow): RateTurn {
  if (row.is_unknown) return { kind: 'unknown' }
  if (!row.is_allowed) return { kind: 'bucket', waitMs: row.bucket_ms }
  if (row.needs_slot && row.slot === null) return { kind: 'slot' }
  return {
    kind: 'granted',
    key: row.key,
    slot: row.slot,
    holder: row.holder,
    readyInMs: Math.max(0, row.ready_ms),
    isProbe: row.is_probe,
  }
}

type InvalidRow = { count: number; until_ms: number | null }

function toInvalid(row: InvalidRow | undefined): InvalidRequests {
  return { count: row?.count ?? 0, belowLimitInMs: row?.until_ms ?? null }
}

/** A minute stops counting ten minutes after its end. Newest first, the minute in which the sum reaches the limit decides when it ends. */
const INVALID = `
  with minutes as (
    select minute, sum(sum(invalid)) over (order by minute desc) as total
    from rate_minutes where token = $1 and minute > clock_timestamp() - interval '11 minutes' group by minute)
  select coalesce(max(total), 0)::int as count,
    (extract(epoch from max(minute) filter (where total >= $2::int) + interval '11 minutes' - clock_timestamp()) * 1000)::float8 as until_ms
  from minutes`
