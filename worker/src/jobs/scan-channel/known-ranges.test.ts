import { nextUncovered, type IdRange } from '@dcs/shared/domain'
import { describe, expect, it } from 'vitest'
import { KnownRanges } from './known-ranges.ts'

describe('KnownRanges', () => {
  it('says of every id what a set of all ids says, in whatever order ranges are added', () => {
    let seed = 7
    const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below
    for (let round = 0; round < 300; round++) {
      const ranges: IdRange[] = []
      const known = new KnownRanges([])
      const ids = new Set<number>()
      for (let count = random(8); count >= 0; count--) {
        const low = random(40)
        const high = low + random(9)
        ranges.push({ low: BigInt(low), high: BigInt(high) })
        known.add({ low: BigInt(low), high: BigInt(high) })
        for (let id = low; id <= high; id++) ids.add(id)
      }
      for (let id = 0; id < 50; id++) {
        expect(known.has(BigInt(id))).toBe(ids.has(id))
        expect(known.nextUncovered(BigInt(id))).toBe(nextUncovered(ranges, BigInt(id)))
        const isCovered = ids.has(id) && ids.has(id + 1) && ids.has(id + 2)
        expect(known.covers({ low: BigInt(id), high: BigInt(id + 2) })).toBe(isCovered)
      }
    }
  })

  it('begins with what was read before', () => {
    const known = new KnownRanges([
      { low: 0n, high: 4n },
      { low: 8n, high: 9n },
    ])
    expect(known.nextUncovered(10n)).toBe(8n)
    known.add({ low: 5n, high: 7n })
    expect(known.nextUncovered(10n)).toBeNull()
  })
})
