import { sql } from 'drizzle-orm'
import { parseRanges, type IdRange } from '../../domain/coverage.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'

/** The ranges of message ids of a channel that have been read without a gap, oldest first. */
export async function listCoverage(channelId: string, db: Executor = database()): Promise<IdRange[]> {
  const { rows } = await db.execute<{ covered: string }>(
    sql`select covered::text as covered from channel_coverage where channel_id = ${channelId}`,
  )
  return parseRanges(rows[0]?.covered ?? '')
}

/** The newest message of a channel that was ever heard of, also when it is gone by now; null: none. */
export async function findNewestMessageId(channelId: string, db: Executor = database()): Promise<bigint | null> {
  const { rows } = await db.execute<{ id: string | null }>(
    sql`select newest_message_id as id from channel_coverage where channel_id = ${channelId}`,
  )
  return rows[0]?.id ? BigInt(rows[0].id) : null
}

/** Adds a range that has been read without a gap. Only ever grows, however many writers race. */
export async function addCoverage(channelId: string, range: IdRange, db: Executor = database()): Promise<void> {
  const added = `{[${range.low},${range.high}]}`
  await db.execute(sql`
    insert into channel_coverage as stored (channel_id, covered) values (${channelId}, ${added}::int8multirange)
    on conflict (channel_id) do update set covered = stored.covered + excluded.covered, updated_at = now()`)
}
