import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addCoverage, listCoverage, transaction } from '../../src/db/index.ts'
import { nextUncovered } from '../../src/domain/index.ts'
import { atOnce, newChannel, useDatabase } from './fixtures.ts'

fc.configureGlobal({ seed: 7 })
useDatabase()

const BASE = 1_234_567_890_123_456_000n
const range = (low: number, high: number) => ({ low: BASE + BigInt(low), high: BASE + BigInt(high) })

describe('what has been read of a channel', () => {
  it('is nothing at first', async () => {
    expect(await listCoverage(await newChannel())).toEqual([])
  })

  it('grows by ranges; those that touch or overlap become one', async () => {
    const channelId = await newChannel()
    await addCoverage(channelId, range(50, 99))
    await addCoverage(channelId, range(0, 10))
    expect(await listCoverage(channelId)).toEqual([range(0, 10), range(50, 99)])
    await addCoverage(channelId, range(100, 120))
    expect(await listCoverage(channelId)).toEqual([range(0, 10), range(50, 120)])
    await addCoverage(channelId, range(5, 49))
    expect(await listCoverage(channelId)).toEqual([range(0, 120)])
    await addCoverage(channelId, range(7, 7))
    expect(await listCoverage(channelId)).toEqual([range(0, 120)])
  })

  it('keeps single ids and ids of every length exactly', async () => {
    const channelId = await newChannel()
    for (const id of [1n, 99_999_999_999_999_999n, 9_007_199_254_740_993n, 1_000_000_000_000_000_001n])
      await addCoverage(channelId, { low: id, high: id })
    expect((await listCoverage(channelId)).map(({ low, high }) => [low, high])).toEqual(
      [1n, 9_007_199_254_740_993n, 99_999_999_999_999_999n, 1_000_000_000_000_000_001n].map((id) => [id, id]),
    )
  })

  it('loses no range when 50 add at once', async () => {
    const channelId = await newChannel()
    await atOnce(50, (index) => addCoverage(channelId, range(index * 10, index * 10 + 9)))
    expect(await listCoverage(channelId)).toEqual([range(0, 499)])
  })

  it('is taken back with the transaction', async () => {
    const channelId = await newChannel()
    const failing = transaction(async (tx) => {
      await addCoverage(channelId, range(0, 9), tx)
      expect(await listCoverage(channelId, tx)).toEqual([range(0, 9)])
      throw new Error('stop')
    })
    await expect(failing).rejects.toThrow('stop')
    expect(await listCoverage(channelId)).toEqual([])
  })

  it('leads from gap to gap down to the first id, in any order of reading, without reading an id twice', async () => {
    const anyRange = fc
      .tuple(fc.bigInt({ min: 0n, max: 60n }), fc.bigInt({ min: 0n, max: 20n }))
      .map(([low, length]) => ({ low, high: low + length }))
    await fc.assert(
      fc.asyncProperty(fc.array(anyRange, { maxLength: 5 }), async (known) => {
        const channelId = await newChannel()
        for (const part of known) await addCoverage(channelId, part)
        const isKnown = (id: bigint) => known.some(({ low, high }) => low <= id && id <= high)
        const read: bigint[] = []
        let before = nextUncovered(await listCoverage(channelId), 81n)
        while (before !== null) {
          const high = before - 1n
          let low = high
          while (low > 0n && high - low < 6n && !isKnown(low - 1n)) low--
          for (let id = high; id >= low; id--) read.push(id)
          await addCoverage(channelId, { low, high })
          before = nextUncovered(await listCoverage(channelId), 81n)
        }
        const unknown = Array.from({ length: 81 }, (_, index) => 80n - BigInt(index)).filter((id) => !isKnown(id))
        expect(read).toEqual(unknown)
        expect(await listCoverage(channelId)).toEqual([{ low: 0n, high: expect.any(BigInt) }])
      }),
      { numRuns: 15 },
    )
  })
})
