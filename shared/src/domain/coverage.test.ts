import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextUncovered, parseRanges, type IdRange } from './coverage.ts'

fc.configureGlobal({ seed: 7 })

const TOP = 40n
const anyRange = fc
  .tuple(fc.bigInt({ min: 0n, max: TOP }), fc.bigInt({ min: 0n, max: TOP }))
  .map(([a, b]): IdRange => (a < b ? { low: a, high: b } : { low: b, high: a }))

describe('where to read on', () => {
  it('is here when nothing has been read', () => {
    expect(nextUncovered([], 100n)).toBe(100n)
  })

  it('is below what has been read just under here', () => {
    expect(nextUncovered([{ low: 50n, high: 99n }], 100n)).toBe(50n)
  })

  it('is here when there is a gap above what has been read', () => {
    expect(nextUncovered([{ low: 50n, high: 98n }], 100n)).toBe(100n)
  })

  it('jumps over several ranges that touch, in any order', () => {
    const covered = [
      { low: 20n, high: 29n },
      { low: 40n, high: 49n },
      { low: 30n, high: 39n },
    ]
    expect(nextUncovered(covered, 50n)).toBe(20n)
  })

  it('is inside a range when here is inside it', () => {
    expect(nextUncovered([{ low: 10n, high: 90n }], 50n)).toBe(10n)
  })

  it('is nowhere when everything down to the first id has been read', () => {
    expect(nextUncovered([{ low: 0n, high: 99n }], 100n)).toBeNull()
    expect(nextUncovered([], 0n)).toBeNull()
  })

  it('keeps ids apart that are the same as a JavaScript number', () => {
    const high = 9_007_199_254_740_992n
    expect(nextUncovered([{ low: 5n, high }], high + 1n)).toBe(5n)
    expect(nextUncovered([{ low: 5n, high }], high + 2n)).toBe(high + 2n)
  })

  it('is right below the highest unread id, for any ranges', () => {
    fc.assert(
      fc.property(fc.array(anyRange, { maxLength: 8 }), fc.bigInt({ min: 0n, max: TOP + 2n }), (covered, before) => {
        const isCovered = (id: bigint) => covered.some(({ low, high }) => low <= id && id <= high)
        let highest = before - 1n
        while (highest >= 0n && isCovered(highest)) highest--
        expect(nextUncovered(covered, before)).toBe(highest < 0n ? null : highest + 1n)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('the text form of a multirange', () => {
  it('becomes inclusive ranges', () => {
    expect(parseRanges('{[1,2),[1000000000000000001,1234567890123456790)}')).toEqual([
      { low: 1n, high: 1n },
      { low: 1_000_000_000_000_000_001n, high: 1_234_567_890_123_456_789n },
    ])
    expect(parseRanges('{}')).toEqual([])
  })
})
