import { sql } from 'drizzle-orm'
import type { Transaction } from '../database.ts'
import { toWaitingRun, type RunRow, type WaitingRun } from './guild-scan-runs.repo.ts'

/** Scans of a guild that are meant: all, or those of these channels. */
export type ScanScope = { guildId: string; channelIds: readonly string[] | null }

/** What was changed: channel runs, and searches of scans of the guild. */
export type ChangedScans = { runs: WaitingRun[]; searches: { scanId: string; guildId: string }[] }

/** Holds back what waits or runs: whoever works on it can commit nothing more. To be called with `lockGuildForScans`. */
export async function pauseScanRows(scope: ScanScope, tx: Transaction): Promise<ChangedScans> {
  return change(scope, { searches: sql`paused_at is null`, runs: sql`r.paused_at is null` }, PAUSE, tx)
}

/** Lets go what was held back, with a turn or claim of its own, so that no job of before is taken for it. Runs that wait for a search are not returned. */
export async function resumeScanRows(scope: ScanScope, tx: Transaction): Promise<ChangedScans> {
  return change(scope, { searches: sql`paused_at is not null`, runs: sql`r.paused_at is not null` }, RESUME, tx)
}

/** Ends what waits or runs as canceled. What was kept so far stays. */
export async function cancelScanRows(scope: ScanScope, tx: Transaction): Promise<ChangedScans> {
  return change(scope, { searches: sql`true`, runs: sql`true` }, CANCEL, tx)
}

const PAUSE = { searches: sql`paused_at = now(), claim = null`, runs: sql`paused_at = now(), claim = null` }
const RESUME = { searches: sql`paused_at = null`, runs: sql`paused_at = null, claim = null, turn = turn + 1` }
const CANCEL = {
  searches: sql`status = 'canceled', finished_at = now(), paused_at = null, claim = null`,
  runs: sql`status = 'canceled', finished_at = now(), paused_at = null, claim = null`,
}

type Parts = { searches: ReturnType<typeof sql>; runs: ReturnType<typeof sql> }

// Searches before runs, and runs by id: the order in which everybody locks them.
async function change({ guildId, channelIds }: ScanScope, which: Parts, to: Parts, tx: Transaction) {
  const given = sql`(select jsonb_array_elements_text(${JSON.stringify(channelIds ?? [])}::jsonb))`
  const ofSearches = channelIds === null ? sql`true` : sql`channel_ids <@ array${given}`
  const ofRuns = channelIds === null ? sql`true` : sql`r.channel_id in ${given}`
  const searches = await tx.execute<{ id: string }>(sql`
    update guild_scans set ${to.searches}
    where id in (select id from guild_scans
      where guild_id = ${guildId} and status in ('queued', 'running') and ${which.searches} and ${ofSearches}
      order by id for no key update)
    returning id`)
  const runs = await tx.execute<RunRow & { waits: boolean }>(sql`
    with chosen as (
      select r.id from bot_channel_scan_runs r join bot_channels c on c.channel_id = r.channel_id
      where c.guild_id = ${guildId} and r.status in ('queued', 'running') and ${which.runs} and ${ofRuns}
      order by r.id for no key update of r),
    changed as (
      update bot_channel_scan_runs set ${to.runs} where id in (select id from chosen)
      returning id as run_id, channel_id, turn, guild_scan_id)
    select run_id, channel_id, ${guildId} as guild_id, turn,
      exists (select from guild_scans g where g.id = changed.guild_scan_id and g.status in ('queued', 'running')) as waits
    from changed order by run_id`)
  return {
    searches: searches.rows.map(({ id }) => ({ scanId: id, guildId })),
    runs: runs.rows.filter(({ waits }) => to !== RESUME || !waits).map(toWaitingRun),
  }
}
