import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMigratedDatabase, type TestDatabase } from '../../tests/test-database.ts'
import { parseSnowflake } from '../core/snowflake.ts'
import { closeDb, database, initDb } from '../db/config.ts'
import { transaction } from '../db/transaction.ts'
import { openQueue, type Queue } from './queue.ts'

const log = pino({ level: 'silent' })
const clip = (id: number) => ({ clipId: parseSnowflake(String(id)) })

describe('the queue', { timeout: 30_000 }, () => {
  let db: TestDatabase
  let queue: Queue
  let done: string[]
  let work: (clipId: string) => Promise<void>

  beforeAll(async () => {
    db = await createMigratedDatabase()
    await initDb({ url: db.url })
    queue = await openQueue('worker', log)
    await queue.work('fetch-clip', 2, async ({ clipId }) => work(clipId))
  })
  afterAll(async () => {
    await queue?.stop(1_000)
    await closeDb()
    await db?.drop()
  })
  beforeEach(() => {
    done = []
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
})
