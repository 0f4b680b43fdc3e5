import { parseSnowflake } from '@dcs/shared/core'
import {
  countPendingByGuild,
  isConnectionLost,
  keepScannedPages,
  lockScanRuns,
  notifyScan,
  storeClips,
  transaction,
  type NewClip,
  type ScannedPages,
  type Transaction,
} from '@dcs/shared/db'
import type { DailyCap } from '@dcs/shared/db'
import type { IdRange } from '@dcs/shared/domain'
import { COUNTED_CLIPS_MAX, type Queue } from '@dcs/shared/jobs'

/** Pages of one run to commit: their clips, and everything else about them but how many of the clips are new. */
export type Commit = {
  guildId: string
  clips: readonly NewClip[]
  dailyCap: DailyCap
  pages: Omit<ScannedPages, 'clipsAdded'>
  /** Tells whoever shows scans. */
  notifies: boolean
  /** The run ends with it. */
  isLast: boolean
}

/** What a commit came to; null: the run is no longer ours, and nothing was kept. */
export type Committed = { covered: readonly IdRange[]; newClips: number } | null

/** Commits that come within this time go together, in milliseconds: each costs the same however much is in it. */
const GATHER_MS = 500
/** The same, when a run waits for its last page. */
const GATHER_LAST_MS = 10
const TOGETHER_MAX = 200

/** How long a count of waiting clips holds, in milliseconds. */
const COUNT_HOLDS_MS = 2_000

type Waiting = {
  commit: Commit
  since: number
  resolve: (committed: Committed) => void
  reject: (error: unknown) => void
}

/**
 * Commits pages of all runs of this process: what many channels read at about the same time goes into the database in one transaction. When that fails,
 * each is committed alone, so that one channel's trouble is not another's; unless nobody knows whether it failed.
 */
export function createCommits(queue: Pick<Queue, 'enqueue'>): (commit: Commit) => Promise<Committed> {
  let waiting: Waiting[] = []
  let isWorking = false
  let timer: NodeJS.Timeout | undefined
  const prioritize = createPriorities()

  const work = async () => {
    const batch = waiting.slice(0, TOGETHER_MAX)
    waiting = waiting.slice(TOGETHER_MAX)
    isWorking = true
    await commitBatch(queue, prioritize, batch)
    isWorking = false
    schedule()
  }
  const schedule = () => {
    const [first] = waiting
    if (isWorking || !first) return
    const isHurried = waiting.length >= TOGETHER_MAX || waiting.some(({ commit }) => commit.isLast)
    const dueAt = first.since + (isHurried ? GATHER_LAST_MS : GATHER_MS)
    clearTimeout(timer)
    timer = setTimeout(() => void work(), Math.max(0, dueAt - performance.now()))
  }
  return (commit) =>
    new Promise((resolve, reject) => {
      waiting.push({ commit, since: performance.now(), resolve, reject })
      schedule()
    })
}

async function commitBatch(
  queue: Pick<Queue, 'enqueue'>,
  prioritize: Prioritize,
  batch: readonly Waiting[],
): Promise<void> {
  try {
    const results = await commitTogether(
      queue,
      prioritize,
      batch.map(({ commit }) => commit),
    )
    for (const [index, { resolve }] of batch.entries()) resolve(results[index] ?? null)
  } catch (error) {
    // What may have been committed all the same would be counted twice; a job that is tried again looks up what is covered first.
    if (batch.length === 1 || isConnectionLost(error)) {
      for (const { reject } of batch) reject(error)
      return
    }
    for (const one of batch) await commitBatch(queue, prioritize, [one])
  }
}

/** One transaction: clips and their jobs, then progress and coverage, of those runs that are still ours. */
async function commitTogether(
  queue: Pick<Queue, 'enqueue'>,
  prioritize: Prioritize,
  all: readonly Commit[],
): Promise<Committed[]> {
  const places = all.flatMap(({ notifies, guildId, pages: { channelId } }) =>
    notifies ? [{ guildId, channelId }] : [],
  )
  if (all.every(({ clips }) => clips.length === 0)) {
    const keep = (db?: Transaction) =>
      keepScannedPages(
        all.map(({ pages }) => ({ ...pages, clipsAdded: 0 })),
        db,
      )
    const covered =
      places.length === 0
        ? await keep()
        : await transaction(async (tx) => {
            await notifyScan(places, tx)
            return keep(tx)
          })
    return all.map(({ pages }) => toCommitted(covered.get(pages.channelId), 0))
  }
  return transaction(async (tx) => {
    const ours = await lockScanRuns(
      all.map(({ pages }) => pages.run),
      tx,
    )
    const kept = all.filter(({ pages }) => ours.has(pages.run.id))
    const caps = new Map(kept.map(({ pages, dailyCap }) => [pages.channelId, dailyCap]))
    const none = { perDay: 0, timeZone: 'UTC' }
    const newIds = new Set(
      await storeClips(
        kept.flatMap(({ clips }) => clips),
        (channelId) => caps.get(channelId) ?? none,
        tx,
      ),
    )
    const payloads = [...newIds].map((clipId) => ({ clipId: parseSnowflake(clipId) }))
    const guildOf = new Map(kept.flatMap(({ clips }) => clips.map(({ id, guildId }) => [id, guildId] as const)))
    const priorities = await prioritize([...newIds].map((id) => guildOf.get(id) ?? ''))
    const priorityOf = new Map([...newIds].map((id, index) => [id, priorities[index] ?? 0]))
    await queue.enqueue('fetch-clip', payloads, tx, { priority: ({ clipId }) => priorityOf.get(clipId) ?? 0 })
    const added = kept.map(({ clips }) => clips.filter(({ id }) => newIds.has(id)).length)
    const covered = await keepScannedPages(
      kept.map(({ pages }, index) => ({ ...pages, clipsAdded: added[index] ?? 0 })),
      tx,
    )
    await notifyScan(places, tx)
    return all.map((commit) => toCommitted(covered.get(commit.pages.channelId), added[kept.indexOf(commit)] ?? 0))
  })
}

function toCommitted(covered: readonly IdRange[] | undefined, newClips: number): Committed {
  return covered ? { covered, newClips } : null
}

type Prioritize = (guildIds: readonly string[]) => Promise<number[]>

/** The priorities of clips by how many of their guild wait already, as jobs have them by themselves, but counted rarely. */
function createPriorities(): Prioritize {
  const counts = new Map<string, { count: number; at: number }>()
  return async (guildIds) => {
    const now = performance.now()
    const old = [...new Set(guildIds)].filter((id) => (counts.get(id)?.at ?? -Infinity) < now - COUNT_HOLDS_MS)
    if (old.length > 0)
      for (const [id, count] of await countPendingByGuild(old, COUNTED_CLIPS_MAX)) counts.set(id, { count, at: now })
    return guildIds.map((id) => {
      const known = counts.get(id)
      if (!known) return 0
      known.count = Math.min(COUNTED_CLIPS_MAX, known.count + 1)
      return -known.count
    })
  }
}
