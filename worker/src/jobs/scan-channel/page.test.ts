import { describe, expect, it } from 'vitest'
import { countUnread, provenRange } from './page.ts'

const page = (newest: number, count: number) => Array.from({ length: count }, (_, index) => String(newest - index))

describe('provenRange', () => {
  it('reaches from the oldest message of a full page up to where it was asked for', () => {
    expect(provenRange(page(1_000, 100), true, 5_000n)).toEqual({ low: 901n, high: 4_999n })
  })

  it('reaches up to the newest message when the newest were asked for: more may have come since', () => {
    expect(provenRange(page(1_000, 100), true, null)).toEqual({ low: 901n, high: 1_000n })
  })

  it('reaches up to a message that was heard of and is gone', () => {
    expect(provenRange(page(1_000, 100), true, null, 1_005n)).toEqual({ low: 901n, high: 1_005n })
    expect(provenRange(page(1_000, 100), true, null, 990n)).toEqual({ low: 901n, high: 1_000n })
    expect(provenRange(page(1_000, 100), true, 5_000n, 9_000n)).toEqual({ low: 901n, high: 4_999n })
    expect(provenRange([], false, null, 1_005n)).toEqual({ low: 0n, high: 1_005n })
  })

  it('reaches down to the beginning when the page is not full', () => {
    expect(provenRange(page(1_000, 99), false, 5_000n)).toEqual({ low: 0n, high: 4_999n })
    expect(provenRange(page(1_000, 1), false, null)).toEqual({ low: 0n, high: 1_000n })
    expect(provenRange([], false, 5_000n)).toEqual({ low: 0n, high: 4_999n })
  })

  it('does not reach down when a full page has messages that cannot be read', () => {
    expect(provenRange(page(1_000, 98), true, null)).toEqual({ low: 903n, high: 1_000n })
  })

  it('is nothing for a channel without messages', () => {
    expect(provenRange([], false, null)).toBeNull()
  })
})

describe('countUnread', () => {
  it('leaves out what lies in a range read before, both ends included', () => {
    const range = { low: 1n, high: 10n }
    expect(countUnread(page(10, 10), range, [{ low: 3n, high: 5n }])).toBe(7)
    expect(countUnread(page(10, 10), range, [{ low: 0n, high: 1n }])).toBe(9)
    expect(countUnread(page(10, 10), range, [{ low: 10n, high: 12n }])).toBe(9)
    expect(countUnread(page(10, 10), range, [{ low: 11n, high: 12n }])).toBe(10)
    expect(countUnread(page(10, 10), range, [])).toBe(10)
  })
})
