import { randomUUID } from 'node:crypto'
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
import { notifyScan } from '../db/repositories/scans.repo.ts'
import { enqueueRuns } from './guild-scan-runs.ts'
import type { Queue } from './queue.ts'

export { describeGuildScans, listGuildScans, type GuildScanSummary } from '../db/repositories/guild-scan-list.repo.ts'

/** How many channel runs and searches were changed. */
export type ControlledScans = { runs: number; searches: number }

/** Holds back what waits or runs in a guild or in some of its channels, until it is resumed. What was kept so far stays. */
export async function pauseScans(_queue: Queue, scope: ScanScope, db: Executor = database()): Promise<ControlledScans> {
  return countOf(await inGuild(scope, pauseScanRows, db))
}

/** Goes on with what was paused, where it was. */
export async function resumeScans(
  queue: Pick<Queue, 'enqueue'>,
  scope: ScanScope,
  db: Executor = database(),
): Promise<ControlledScans> {
  const resume = async (of: ScanScope, tx: Transaction) => {
    const changed = await resumeScanRows(of, tx)
    const searches = changed.searches.map(({ scanId, guildId }) => ({
      scanId,
      guildId: parseSnowflake(guildId),
      wake: randomUUID(),
    }))
    await queue.enqueue('search-guild', searches, tx)
    await enqueueRuns(queue, changed.runs, tx)
    return changed
  }
  return countOf(await inGuild(scope, resume, db))
}

/** Ends what waits or runs in a guild or in some of its channels. What was kept so far stays. */
export async function cancelScans(
  _queue: Queue,
  scope: ScanScope,
  db: Executor = database(),
): Promise<ControlledScans> {
  return countOf(await inGuild(scope, cancelScanRows, db))
}

async function inGuild(
  scope: ScanScope,
  change: (scope: ScanScope, tx: Transaction) => Promise<ChangedScans>,
  db: Executor,
): Promise<ChangedScans> {
  return db.transaction(async (tx) => {
    await lockGuildForScans(scope.guildId, tx)
    const changed = await change(scope, tx)
    await notifyScan(scope.guildId, tx)
    return changed
  })
}

function countOf({ runs, searches }: ChangedScans): ControlledScans {
  return { runs: runs.length, searches: searches.length }
}
