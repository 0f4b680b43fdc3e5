import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import type { GuildScan, ScanRun } from '../models/index.ts'
import { requireScanRunId } from './scan-run-id.ts'

/** A scan of a guild as a page shows it: its search and all its channel runs together. */
export type GuildScanSummary = {
  scanId: string
  guildId: string
  mode: GuildScan['mode']
  /** Of everything together. A complete scan whose search failed can still succeed: history finds all the search would have. */
  status: ScanRun['status']
  isPaused: boolean
  /** Null: every channel that is read. */
  channelIds: string[] | null
  requestedBy: string | null
  /** Of the search alone, with what the index says there is and what came of it; null when the scan does not search. */
  search: ScanRun['status'] | null
  messagesExpected: number | null
  messagesFound: number
  requests: number
  /** Of the search and the runs. */
  clipsAdded: number
  runs: Record<ScanRun['status'] | 'total', number>
  messagesScanned: number
  /** All running channels together; null when none was measured. */
  messagesPerSecond: number | null
  /** Why the search, or else a run, failed. */
  errorMessage: string | null
  failureCode: string | null
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
}

/** The newest scan of each of these guilds by guild id; one that is under way goes before those that ended. */
export async function describeGuildScans(
  guildIds: readonly string[],
  db: Executor = database(),
): Promise<Map<string, GuildScanSummary>> {
  const summaries = await select(
    sql`select distinct on (s.guild_id) s.id from guild_scans s
      where s.guild_id in (select jsonb_array_elements_text(${JSON.stringify(guildIds)}::jsonb))
      order by s.guild_id,
        (s.status in ('queued', 'running') or exists (
          select from bot_channel_scan_runs r where r.guild_scan_id = s.id and r.status in ('queued', 'running'))) desc,
        s.created_at desc`,
    db,
  )
  return new Map(summaries.map((summary) => [summary.guildId, summary]))
}

/** The last scans of a guild, newest first. */
export async function listGuildScans(
  guildId: string,
  limit = 20,
  db: Executor = database(),
): Promise<GuildScanSummary[]> {
  return select(
    sql`select s.id from guild_scans s where s.guild_id = ${guildId} order by s.created_at desc, s.id limit ${limit}`,
    db,
  )
}

/** One scan of a guild, or null. */
export async function findGuildScanSummary(
  scanId: string,
  db: Executor = database(),
): Promise<GuildScanSummary | null> {
  const [summary] = await select(sql`select s.id from guild_scans s where s.id = ${requireScanRunId(scanId)}::uuid`, db)
  return summary ?? null
}

type Row = {
  id: string
  guild_id: string
  mode: GuildScan['mode']
  status: ScanRun['status']
  is_paused: boolean
  channel_ids: string[] | null
  requested_by: string | null
  messages_expected: string | null
  messages_found: string
  requests: number
  clips_added: string
  messages_scanned: string
  per_second: number | null
  error_message: string | null
  failure_code: string | null
  created_at: Date
  started_at: Date | null
  finished_at: Date | null
  run_finished_at: Date | null
  total: number
} & Record<'queued' | 'running' | 'succeeded' | 'failed' | 'canceled', number>

async function select(ids: ReturnType<typeof sql>, db: Executor): Promise<GuildScanSummary[]> {
  const { rows } = await db.execute<Row>(sql`
    select s.id, s.guild_id, s.mode, s.status, s.channel_ids, s.requested_by, s.messages_expected, s.messages_found, s.requests,
      s.clips_added + coalesce(sum(r.clips_added), 0) as clips_added, coalesce(sum(r.messages_scanned), 0) as messages_scanned,
      sum(r.messages_per_second) filter (where r.status = 'running' and r.paused_at is null) as per_second,
      s.paused_at is not null or bool_or(r.paused_at is not null and r.status in ('queued', 'running')) is true as is_paused,
      coalesce(s.error_message, min(r.error_message) filter (where r.status = 'failed')) as error_message,
      coalesce(s.failure_code, min(r.failure_code) filter (where r.status = 'failed')) as failure_code,
      s.created_at, least(s.started_at, min(r.started_at)) as started_at, s.finished_at, max(r.finished_at) as run_finished_at,
      count(r.id)::int as total,
      count(r.id) filter (where r.status = 'queued')::int as queued,
      count(r.id) filter (where r.status = 'running')::int as running,
      count(r.id) filter (where r.status = 'succeeded')::int as succeeded,
      count(r.id) filter (where r.status = 'failed')::int as failed,
      count(r.id) filter (where r.status = 'canceled')::int as canceled
    from guild_scans s left join bot_channel_scan_runs r on r.guild_scan_id = s.id
    where s.id in (${ids})
    group by s.id
    order by s.created_at desc, s.id`)
  return rows.map(toSummary)
}

function toSummary(row: Row): GuildScanSummary {
  const { total, queued, running, succeeded, failed, canceled } = row
  const status = overallStatus(row)
  const ends = [row.finished_at, row.run_finished_at].filter((end) => end !== null).map((end) => new Date(end))
  const hasEnded = status !== 'queued' && status !== 'running'
  return {
    scanId: row.id,
    guildId: row.guild_id,
    mode: row.mode,
    status,
    isPaused: row.is_paused && !hasEnded,
    channelIds: row.channel_ids,
    requestedBy: row.requested_by,
    search: row.mode === 'quick' || row.requests > 0 || row.status !== 'succeeded' ? row.status : null,
    messagesExpected: row.messages_expected === null ? null : Number(row.messages_expected),
    messagesFound: Number(row.messages_found),
    requests: row.requests,
    clipsAdded: Number(row.clips_added),
    runs: { total, queued, running, succeeded, failed, canceled },
    messagesScanned: Number(row.messages_scanned),
    messagesPerSecond: row.per_second,
    errorMessage: row.error_message,
    failureCode: row.failure_code,
    createdAt: new Date(row.created_at),
    startedAt: row.started_at && new Date(row.started_at),
    finishedAt: hasEnded ? new Date(Math.max(...ends.map((end) => end.getTime()))) : null,
  }
}

function overallStatus(row: Row): ScanRun['status'] {
  if (row.status === 'running' || row.running > 0) return 'running'
  if (row.status === 'queued' || row.queued > 0)
    return row.status !== 'queued' && row.total > row.queued ? 'running' : 'queued'
  if (row.total === 0) return row.status
  if (row.status === 'canceled' || row.canceled === row.total) return 'canceled'
  return row.failed > 0 ? 'failed' : 'succeeded'
}
