import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import type { Clip } from '../models/index.ts'
import { mayBeFetched } from './unwanted-clips.ts'

/** What a re-check knows of a stored clip. */
export type StoredClip = Pick<
  Clip,
  'id' | 'messageId' | 'linkUrl' | 'state' | 'failureCode' | 'goneAt' | 'hiddenReason' | 'objectSha256' | 'posterSha256'
>

/** The newest message of a channel below `before` (null: of all) that has a stored clip or forwards one, and the database's time; null when there is none. */
export async function findMessageToRecheck(
  channelId: string,
  before: bigint | null,
  db: Executor = database(),
): Promise<{ id: bigint; at: Date } | null> {
  const limit = String(before ?? 2n ** 63n - 1n)
  const { rows } = await db.execute<{ id: string | null; at: string }>(sql`
    select max(id)::text as id, clock_timestamp()::text as at from (
      select message_id::numeric as id from clips where channel_id = ${channelId}
      union all
      select message_id::numeric from clip_forwards where channel_id = ${channelId}) as known
    where id < ${limit}::numeric`)
  const [row] = rows
  return row?.id ? { id: BigInt(row.id), at: new Date(row.at) } : null
}

/** The stored clips of a channel whose messages have ids from `low` to `high`. */
export async function listClipsToRecheck(
  channelId: string,
  { low, high }: { low: bigint; high: bigint },
  db: Executor = database(),
): Promise<StoredClip[]> {
  const { rows } = await db.execute<Row>(sql`
    select id, message_id, link_url, state, failure_code, gone_at::text, hidden_reason, object_sha256, poster_sha256 from clips
    where channel_id = ${channelId} and message_id::numeric between ${String(low)}::numeric and ${String(high)}::numeric
    order by id`)
  return rows.map((row) => ({
    id: row.id,
    messageId: row.message_id,
    linkUrl: row.link_url,
    state: row.state,
    failureCode: row.failure_code,
    goneAt: row.gone_at === null ? null : new Date(row.gone_at),
    hiddenReason: row.hidden_reason,
    objectSha256: row.object_sha256,
    posterSha256: row.poster_sha256,
  }))
}

/** The messages of a channel with ids from `low` to `high` that forward a clip. */
export async function listForwardsToRecheck(
  channelId: string,
  { low, high }: { low: bigint; high: bigint },
  db: Executor = database(),
): Promise<string[]> {
  const { rows } = await db.execute<{ message_id: string }>(sql`
    select distinct message_id from clip_forwards
    where channel_id = ${channelId} and message_id::numeric between ${String(low)}::numeric and ${String(high)}::numeric`)
  return rows.map((row) => row.message_id)
}

/** ready or failed → pending, because the file is not in the store or could be had again. Returns the ids that were changed. */
export async function markClipsLost(clipIds: readonly string[], db: Executor = database()): Promise<string[]> {
  if (clipIds.length === 0) return []
  const { rows } = await db.execute<{ id: string }>(sql`
    update clips set state = 'pending', failure_code = null, failure_message = null, object_sha256 = null, poster_sha256 = null, updated_at = now()
    where id in (select id from clips where id in (select jsonb_array_elements_text(${JSON.stringify(clipIds)}::jsonb)) order by id for update)
      and state <> 'pending' and ${mayBeFetched('clips')}
    returning id`)
  return rows.map(({ id }) => id)
}

type Row = {
  id: string
  message_id: string
  link_url: string | null
  state: Clip['state']
  failure_code: string | null
  gone_at: string | null
  hidden_reason: Clip['hiddenReason']
  object_sha256: string | null
  poster_sha256: string | null
}
