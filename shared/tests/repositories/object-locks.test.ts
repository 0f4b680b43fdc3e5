import { describe, expect, it, vi } from 'vitest'
import { withObjectLocks } from '../../src/db/index.ts'
import { atOnce, rows, useDatabase } from './fixtures.ts'

useDatabase()

const [one, two, three] = ['1', '2', '3'].map((digit) => digit.repeat(64)) as [string, string, string]

describe('the locks of objects', () => {
  it('let nobody else in while one works on the same object', async () => {
    const inside: number[] = []
    let most = 0
    await atOnce(8, (index) =>
      withObjectLocks([one], async () => {
        inside.push(index)
        most = Math.max(most, inside.length)
        await rows('select pg_sleep(0.01)')
        inside.splice(inside.indexOf(index), 1)
      }),
    )
    expect(most).toBe(1)
  })

  it('never wait for each other in a circle, in whatever order the objects are named', async () => {
    const orders = [
      [one, two, three],
      [three, two, one],
      [two, one, two],
    ]
    const done = await atOnce(15, (index) => withObjectLocks(orders[index % 3]!, async () => index))
    expect(done).toHaveLength(15)
  })

  it('do not stop work on other objects', async () => {
    let inner = false
    await withObjectLocks([one], () => withObjectLocks([two], async () => void (inner = true)))
    expect(inner).toBe(true)
  })

  it('are given back when the work fails', async () => {
    await expect(withObjectLocks([one], () => Promise.reject(new Error('full disk')))).rejects.toThrow('full disk')
    await vi.waitFor(async () => expect(await withObjectLocks([one], async () => 'free')).toBe('free'))
  })
})
