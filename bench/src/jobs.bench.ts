import { setTimeout as wait } from 'node:timers/promises'
import { createLogger, parseSnowflake } from '@dcs/shared/core'
import { database, sql } from '@dcs/shared/db'
import { openQueue } from '@dcs/shared/jobs'
import { createReport } from './figures.ts'
import { openScratchDatabase } from './scratch-database.ts'

/** How soon a job begins, how many end in a second, and what waiting for them costs, with 64 places for jobs in a worker. */
const PLACES = 64
const BACKLOG = 100_000
const DRAINED = 5_000

const report = createReport('jobs', process.argv.includes('--json'))
const scratch = await openScratchDatabase()
const queue = await openQueue('worker', createLogger('bench', 'silent'))
let onJob: (clipId: string) => void = () => {}
try {
  await queue.work('fetch-clip', PLACES, async ({ clipId }) => onJob(clipId))
  report.say(`One worker with ${PLACES} places, on a queue without other work`)
  await measureIdle()
  await measureLatency()
  report.say(`While ${BACKLOG} jobs of another kind and as many delayed ones of the same wait`)
  await fillBacklog()
  await measureLatency(', behind a backlog')
  await measureDrain()
} finally {
  await queue.stop(2_000)
  await scratch.remove()
}

/** Statements of the whole database while nothing is to be done. */
async function measureIdle(): Promise<void> {
  const count = async () => {
    await wait(1_200)
    const { rows } = await database().execute<{ count: string }>(
      sql`select xact_commit as count from pg_stat_database where datname = current_database()`,
    )
    return Number(rows[0]?.count)
  }
  const [before, begun] = [await count(), performance.now()]
  await wait(10_000)
  report.add(
    'transactions a second while idle',
    ((await count()) - before) / ((performance.now() - begun) / 1_000),
    '/s',
    '<= 8',
  )
}

async function measureLatency(suffix = ''): Promise<void> {
  const times: number[] = []
  for (let id = 1; id <= 100; id++) {
    const begun = Promise.withResolvers<number>()
    onJob = () => begun.resolve(performance.now())
    await enqueue([id])
    const committed = performance.now()
    times.push(Math.max(0, (await begun.promise) - committed))
    await wait(5)
  }
  const sorted = times.toSorted((a, b) => a - b)
  report.add(`from commit to start, median${suffix}`, sorted[50] ?? 0, 'ms', '<= 20')
  report.add(`from commit to start, 95th of 100${suffix}`, sorted[95] ?? 0, 'ms', '<= 100')
}

async function measureDrain(): Promise<void> {
  const done = Promise.withResolvers<void>()
  let count = 0
  onJob = () => {
    if (++count === DRAINED) done.resolve()
  }
  const ids = Array.from({ length: DRAINED }, (_, index) => 1_000 + index)
  const begun = performance.now()
  for (let start = 0; start < ids.length; start += 1_000) await enqueue(ids.slice(start, start + 1_000))
  await done.promise
  report.add('jobs a second that do nothing', DRAINED / ((performance.now() - begun) / 1_000), '/s', '>= 300')
}

async function fillBacklog(): Promise<void> {
  await database().execute(sql`
    insert into pgboss.job (name, data, singleton_key, policy)
    select 'scan-channel', '{}', 'backlog ' || i, 'exclusive' from generate_series(1, ${BACKLOG}::int) i`)
  await database().execute(sql`
    insert into pgboss.job (name, data, singleton_key, policy, start_after, priority)
    select 'fetch-clip', '{}', 'later ' || i, 'exclusive', now() + interval '1 day', 0 from generate_series(1, ${BACKLOG}::int) i`)
  await database().execute(sql`analyze pgboss.job`)
}

function enqueue(ids: readonly number[]): Promise<void> {
  const payloads = ids.map((id) => ({ clipId: parseSnowflake(String(id)) }))
  return queue.enqueue('fetch-clip', payloads, database())
}
