import { database, sql } from '@dcs/shared/db'

/** What is stored of deleted messages. */
export type Left = { inSight: number; inSightWithBytes: number; hidden: number; tombstones: number }

/** Whether the clip of a message has its row, and its bytes. */
export async function lookAt(messageId: string): Promise<{ row: boolean; bytes: boolean }> {
  const { rows } = await database().execute<{ bytes: boolean }>(
    sql`select object_sha256 is not null as bytes from clips where message_id = ${messageId}`,
  )
  return { row: rows.length > 0, bytes: rows[0]?.bytes ?? false }
}

/** Counts what is left of these messages. */
export async function countLeft(messageIds: readonly string[]): Promise<Left> {
  const { rows } = await database().execute<Left>(sql`
    select count(c.id) filter (where c.hidden_at is null)::int as "inSight",
      count(c.id) filter (where c.hidden_at is null and c.object_sha256 is not null)::int as "inSightWithBytes",
      count(c.id) filter (where c.hidden_at is not null and c.purge_after is not null)::int as hidden,
      (select count(*)::int from clip_tombstones t where t.message_id in ${given(messageIds)}) as tombstones
    from clips c where c.message_id in ${given(messageIds)}`)
  const [left] = rows
  if (left) return left
  throw new Error('Nothing was counted.')
}

/** How many of the messages have something to be done: a clip whose bytes are to be fetched, or one that the deletion has not reached. */
export async function countUnsettled(messageIds: readonly string[]): Promise<number> {
  const { rows } = await database().execute<{ count: number }>(sql`
    select count(*)::int as count from clips c where c.message_id in ${given(messageIds)}
      and (c.gone_at is null or exists (
        select from pgboss.job j where j.name = 'fetch-clip' and j.data->>'clipId' = c.id and j.state < 'completed'))`)
  const { rows: purges } = await database().execute<{ count: number }>(
    sql`select count(*)::int as count from pgboss.job where name = 'purge' and state < 'completed'`,
  )
  return (rows[0]?.count ?? 0) + (purges[0]?.count ?? 0)
}

/** Makes the ledger forget that these channels were read. */
export async function forgetCoverage(channelIds: readonly string[]): Promise<void> {
  await database().execute(sql`delete from channel_coverage where channel_id in ${given(channelIds)}`)
}

function given(ids: readonly string[]): ReturnType<typeof sql> {
  return sql`(select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`
}
