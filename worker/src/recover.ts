import { parseSnowflake } from '@dcs/shared/core'
import {
  database,
  listClipsWithoutJob,
  listUnfinishedGuildSearches,
  listScansWithoutJob,
  type PendingClipCursor,
} from '@dcs/shared/db'
import { enqueueOpenErasures, enqueueRuns, type Queue } from '@dcs/shared/jobs'

/** Most jobs added in one statement. */
const CHUNK = 1_000

/**
 * Puts everything that is not finished and has no job into the queue again: lost with an old queue, or given up by it while no worker ran. What waits or
 * runs already is left alone, also when several workers do this at once.
 */
export async function recoverJobs(queue: Queue): Promise<void> {
  await enqueueOpenErasures(queue)
  await queue.enqueue('purge', [{}], database())
  const searches = await listUnfinishedGuildSearches()
  await queue.enqueue(
    'search-guild',
    searches.map(({ scanId, guildId }) => ({ scanId, guildId: parseSnowflake(guildId) })),
    database(),
  )
  await enqueueRuns(queue, await listScansWithoutJob(), database())
  let after: PendingClipCursor | null = null
  do {
    const clips: PendingClipCursor[] = await listClipsWithoutJob(CHUNK, after)
    const payloads = clips.map(({ id }) => ({ clipId: parseSnowflake(id) }))
    await queue.enqueue('fetch-clip', payloads, database())
    after = clips.length === CHUNK ? (clips.at(-1) ?? null) : null
  } while (after)
}
