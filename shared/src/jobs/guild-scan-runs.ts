import { parseSnowflake } from '../core/snowflake.ts'
import type { Executor } from '../db/database.ts'
import type { WaitingRun } from '../db/repositories/guild-scan-runs.repo.ts'
import type { Queue } from './queue.ts'
import type { JobPayload } from './registry.ts'

/** Adds the jobs of channel runs in the caller's transaction. */
export async function enqueueRuns(
  queue: Pick<Queue, 'enqueue'>,
  runs: readonly WaitingRun[],
  db: Executor,
): Promise<void> {
  await queue.enqueue('scan-channel', runs.map(toScanJob), db)
}

/** The job of a run's present turn. */
export function toScanJob({ runId, guildId, channelId, turn }: WaitingRun): JobPayload<'scan-channel'> {
  return { runId, guildId: parseSnowflake(guildId), channelId: parseSnowflake(channelId), turn }
}
