import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import { parseRanges, type IdRange } from '../../domain/coverage.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { botChannelScanRuns as runs, users, type channelCoverage, type ScanRun } from '../models/index.ts'

/** A run with the name of the person who asked for it, when they have ever signed in. */
export type ScanRunView = ScanRun & { requesterName: string | null }

/** The runs of a channel, newest first: `limit` at most, those after the run `after` when it is given. */
export async function listScanHistory(
  channelId: string,
  page: { limit: number; after?: string | undefined },
  db: Executor = database(),
): Promise<ScanRunView[]> {
  const older = page.after
    ? sql`(${runs.createdAt}, ${runs.id}) < (select r.created_at, r.id from bot_channel_scan_runs r where r.id = ${page.after}::uuid)`
    : undefined
  const rows = await db
    .select({ run: runs, name: sql<string | null>`coalesce(${users.globalName}, ${users.username})` })
    .from(runs)
    .leftJoin(users, eq(users.discordUserId, runs.requestedBy))
    .where(and(eq(runs.channelId, channelId), older))
    .orderBy(desc(runs.createdAt), desc(runs.id))
    .limit(page.limit)
  return rows.map(({ run, name }) => ({ ...run, requesterName: name }))
}

/** The names of people who have signed in, by Discord id. */
export async function listUserNames(
  discordUserIds: readonly string[],
  db: Executor = database(),
): Promise<Map<string, string>> {
  if (discordUserIds.length === 0) return new Map()
  const rows = await db
    .select({ id: users.discordUserId, name: sql<string | null>`coalesce(${users.globalName}, ${users.username})` })
    .from(users)
    .where(inArray(users.discordUserId, [...discordUserIds]))
  return new Map(rows.flatMap(({ id, name }) => (name === null ? [] : [[id, name]])))
}

/** How many of these threads each channel has, and how many are being read or failed the last time. */
export async function countThreadScans(
  threadIds: readonly string[],
  db: Executor = database(),
): Promise<Map<string, { total: number; active: number; failed: number }>> {
  if (threadIds.length === 0) return new Map()
  const { rows } = await db.execute<{ parent_id: string; total: number; active: number; failed: number }>(sql`
    select c.parent_id, count(*)::int as total,
      count(*) filter (where newest.status in ('queued', 'running'))::int as active,
      count(*) filter (where newest.status = 'failed')::int as failed
    from bot_channels c
    left join lateral (
      select r.status from bot_channel_scan_runs r where r.channel_id = c.channel_id order by r.created_at desc limit 1
    ) newest on true
    where c.channel_id in (select jsonb_array_elements_text(${JSON.stringify(threadIds)}::jsonb)) and c.parent_id is not null
    group by c.parent_id`)
  return new Map(rows.map(({ parent_id: id, total, active, failed }) => [id, { total, active, failed }]))
}

/** Whether a guild has a channel or thread with messages that is not one of these. */
export async function hasOtherChannels(
  guildId: string,
  channelIds: readonly string[],
  db: Executor = database(),
): Promise<boolean> {
  const { rows } = await db.execute<{ found: number }>(sql`
    select 1 as found from bot_channels
    where guild_id = ${guildId} and deleted_at is null and type is distinct from 'category'
      and channel_id not in (select jsonb_array_elements_text(${JSON.stringify(channelIds)}::jsonb))
    limit 1`)
  return rows.length > 0
}

/** What is stored about reading a channel. */
export type CoverageRow = Pick<
  typeof channelCoverage.$inferSelect,
  'channelId' | 'state' | 'stateDetail' | 'newestMessageId'
> & {
  /** The ranges of message ids that have been read without a gap, oldest first. */
  ranges: IdRange[]
}

/** What is known about reading these channels, by id; those that were never looked at are left out. */
export async function listCoverageRows(
  channelIds: readonly string[],
  db: Executor = database(),
): Promise<Map<string, CoverageRow>> {
  const { rows } = await db.execute<{
    channel_id: string
    covered: string
    state: CoverageRow['state']
    state_detail: string | null
    newest_message_id: string | null
  }>(sql`
    select channel_id, covered::text as covered, state, state_detail, newest_message_id from channel_coverage
    where channel_id in (select jsonb_array_elements_text(${JSON.stringify(channelIds)}::jsonb))`)
  return new Map(
    rows.map((row) => [
      row.channel_id,
      {
        channelId: row.channel_id,
        state: row.state,
        stateDetail: row.state_detail,
        newestMessageId: row.newest_message_id,
        ranges: parseRanges(row.covered),
      },
    ]),
  )
}
