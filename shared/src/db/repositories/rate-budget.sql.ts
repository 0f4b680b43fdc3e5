/**
 * Lets requests through: each needs room in its bucket and, unless it is free of the global limit, a slot. Parameters: token, routes, majors, needs slot, horizons (ms), lease (ms).
 *
 * A bucket is known by Discord's name of it once a route has been answered, else by the route. Its row says how much is left until `resets_at`; after that one request goes
 * first (remaining -1) and its answer says how the new window looks. Bucket rows are waited for, in one order; slots that another process is just taking are skipped.
 * A slot is reserved up to the horizon before it is free, and belongs to its holder until the lease ends.
 */
export const TAKE = `
with moment as materialized (select clock_timestamp() as now),
wants as materialized (
  select w.ord, w.needs_slot, w.horizon * interval '1 millisecond' as horizon, coalesce(m.bucket, w.route) || ' ' || w.major as key
  from unnest($2::text[], $3::text[], $4::bool[], $5::float8[]) with ordinality w(route, major, needs_slot, horizon, ord)
  left join rate_buckets m on m.token = $1 and m.route = w.route
),
locked as materialized (
  select b.route, b.remaining, b.resets_at from rate_buckets b
  where b.token = $1 and b.route = any ((select array_agg(distinct key) from wants)::text[]) order by b.route for update
),
states as materialized (
  select w.*, l.route is null as is_unknown, l.resets_at, l.resets_at <= moment.now as is_over, l.remaining < 0 as is_asked,
    row_number() over (partition by w.key order by w.ord)
      <= case when l.resets_at <= moment.now then 1 else l.remaining end as is_allowed
  from wants w cross join moment left join locked l on l.route = w.key
),
queue as materialized (
  select ord, key, horizon, row_number() over (order by ord) as turn from states where is_allowed and needs_slot
),
free as materialized (
  select s.slot, s.free_at from rate_slots s
  where s.token = $1 and s.free_at <= (select now from moment) + (select max(horizon) from queue)
  order by s.free_at limit (select count(*) from queue) for update skip locked
),
given as materialized (
  select q.ord, q.key, f.slot, f.free_at, gen_random_uuid() as holder
  from queue q join (select *, row_number() over (order by free_at, slot) as turn from free) f using (turn)
  where f.free_at <= (select now from moment) + q.horizon
),
taken as (
  update rate_slots s set free_at = greatest(g.free_at, moment.now) + $6::float8 * interval '1 millisecond', holder = g.holder
  from given g, moment where s.token = $1 and s.slot = g.slot
),
counted as (
  update rate_buckets b set
    remaining = case when b.resets_at <= moment.now then -1 else b.remaining - c.requests end,
    resets_at = case when b.resets_at <= moment.now then moment.now + $6::float8 * interval '1 millisecond' else b.resets_at end
  from (
    select s.key, count(*)::int as requests from states s left join given g using (ord)
    where s.is_allowed and (g.slot is not null or not s.needs_slot) group by s.key
  ) c, moment where b.token = $1 and b.route = c.key
)
select s.key, s.is_unknown, coalesce(s.is_allowed, false) as is_allowed, coalesce(s.is_over, false) as is_probe, s.needs_slot, g.slot, g.holder,
  coalesce(extract(epoch from g.free_at - moment.now) * 1000, 0)::float8 as ready_ms,
  case when s.is_over or s.is_asked then 0 else coalesce(extract(epoch from s.resets_at - moment.now) * 1000, 0) end::float8 as bucket_ms,
  (select extract(epoch from min(r.free_at) - moment.now) * 1000 from rate_slots r
   where r.token = $1 and r.slot not in (select slot from given))::float8 as next_ms
from states s cross join moment left join given g using (ord) order by s.ord`

/** Parameters: token, slots, holders, free in (ms). */
export const GIVE_SLOTS = `
update rate_slots s set free_at = clock_timestamp() + g.free_in * interval '1 millisecond', holder = null
from unnest($2::int[], $3::uuid[], $4::float8[]) g(slot, holder, free_in)
where s.token = $1 and s.slot = g.slot and s.holder = g.holder`

/**
 * Parameters: token, keys, routes, majors, buckets, limits, remaining, resets in (ms). Requests that are under way are already taken off the row, so what is left is never
 * raised by an answer within a window; it starts anew with the answer of the request that went first. A route that got its bucket's name takes its state along.
 * Where as much is left as the limit, the server does not count.
 */
export const GIVE_BUCKETS = `
with news as materialized (
  select n.*, coalesce(n.bucket || ' ' || n.major, n.key) as new_key, clock_timestamp() + n.resets_in * interval '1 millisecond' as resets_at
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[], $8::float8[]) n(key, route, major, bucket, max, remaining, resets_in)
),
rows as (
  select new_key as route, min(bucket) as bucket, max(max) as max, min(remaining) as remaining, max(resets_at) as resets_at from news group by new_key
  union all
  select n.route, min(n.bucket), max(n.max), 0, 'infinity'::timestamptz from news n where n.bucket is not null
    and not exists (select from rate_buckets m where m.token = $1 and m.route = n.route and m.bucket = n.bucket) group by n.route
),
renamed as (
  delete from rate_buckets b using (select distinct key from news where new_key <> key) n where b.token = $1 and b.route = n.key
)
insert into rate_buckets as b (token, route, bucket, "limit", remaining, resets_at)
select $1, route, bucket, max, remaining, resets_at from rows order by route
on conflict (token, route) do update set
  bucket = coalesce(excluded.bucket, b.bucket),
  "limit" = excluded."limit",
  remaining = case
    when excluded.remaining >= excluded."limit" and excluded."limit" > 0 then excluded.remaining
    when b.remaining >= 0 and b.resets_at > clock_timestamp() then least(b.remaining, excluded.remaining)
    when b.remaining < 0 and excluded.resets_at <= clock_timestamp() then b.remaining
    else excluded.remaining end,
  resets_at = case when b.remaining < 0 and excluded.resets_at > clock_timestamp() then excluded.resets_at else greatest(b.resets_at, excluded.resets_at) end`
