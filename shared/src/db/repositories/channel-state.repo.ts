import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import type { channelCoverage } from '../models/index.ts'

/** What is known about reading a channel. */
export type ChannelState = (typeof channelCoverage.$inferSelect)['state']

/** Notes what is known about reading a channel, with a sentence that says what to do. Since when it is so stays when it was so before. */
export async function setChannelState(
  channelId: string,
  state: ChannelState,
  detail: string | null,
  db: Executor = database(),
): Promise<void> {
  await db.execute(sql`
    insert into channel_coverage as stored (channel_id, state, state_detail)
    select channel_id, ${state}::channel_state, ${detail} from bot_channels where channel_id = ${channelId}
    on conflict (channel_id) do update set state = excluded.state, state_detail = excluded.state_detail,
      state_since = case when stored.state = excluded.state then stored.state_since else now() end, updated_at = now()`)
}

/** Notes the newest messages that Discord named, so that what is not read up to them shows as a gap. Only rises. */
export async function noteNewestMessages(
  newest: readonly { channelId: string; messageId: string }[],
  db: Executor = database(),
): Promise<void> {
  if (newest.length === 0) return
  const rows = newest.map(({ channelId, messageId }) => ({ channel_id: channelId, message_id: messageId }))
  await db.execute(sql`
    insert into channel_coverage as stored (channel_id, newest_message_id)
    select channel_id, max(message_id::numeric)::text
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given(channel_id text, message_id text) join bot_channels using (channel_id)
    group by channel_id order by channel_id
    on conflict (channel_id) do update set
      newest_message_id = greatest(coalesce(stored.newest_message_id, '0')::numeric, excluded.newest_message_id::numeric)::text`)
}

/** Of these threads those with a message that has not been read: the newest that Discord named, or something between what was read. */
export async function listThreadsToScan(threadIds: readonly string[], db: Executor = database()): Promise<string[]> {
  const { rows } = await db.execute<{ channel_id: string }>(sql`
    select channel_id from jsonb_array_elements_text(${JSON.stringify(threadIds)}::jsonb) as given(channel_id)
    left join channel_coverage k using (channel_id)
    where k.covered is null or isempty(k.covered) or not k.covered @> coalesce(k.newest_message_id, '0')::bigint
      or k.covered <> int8multirange(range_merge(k.covered))
    order by channel_id`)
  return rows.map((row) => row.channel_id)
}

/** Until when all archived threads of a channel are known; null: they were never listed to the end. */
export async function findThreadsListed(channelId: string, db: Executor = database()): Promise<Date | null> {
  const { rows } = await db.execute<{ until: string | null }>(
    sql`select to_char(threads_listed_until at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as until from channel_coverage where channel_id = ${channelId}`,
  )
  return rows[0]?.until ? new Date(rows[0].until) : null
}

/** Notes that all threads of a channel that were archived until then are known. Only rises. */
export async function noteThreadsListed(channelId: string, until: Date, db: Executor = database()): Promise<void> {
  await db.execute(sql`
    insert into channel_coverage as stored (channel_id, threads_listed_until) values (${channelId}, ${until.toISOString()}::timestamptz)
    on conflict (channel_id) do update set threads_listed_until = greatest(stored.threads_listed_until, excluded.threads_listed_until)`)
}
