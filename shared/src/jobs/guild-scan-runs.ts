import { parseSnowflake } from '../core/snowflake.ts'
import type { Executor } from '../db/database.ts'
import type { WaitingRun } from '../db/repositories/guild-scans.repo.ts'
import type { Queue } from './queue.ts'

/** Adds the jobs of channel runs in the caller's transaction. */
export async function enqueueRuns(
  queue: Pick<Queue, 'enqueue'>,
  runs: readonly WaitingRun[],
  db: Executor,
): Promise<void> {
  const payloads = runs.map(({ runId, guildId, channelId }) => ({
    runId,
    guildId: parseSnowflake(guildId),
    channelId: parseSnowflake(channelId),
  }))
  await queue.enqueue('scan-channel', payloads, db)
}
