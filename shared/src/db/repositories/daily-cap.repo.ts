import { sql } from 'drizzle-orm'
import { DAY } from '../../core/time.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import type { DailyCap } from './channel-rules.repo.ts'
import { upsertClipStates, type NewClip } from './clips.repo.ts'

/** No local day reaches further around a moment in it; a bound that the index knows. */
const TWO_DAYS = 2 * DAY

/**
 * Stores the clips found in a page or a message, in the transaction that is open, and returns the ids whose bytes are to be fetched: those that are new
 * and not over the daily cap, and those the cap had held back and does not any more. `capOf` gives the cap of a channel.
 */
export async function storeClips(
  found: readonly NewClip[],
  capOf: (channelId: string) => DailyCap,
  tx: Executor = database(),
): Promise<string[]> {
  if (found.length === 0) return []
  const stored = await upsertClipStates(found, tx)
  const wanted = new Set(stored.filter(({ isNew }) => isNew).map(({ id }) => id))
  const ofChannel = Map.groupBy(found, ({ channelId }) => channelId)
  const capped = [...ofChannel.keys()].filter((channelId) => capOf(channelId).perDay > 0)
  for (const channelId of capped.toSorted()) {
    const moments = (ofChannel.get(channelId) ?? []).map(({ postedAt }) => postedAt)
    const { held, released } = await capClipsPerDay({ channelId, moments, cap: capOf(channelId) }, tx)
    for (const id of held) wanted.delete(id)
    for (const id of released) wanted.add(id)
  }
  const free = new Set(found.filter(({ channelId }) => !capped.includes(channelId)).map(({ id }) => id))
  const held = stored.filter(({ id, isHeld }) => isHeld && free.has(id)).map(({ id }) => id)
  for (const id of await releaseClips(held, tx)) wanted.add(id)
  return [...wanted]
}

/**
 * Keeps only the first clips of each local day in sight, by when they were posted and then by id, on the days of a channel on which these moments lie.
 * The outcome does not depend on the order in which clips were stored. Returns what is held back now and was not, and what still waits for its bytes and
 * is not held back any more. The channel's clips must be locked (`upsertClips` does it). `cap.perDay` is above 0.
 */
export async function capClipsPerDay(
  { channelId, moments, cap }: { channelId: string; moments: readonly Date[]; cap: DailyCap },
  tx: Executor = database(),
): Promise<{ held: string[]; released: string[] }> {
  const { perDay, timeZone } = cap
  const times = moments.map((moment) => moment.getTime())
  if (times.length === 0) return { held: [], released: [] }
  const { rows } = await tx.execute<{ id: string; is_held: boolean; is_pending: boolean }>(sql`
    with days as (
      select distinct date_trunc('day', moment::timestamptz at time zone ${timeZone}) as day
      from jsonb_array_elements_text(${JSON.stringify(moments)}::jsonb) as given(moment)
    ), ranked as (
      select clips.id, clips.hidden_at is not null as was_held,
        row_number() over (partition by days.day order by clips.posted_at, clips.id::numeric) > ${perDay}::bigint as is_held
      from days join clips on clips.channel_id = ${channelId}
        and clips.posted_at between ${new Date(Math.min(...times) - TWO_DAYS).toISOString()}::timestamptz and ${new Date(Math.max(...times) + TWO_DAYS).toISOString()}::timestamptz
        and clips.posted_at >= days.day at time zone ${timeZone}
        and clips.posted_at < (days.day + interval '1 day') at time zone ${timeZone}
      where clips.hidden_at is null or clips.hidden_reason = 'daily_cap'
    )
    update clips set
      hidden_at = case when is_held then now() end,
      hidden_reason = case when is_held then 'daily_cap'::clip_hidden_reason end,
      updated_at = now()
    from ranked where ranked.id = clips.id and is_held <> was_held
    returning clips.id, is_held, clips.state = 'pending' as is_pending`)
  return {
    held: rows.filter((row) => row.is_held).map((row) => row.id),
    released: rows.filter((row) => !row.is_held && row.is_pending).map((row) => row.id),
  }
}

/** Brings clips back that a daily cap held, where there is none any more. Returns those that still wait for their bytes. */
async function releaseClips(clipIds: readonly string[], tx: Executor): Promise<string[]> {
  if (clipIds.length === 0) return []
  const { rows } = await tx.execute<{ id: string; is_pending: boolean }>(sql`
    update clips set hidden_at = null, hidden_reason = null, updated_at = now()
    where id in (select jsonb_array_elements_text(${JSON.stringify(clipIds.toSorted())}::jsonb)) and hidden_reason = 'daily_cap'
    returning id, state = 'pending' as is_pending`)
  return rows.filter((row) => row.is_pending).map((row) => row.id)
}
