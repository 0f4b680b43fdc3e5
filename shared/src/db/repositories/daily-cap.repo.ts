import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import type { DailyCap } from './channel-rules.repo.ts'
import { upsertClips, type NewClip } from './clips.repo.ts'

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
  const wanted = new Set(await upsertClips(found, tx))
  for (const channelId of [...new Set(found.map((clip) => clip.channelId))].toSorted()) {
    const moments = found.filter((clip) => clip.channelId === channelId).map((clip) => clip.postedAt)
    const { held, released } = await capClipsPerDay({ channelId, moments, cap: capOf(channelId) }, tx)
    for (const id of held) wanted.delete(id)
    for (const id of released) wanted.add(id)
  }
  return [...wanted]
}

/**
 * Keeps only the first clips of each local day in sight, by when they were posted and then by id, on the days of a channel on which these moments lie.
 * The outcome does not depend on the order in which clips were stored. Returns what is held back now and was not, and what still waits for its bytes and
 * is not held back any more. The channel's clips must be locked (`upsertClips` does it).
 */
export async function capClipsPerDay(
  { channelId, moments, cap }: { channelId: string; moments: readonly Date[]; cap: DailyCap },
  tx: Executor = database(),
): Promise<{ held: string[]; released: string[] }> {
  const { perDay, timeZone } = cap
  const { rows } = await tx.execute<{ id: string; is_held: boolean; is_pending: boolean }>(sql`
    with days as (
      select distinct date_trunc('day', moment::timestamptz at time zone ${timeZone}) as day
      from jsonb_array_elements_text(${JSON.stringify(moments)}::jsonb) as given(moment)
    ), ranked as (
      select clips.id, clips.hidden_at is not null as was_held,
        row_number() over (partition by days.day order by clips.posted_at, clips.id::numeric) > ${perDay}::bigint and ${perDay}::bigint > 0 as is_held
      from days join clips on clips.channel_id = ${channelId}
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
