import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { marked, mediaFile } from '@dcs/discord-twin'
import { database, sql } from '@dcs/shared/db'

/** What is stored of deleted messages; `rows` are ids of clips, `inSight` those of them that people see. */
export type Left = {
  rows: string[]
  inSight: string[]
  inSightWithBytes: number
  hidden: number
  hiddenWithBytes: number
  tombstones: number
  /** Tombstones whose clip has a row all the same. */
  risen: number
}

/** Hash of the bytes that the twin serves for a video with a mark. */
export function hashOf(key: string, mark: string): string {
  return createHash('sha256')
    .update(marked(mediaFile(key), mark))
    .digest('hex')
}

/** Whether the clip of a message has its row, and these bytes. */
export async function lookAt(messageId: string, sha256: string): Promise<{ row: boolean; bytes: boolean }> {
  const { rows } = await database().execute<{ sha256: string | null }>(
    sql`select object_sha256 as sha256 from clips where message_id = ${messageId}`,
  )
  return { row: rows.length > 0, bytes: rows[0]?.sha256 === sha256 }
}

/** Counts what is left of these messages. */
export async function countLeft(messageIds: readonly string[]): Promise<Left> {
  const { rows } = await database().execute<Left>(sql`
    select coalesce(json_agg(c.id), '[]') as rows, coalesce(json_agg(c.id) filter (where c.hidden_at is null), '[]') as "inSight",
      count(c.id) filter (where c.hidden_at is null and c.object_sha256 is not null)::int as "inSightWithBytes",
      count(c.id) filter (where c.hidden_at is not null and c.purge_after is not null)::int as hidden,
      count(c.id) filter (where c.hidden_at is not null and c.object_sha256 is not null)::int as "hiddenWithBytes",
      (select count(*)::int from clip_tombstones t where t.message_id in ${given(messageIds)}) as tombstones,
      (select count(*)::int from clip_tombstones t join clips risen on risen.id = t.clip_id) as risen
    from clips c where c.message_id in ${given(messageIds)}`)
  const [left] = rows
  if (left) return left
  throw new Error('Nothing was counted.')
}

/** How much is to be done: clips of these messages that the deletion has not reached, videos that are being fetched, and purges. */
export async function countUnsettled(messageIds: readonly string[]): Promise<number> {
  const { rows } = await database().execute<{ count: number }>(sql`
    select (select count(*) from clips c where c.gone_at is null and c.message_id in ${given(messageIds)})::int
      + (select count(*) from pgboss.job where name in ('fetch-clip', 'purge') and state < 'completed')::int as count`)
  return rows[0]?.count ?? 0
}

/** How many messages of history all scans have read so far. */
export async function countMessagesRead(): Promise<number> {
  const { rows } = await database().execute<{ read: string }>(
    sql`select coalesce(sum(messages_scanned), 0) as read from bot_channel_scan_runs`,
  )
  return Number(rows[0]?.read ?? 0)
}

/** Makes the ledger forget that these channels were read. */
export async function forgetCoverage(channelIds: readonly string[]): Promise<void> {
  await database().execute(sql`delete from channel_coverage where channel_id in ${given(channelIds)}`)
}

/** Lets the grace of hidden clips of these messages be over. */
export async function endGrace(messageIds: readonly string[]): Promise<void> {
  await database().execute(
    sql`update clips set purge_after = now() where purge_after is not null and message_id in ${given(messageIds)}`,
  )
}

/** Compares the files of the store with the rows of the database while no program runs. */
export async function compareStore(
  folder: string,
): Promise<{ files: Set<string>; withoutRow: number; withoutFile: number; unused: number }> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true })
  const files = new Set(
    entries
      .filter((entry) => entry.isFile() && !path.relative(folder, entry.parentPath).startsWith('work'))
      .map(({ name }) => name),
  )
  const { rows } = await database().execute<{ sha256: string; is_used: boolean }>(sql`
    select o.sha256, exists (select from clips c where c.object_sha256 = o.sha256 or c.poster_sha256 = o.sha256) as is_used from objects o`)
  const known = new Set(rows.map(({ sha256 }) => sha256))
  return {
    files,
    withoutRow: [...files].filter((name) => !known.has(name)).length,
    withoutFile: [...known].filter((name) => !files.has(name)).length,
    unused: rows.filter(({ is_used: isUsed }) => !isUsed).length,
  }
}

function given(ids: readonly string[]): ReturnType<typeof sql> {
  return sql`(select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`
}
