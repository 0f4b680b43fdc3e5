import { parseSnowflake } from '../core/snowflake.ts'
import { database } from '../db/config.ts'
import type { Executor, Transaction } from '../db/database.ts'
import { lockGuildForScans } from '../db/repositories/guild-scans.repo.ts'
import {
  cancelScanRows,
  pauseScanRows,
  resumeScanRows,
  type ChangedScans,
  type ScanScope,
} from '../db/repositories/scan-control.repo.ts'
import { notifyScan } from '../db/notifications.ts'
import { enqueueRuns, toScanJob } from './guild-scan-runs.ts'
import { cancelJobs } from './queue-statements.ts'
import type { Queue } from './queue.ts'
import { jobs, type JobPayload } from './registry.ts'

export { describeGuildScans, listGuildScans, type GuildScanSummary } from '../db/repositories/guild-scan-list.repo.ts'

/** How many channel runs and searches were changed. */
export type ControlledScans = { runs: number; searches: number }

/**
 * Holds back what waits or runs in a guild or in some of its channels, until it is resumed. What was kept so far stays; whoever works on it is told to
 * stop and can keep nothing more.
 */
export async function pauseScans(
  _queue: Pick<Queue, 'enqueue'>,
  scope: ScanScope,
  db: Executor = database(),
): Promise<ControlledScans> {
  return countOf(await inGuild(scope, pauseScanRows, endJobs, db))
}

/** Goes on with what was paused, where it was. */
export async function resumeScans(
  queue: Pick<Queue, 'enqueue'>,
  scope: ScanScope,
  db: Executor = database(),
): Promise<ControlledScans> {
  return countOf(
    await inGuild(
      scope,
      resumeScanRows,
      async ({ searches, runs }, tx) => {
        await queue.enqueue('search-guild', searches.map(toSearchJob), tx)
        await enqueueRuns(queue, runs, tx)
      },
      db,
    ),
  )
}

/** Ends what waits or runs in a guild or in some of its channels. What was kept so far stays. */
export async function cancelScans(
  _queue: Pick<Queue, 'enqueue'>,
  scope: ScanScope,
  db: Executor = database(),
): Promise<ControlledScans> {
  return countOf(await inGuild(scope, cancelScanRows, endJobs, db))
}

async function inGuild(
  scope: ScanScope,
  change: (scope: ScanScope, tx: Transaction) => Promise<ChangedScans>,
  follow: (changed: ChangedScans, tx: Transaction) => Promise<void>,
  db: Executor,
): Promise<ChangedScans> {
  return db.transaction(async (tx) => {
    await lockGuildForScans(scope.guildId, tx)
    const changed = await change(scope, tx)
    await follow(changed, tx)
    await notifyScan({ guildId: scope.guildId, channelId: null }, tx)
    return changed
  })
}

/** Takes the jobs out of the queue, and has those that run interrupted. */
async function endJobs({ searches, runs }: ChangedScans, tx: Transaction): Promise<void> {
  await cancelJobs('search-guild', searches.map(toSearchJob).map(jobs['search-guild'].key), tx)
  await cancelJobs('scan-channel', runs.map(toScanJob).map(jobs['scan-channel'].key), tx)
}

function toSearchJob({ scanId, guildId }: ChangedScans['searches'][number]): JobPayload<'search-guild'> {
  return { scanId, guildId: parseSnowflake(guildId) }
}

function countOf({ runs, searches }: ChangedScans): ControlledScans {
  return { runs: runs.length, searches: searches.length }
}
