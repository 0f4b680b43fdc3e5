import { describe, expect, it } from 'vitest'
import { countUnread, provenRange } from './page.ts'

const page = (newest: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: String(newest - index) }))

describe('provenRange', () => {
  it('reaches from the oldest message of a full page up to where it was asked for', () => {
    expect(provenRange(page(1_000, 100), 5_000n)).toEqual({ low: 901n, high: 4_999n })
  })

  it('reaches up to the newest message when the newest were asked for: more may have come since', () => {
    expect(provenRange(page(1_000, 100), null)).toEqual({ low: 901n, high: 1_000n })
  })

  it('reaches down to the beginning when the page is not full', () => {
    expect(provenRange(page(1_000, 99), 5_000n)).toEqual({ low: 0n, high: 4_999n })
    expect(provenRange(page(1_000, 1), null)).toEqual({ low: 0n, high: 1_000n })
    expect(provenRange([], 5_000n)).toEqual({ low: 0n, high: 4_999n })
  })

  it('is nothing for a channel without messages', () => {
    expect(provenRange([], null)).toBeNull()
  })

  it('compares ids as numbers, not as text', () => {
    const mixed = [...page(1_005, 50), ...page(999, 50)].toReversed()
    expect(provenRange(mixed, null)).toEqual({ low: 950n, high: 1_005n })
  })
})

describe('countUnread', () => {
  it('leaves out what lies in a range read before, both ends included', () => {
    expect(countUnread(page(10, 10), [{ low: 3n, high: 5n }])).toBe(7)
    expect(countUnread(page(10, 10), [])).toBe(10)
  })
})
