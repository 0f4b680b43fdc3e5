import { sql } from 'drizzle-orm'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMigratedDatabase, type TestDatabase } from '../../tests/test-database.ts'
import { parseSnowflake } from '../core/snowflake.ts'
import { closeDb, database, initDb } from '../db/config.ts'
import { countJobFailures, listJobFailures, putJobFailure } from '../db/repositories/job-failures.repo.ts'
import { transaction } from '../db/transaction.ts'
import { retryJobFailure } from './failures.ts'
import { LIVE_PRIORITY } from './fetch-clip.ts'
import { listJobs } from './list-jobs.ts'
import { openQueue, type JobVerdict, type Queue } from './queue.ts'

const log = pino({ level: 'silent' })
const clip = (id: number) => ({ clipId: parseSnowflake(String(id)) })

describe('the queue', { timeout: 30_000 }, () => {
  let db: TestDatabase
  let queue: Queue
  let done: string[]
  let work: (clipId: string, signal: AbortSignal) => Promise<void>
  let verdict: () => JobVerdict | undefined
  let recorded: string[]
  const recordIn = (what: string) => async () => void recorded.push(what)

  beforeAll(async () => {
    db = await createMigratedDatabase()
    await initDb({ url: db.url })
    queue = await openQueue('worker', log)
    await queue.work('fetch-clip', 2, async ({ clipId }, { signal }) => {
      await work(clipId, signal)
      return verdict()
    })
  })
  afterAll(async () => {
    await queue?.stop(1_000)
    await closeDb()
    await db?.drop()
  })
  beforeEach(async () => {
    done = []
    recorded = []
    verdict = () => undefined
    await database().execute(sql`delete from job_failures`)
    work = async (clipId) => void done.push(clipId)
  })

  it('adds jobs if and only if the transaction commits', async () => {
    await expect(
      transaction(async (tx) => {
        await queue.enqueue('fetch-clip', [clip(1)], tx)
        throw new Error('rolled back')
      }),
    ).rejects.toThrow('rolled back')
    await transaction((tx) => queue.enqueue('fetch-clip', [clip(2)], tx))
    await vi.waitFor(() => expect(done).toEqual(['2']), 5_000)
  })

  it('works through a backlog without pausing between jobs', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => 100 + index)
    const begun = performance.now()
    await queue.enqueue('fetch-clip', ids.map(clip), database())
    await vi.waitFor(() => expect(done.toSorted()).toEqual(ids.map(String).toSorted()), 15_000)
    // With one job per lane and poll, this would take a minute.
    expect(performance.now() - begun).toBeLessThan(10_000)
  })

  it('does not add a job whose key waits or runs', async () => {
    const gate = Promise.withResolvers<void>()
    work = async (clipId) => {
      done.push(clipId)
      await gate.promise
    }
    await queue.enqueue('fetch-clip', [clip(3)], database())
    await vi.waitFor(() => expect(done).toEqual(['3']), 5_000)
    await queue.enqueue('fetch-clip', [clip(3), clip(4), clip(4)], database())
    await vi.waitFor(() => expect(done).toEqual(['3', '4']), 5_000)
    gate.resolve()
    await queue.enqueue('fetch-clip', [clip(5)], database())
    await vi.waitFor(() => expect(done).toContain('5'), 5_000)
    expect(done).toEqual(['3', '4', '5'])
  })

  it('refuses a payload that does not fit', async () => {
    await expect(queue.enqueue('fetch-clip', [{ clipId: 'x' as never }], database())).rejects.toThrow('Discord id')
  })

  it('does the most important job first, then the oldest, whatever the id says', async () => {
    const order: string[] = []
    const gate = Promise.withResolvers<void>()
    work = async (clipId) => {
      if (clipId === '900' || clipId === '901') return gate.promise
      order.push(clipId)
    }
    await queue.enqueue('fetch-clip', [clip(900), clip(901)], database())
    await vi.waitFor(async () => expect(await running()).toEqual(['900', '901']), 5_000)
    await queue.enqueue('fetch-clip', [clip(30), clip(9)], database(), { priority: -5 })
    await queue.enqueue('fetch-clip', [clip(20)], database(), { priority: 1 })
    await queue.enqueue('fetch-clip', [clip(40), clip(41)], database(), {
      priority: ({ clipId }) => (clipId === '41' ? 9 : -9),
    })
    expect(await queue.waiting('fetch-clip')).toBe(5)
    gate.resolve()
    await vi.waitFor(() => expect(order).toHaveLength(5), 5_000)
    expect(order).toEqual(['41', '20', '30', '9', '40'])
    expect(await queue.waiting('fetch-clip')).toBe(0)
  })

  it('does a job later when it was asked for later', async () => {
    await queue.enqueue('fetch-clip', [clip(50)], database(), { startAfterSeconds: 3_600 })
    expect(await queue.waiting('fetch-clip')).toBe(0)
    expect(await listJobs({ state: 'delayed' })).toMatchObject([{ key: '50', state: 'delayed' }])
    expect(await queue.cancel('fetch-clip', '50')).toBe(true)
    expect(await queue.cancel('fetch-clip', '50')).toBe(false)
    expect(await listJobs()).toEqual([])
  })

  it('takes a cancelled job out of the hands of whichever process does it', async () => {
    const ended = Promise.withResolvers<unknown>()
    work = (_clipId, signal) => until(signal).catch((reason) => Promise.reject(ended.resolve(reason)))
    await queue.enqueue('fetch-clip', [clip(60)], database())
    await vi.waitFor(async () => expect(await running()).toEqual(['60']), 5_000)
    const elsewhere = await openQueue('producer', log)
    expect(await elsewhere.cancel('fetch-clip', '60')).toBe(true)
    await elsewhere.stop(1_000)
    expect(await ended.promise).toMatchObject({ name: 'JobInterruption', kind: 'cancelled' })
    expect(await running()).toEqual([])
    expect(await countJobFailures()).toBe(0)
  })

  it('gives the jobs of a worker that stops to another at once, with no attempt used up', async () => {
    const other = await openQueue('worker', log)
    const taken = Promise.withResolvers<void>()
    // The first worker is full, so the job is the other one's.
    const gate = Promise.withResolvers<void>()
    work = async (clipId) => (clipId.startsWith('7') ? gate.promise : void done.push(clipId))
    await queue.enqueue('fetch-clip', [clip(70), clip(71)], database())
    await vi.waitFor(async () => expect(await running()).toEqual(['70', '71']), 5_000)
    await other.work('fetch-clip', 1, async (_payload, { signal }) => {
      taken.resolve()
      await until(signal)
    })
    await queue.enqueue('fetch-clip', [clip(80)], database())
    await taken.promise
    gate.resolve()
    await other.stop(5_000)
    await vi.waitFor(() => expect(done).toEqual(['80']), { timeout: 1_000, interval: 10 })
    expect(await attemptsOf('80')).toBe(1)
  })

  it('takes a job from a worker that does not listen when it stops, whatever that one does afterwards', async () => {
    const other = await openQueue('worker', log)
    const gate = Promise.withResolvers<void>()
    const late = Promise.withResolvers<void>()
    work = async (clipId) => (clipId.startsWith('7') ? gate.promise : void done.push(clipId))
    await queue.enqueue('fetch-clip', [clip(72), clip(73)], database())
    await vi.waitFor(async () => expect(await running()).toEqual(['72', '73']), 5_000)
    await other.work('fetch-clip', 1, () => late.promise)
    await queue.enqueue('fetch-clip', [clip(81)], database())
    await vi.waitFor(async () => expect(await running()).toEqual(['72', '73', '81']), 5_000)
    const stopped = other.stop(100)
    await stopped
    expect(await listJobs({ state: 'waiting' })).toMatchObject([{ key: '81', attempts: 0 }])
    late.resolve()
    gate.resolve()
    await vi.waitFor(() => expect(done).toEqual(['81']), 5_000)
  })

  it('keeps a job that fails for good, with what its rows say, until the same job succeeds', async () => {
    let isBroken = true
    verdict = () =>
      isBroken
        ? { code: 'gone', message: 'It is gone.', guildId: '5', channelId: '6', record: recordIn('first') }
        : undefined
    await queue.enqueue('fetch-clip', [clip(90)], database())
    await vi.waitFor(async () => expect(await countJobFailures('5')).toBe(1), 5_000)
    const [failure] = await listJobFailures({ guildId: '5' })
    expect(failure).toMatchObject({
      job: 'fetch-clip',
      key: '90',
      payload: { clipId: '90' },
      code: 'gone',
      attempts: 1,
    })
    expect(failure).toMatchObject({ message: 'It is gone.', guildId: '5', channelId: '6', state: 'failed' })
    expect(recorded).toEqual(['first'])
    expect(await countJobFailures('other')).toBe(0)
    isBroken = false
    await queue.enqueue('fetch-clip', [clip(90)], database())
    await vi.waitFor(async () => expect(await countJobFailures('5')).toBe(0), 5_000)
  })

  it('ends no job whose rows could not be changed', async () => {
    verdict = () => {
      verdict = () => undefined
      return {
        code: 'gone',
        message: '',
        guildId: null,
        channelId: null,
        record: () => Promise.reject(new Error('no')),
      }
    }
    await queue.enqueue('fetch-clip', [clip(91)], database())
    await vi.waitFor(async () => expect(await running()).toEqual(['91']), 5_000)
    // Nobody settles it; the next to find it without an owner does it again.
    expect(await countJobFailures()).toBe(0)
    await queue.cancel('fetch-clip', '91')
  })

  it('makes a payload that nobody understands a failure at once', async () => {
    await database().execute(sql`
      insert into pgboss.job (name, data, singleton_key, policy) values ('fetch-clip', '{"clip": 1, "guildId": "5"}', 'odd', 'exclusive')`)
    await vi.waitFor(async () => expect(await countJobFailures('5')).toBe(1), 5_000)
    const [failure] = await listJobFailures({ guildId: '5' })
    expect(failure).toMatchObject({ key: 'odd', code: 'invalid-input', payload: { clip: 1, guildId: '5' } })
    await expect(retryJobFailure(queue, failure!.id)).rejects.toMatchObject({ code: 'conflict' })
    expect(await listJobs()).toEqual([])
  })

  it('tries a failure again once, however many ask', async () => {
    const { id } = await addFailedClip()
    const answers = await Promise.all([retryJobFailure(queue, id), retryJobFailure(queue, id)])
    expect(answers.toSorted()).toEqual([false, true])
    await vi.waitFor(() => expect(done).toEqual(['95']), 5_000)
    await vi.waitFor(async () => expect(await countJobFailures()).toBe(0), 5_000)
    expect(await retryJobFailure(queue, id)).toBe(false)
  })

  it('puts the clips of a guild behind those of guilds with fewer that wait, and new ones before all', async () => {
    const { id } = await addFailedClip()
    await retryJobFailure(queue, id)
    await vi.waitFor(() => expect(done).toEqual(['95']), 5_000)
    done = []
    await addPendingClips('5', 5_000, 30)
    await addPendingClips('8', 6_000, 2)
    const gate = Promise.withResolvers<void>()
    work = async (clipId) => (clipId.startsWith('9') ? gate.promise : void done.push(clipId))
    await queue.enqueue('fetch-clip', [clip(900), clip(901)], database())
    await vi.waitFor(async () => expect(await running()).toEqual(['900', '901']), 5_000)
    await queue.enqueue(
      'fetch-clip',
      Array.from({ length: 30 }, (_, index) => clip(5_000 + index)),
      database(),
    )
    await queue.enqueue('fetch-clip', [clip(6_000), clip(6_001)], database())
    await queue.enqueue('fetch-clip', [clip(7_000)], database(), { priority: LIVE_PRIORITY })
    gate.resolve()
    await vi.waitFor(() => expect(done).toHaveLength(33), 5_000)
    expect(done.slice(0, 3)).toEqual(['7000', '6000', '6001'])
  })

  it('shows a failure as being retried until that fails or succeeds', async () => {
    const { id } = await addFailedClip()
    verdict = () => ({ code: 'again', message: 'Still.', guildId: '5', channelId: null })
    const gate = Promise.withResolvers<void>()
    work = () => gate.promise
    await retryJobFailure(queue, id)
    expect(await listJobFailures()).toMatchObject([{ id, state: 'retrying', code: 'gone' }])
    gate.resolve()
    await vi.waitFor(async () =>
      expect(await listJobFailures()).toMatchObject([{ id, state: 'failed', code: 'again' }]),
    )
  })
})

