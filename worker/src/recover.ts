import { database, listPendingClipIds, listUnfinishedGuildSearches, listUnfinishedScans } from '@dcs/shared/db'
import type { Queue } from '@dcs/shared/jobs'
import { parseSnowflake } from '@dcs/shared/core'

/** Most jobs added in one statement. */
const CHUNK = 1_000

/** Puts everything that is not finished into the queue again: jobs that ran out of attempts while workers were being killed, or were lost with an old queue. What waits or runs already is left alone. */
export async function recoverJobs(queue: Queue): Promise<void> {
  const searches = await listUnfinishedGuildSearches()
  await queue.enqueue(
    'search-guild',
    searches.map(({ scanId, guildId }) => ({ scanId, guildId: parseSnowflake(guildId) })),
    database(),
  )
  const scans = await listUnfinishedScans()
  const runs = scans.map(({ runId, guildId, channelId }) => ({
    runId,
    guildId: parseSnowflake(guildId),
    channelId: parseSnowflake(channelId),
  }))
  await queue.enqueue('scan-channel', runs, database())
  const clipIds = await listPendingClipIds()
  for (let start = 0; start < clipIds.length; start += CHUNK)
    await queue.enqueue(
      'fetch-clip',
      clipIds.slice(start, start + CHUNK).map((clipId) => ({ clipId: parseSnowflake(clipId) })),
      database(),
    )
}
