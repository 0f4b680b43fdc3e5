import { createLogger } from '@dcs/shared/core'
import { closeDb, countRequests, database, initDb, purgeRequestLimits } from '@dcs/shared/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMigratedDatabase, type TestDatabase } from '../../shared/tests/test-database.ts'
import { createRequestLimits } from '../src/server/request-limits.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createMigratedDatabase()
  process.env.POSTGRES_DSN = db.url
  await initDb()
})
afterAll(async () => {
  await closeDb()
  await db.drop()
})

const start = (factor = 1, open: () => Promise<unknown> = async () => {}) =>
  createRequestLimits({ factor, secret: 'x'.repeat(32), log: createLogger('test', 'silent'), open })

/** How many of these requests get through. */
const through = async (requests: Promise<void>[]) =>
  (await Promise.allSettled(requests)).filter(({ status }) => status === 'fulfilled').length

describe('requests', () => {
  it('are all counted when many programs count at once, in whatever order', async () => {
    const keys = ['a', 'b', 'c', 'd']
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        countRequests((index % 2 ? keys : keys.toReversed()).map((key) => ({ key, points: 2, windowMs: 60_000 }))),
      ),
    )
    const counted = await countRequests(keys.map((key) => ({ key, points: 0, windowMs: 60_000 })))
    expect(Object.fromEntries(counted.map(({ key, points }) => [key, points]))).toEqual({
      a: 120,
      b: 120,
      c: 120,
      d: 120,
    })
    for (const { remainingMs } of counted) expect(remainingMs).toBeGreaterThan(0)
  })

  it('begin a new window when the last is over, and are forgotten then', async () => {
    await countRequests([{ key: 'old', points: 5, windowMs: 60_000 }])
    await database().$client.query(`update request_limits set expire = 1 where key = 'old'`)
    expect(await countRequests([{ key: 'old', points: 1, windowMs: 60_000 }])).toMatchObject([{ points: 1 }])
    await database().$client.query(`update request_limits set expire = 1 where key = 'old'`)
    expect(await purgeRequestLimits()).toBe(1)
  })
})

describe('limits', () => {
  it('let exactly as many changes of a person through as allowed, over two processes', async () => {
    const [first, second] = [start(), start()]
    const asks = Array.from({ length: 200 }, (_, index) => (index % 2 ? first : second).check('change', 'person', '1'))
    expect(await through(asks)).toBe(120)
    await expect(first.check('change', 'person', '2')).resolves.toBeUndefined()
    await expect(first.check('change', 'person', '1')).rejects.toMatchObject({
      code: 'rate-limited',
      retryAfterSeconds: expect.any(Number),
      publicMessage: expect.stringMatching(/^Too many requests\. Try again in \d+ seconds\.$/),
    })
    await Promise.all([first.stop(), second.stop()])
  })

  it('let exactly as many reads through as allowed, and the next process knows of them', async () => {
    const first = start(0.1)
    expect(await through(Array.from({ length: 100 }, () => first.check('read', 'person', '3')))).toBe(60)
    await first.stop()
    const second = start(0.1)
    await expect(second.check('read', 'person', '3')).rejects.toMatchObject({ code: 'rate-limited' })
    await second.stop()
  })

  it('keep addresses only as hashes that nobody without the secret can make', async () => {
    const limits = start()
    await limits.check('change', 'address', '203.0.113.77')
    const { rows } = await database().$client.query<{ key: string }>('select key from request_limits')
    expect(rows.some(({ key }) => key.startsWith('change:address:'))).toBe(true)
    expect(rows.every(({ key }) => !key.includes('203.0.113'))).toBe(true)
    await limits.stop()
  })

  it('refuse what cannot be counted when it changes something, and still limit reading', async () => {
    const limits = start(0.1, () => Promise.reject(new Error('the database is away')))
    await expect(limits.check('change', 'person', '4')).rejects.toMatchObject({ code: 'unavailable' })
    await expect(limits.check('sign-in', 'address', '4')).rejects.toMatchObject({ code: 'unavailable' })
    expect(await through(Array.from({ length: 100 }, () => limits.check('read', 'person', '4')))).toBe(60)
    await limits.stop()
  })
})