/** Waits for nothing but the signal. */
function until(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

async function running(): Promise<string[]> {
  const listed = await listJobs({ state: 'running' })
  return listed.map(({ key }) => key).toSorted()
}

async function attemptsOf(key: string): Promise<number> {
  const { rows } = await database().execute<{ attempts: number }>(
    sql`select retry_count + 1 as attempts from pgboss.job where singleton_key = ${key}`,
  )
  return rows[0]?.attempts ?? 0
}

async function addPendingClips(guildId: string, first: number, count: number): Promise<void> {
  const channelId = `${guildId}6`
  await database().execute(sql`insert into bot_guilds (guild_id, name) values (${guildId}, 'g') on conflict do nothing`)
  await database().execute(
    sql`insert into bot_channels (channel_id, guild_id, name) values (${channelId}, ${guildId}, 'c') on conflict do nothing`,
  )
  await database().execute(sql`
    insert into clips (id, guild_id, channel_id, message_id, posted_at, filename, size_bytes, url, source, author_id, author_name)
    select i::text, ${guildId}, ${channelId}, '94', now(), 'a.mp4', 1, 'https://x/a.mp4', 'attachment', '3', 'n'
    from generate_series(${first}::int, ${first + count - 1}::int) i`)
}

/** A clip whose fetching failed, as it is stored. */
async function addFailedClip(): Promise<{ id: string }> {
  await database().execute(sql`insert into bot_guilds (guild_id, name) values ('5', 'g') on conflict do nothing`)
  await database().execute(
    sql`insert into bot_channels (channel_id, guild_id, name) values ('6', '5', 'c') on conflict do nothing`,
  )
  await database().execute(sql`
    insert into clips (id, guild_id, channel_id, message_id, posted_at, filename, size_bytes, url, state, source, author_id, author_name)
    values ('95', '5', '6', '94', now(), 'a.mp4', 1, 'https://x/a.mp4', 'failed', 'attachment', '3', 'n')
    on conflict (id) do update set state = 'failed'`)
  await putJobFailure({
    job: 'fetch-clip',
    key: '95',
    payload: { clipId: '95' },
    guildId: '5',
    channelId: '6',
    code: 'gone',
    message: 'It is gone.',
    attempts: 1,
  })
  const [failure] = await listJobFailures()
  return failure!
}
