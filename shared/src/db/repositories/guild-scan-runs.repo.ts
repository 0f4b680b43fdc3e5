import { eq, sql } from 'drizzle-orm'
import type { Transaction } from '../database.ts'
import { guildScans, type GuildScan } from '../models/index.ts'

/** A run of a guild scan as its job needs it. */
export type WaitingRun = { runId: string; channelId: string; guildId: string; turn: number }

/** Makes whoever commits pages of these channels wait. Locked before the channels, as pages do it, so that nobody can deadlock. */
export async function lockActiveRuns(channelIds: readonly string[], tx: Transaction): Promise<void> {
  await tx.execute(sql`
    select from bot_channel_scan_runs
    where channel_id in (select jsonb_array_elements_text(${JSON.stringify(channelIds)}::jsonb)) and status in ('queued', 'running')
    order by id for no key update`)
}

/** Makes runs of these channels that are under way and belong to no scan of the guild a part of this one. Returns how many. */
export async function adoptScanRuns(
  scanId: string,
  mode: GuildScan['mode'],
  channelIds: readonly string[],
  tx: Transaction,
): Promise<number> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    update bot_channel_scan_runs set guild_scan_id = ${scanId}
    where id in (select id from bot_channel_scan_runs
      where channel_id in (select jsonb_array_elements_text(${JSON.stringify(channelIds)}::jsonb))
        and guild_scan_id is null and mode = ${mode} and status in ('queued', 'running')
      order by id for no key update)
    returning id`)
  return rows.length
}

/**
 * Makes runs under way that only read what is new read everything, as a part of this scan: they wait again, with a turn of their own, and whoever works on
 * one can keep nothing more. Returns them.
 */
export async function upgradeScanRuns(
  scanId: string,
  channelIds: readonly string[],
  tx: Transaction,
): Promise<WaitingRun[]> {
  const { rows } = await tx.execute<RunRow>(sql`
    with chosen as (
      select id from bot_channel_scan_runs
      where channel_id in (select jsonb_array_elements_text(${JSON.stringify(channelIds)}::jsonb))
        and mode = 'forward' and status in ('queued', 'running')
      order by id for no key update),
    changed as (
      update bot_channel_scan_runs set guild_scan_id = ${scanId}, mode = 'complete', status = 'queued', turn = turn + 1, claim = null
      where id in (select id from chosen)
      returning id as run_id, channel_id, turn)
    select run_id, channel_id, c.guild_id, turn from changed join bot_channels c using (channel_id) order by run_id`)
  return rows.map(toWaitingRun)
}

/** Takes a scan back that turned out to have nothing to do, and returns the one whose runs do it already; null when there is none. */
export async function yieldGuildScan(
  scanId: string,
  channelIds: readonly string[],
  tx: Transaction,
): Promise<string | null> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select guild_scan_id as id from bot_channel_scan_runs
    where channel_id in (select jsonb_array_elements_text(${JSON.stringify(channelIds)}::jsonb))
      and status in ('queued', 'running') and guild_scan_id is not null
    order by created_at desc limit 1`)
  const other = rows[0]?.id ?? null
  if (other !== null) await tx.delete(guildScans).where(eq(guildScans.id, scanId))
  return other
}

/** Makes runs that were just added a part of the scan. */
export async function attachScanRuns(
  scanId: string,
  mode: GuildScan['mode'],
  runs: readonly Omit<WaitingRun, 'turn'>[],
  tx: Transaction,
): Promise<WaitingRun[]> {
  await tx.execute(sql`
    update bot_channel_scan_runs set guild_scan_id = ${scanId}, mode = ${mode}
    where id in (select jsonb_array_elements_text(${JSON.stringify(runs.map(({ runId }) => runId))}::jsonb)::uuid)`)
  return runs.map((run) => ({ ...run, turn: 0 }))
}

/** A run as a statement returns it. */
export type RunRow = { run_id: string; channel_id: string; guild_id: string; turn: number }

/** Names it as the rest of the product does. */
export function toWaitingRun(row: RunRow): WaitingRun {
  return { runId: row.run_id, channelId: row.channel_id, guildId: row.guild_id, turn: row.turn }
}
