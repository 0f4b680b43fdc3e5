import type { IdRange } from '@dcs/shared/domain'

/** What is known to be read while a turn reads on: ranges of ids that neither overlap nor touch, newest first. */
export class KnownRanges {
  #ranges: IdRange[] = []

  constructor(ranges: readonly IdRange[]) {
    for (const range of ranges) this.add(range)
  }

  add({ low, high }: IdRange): void {
    const above = this.#ranges.filter((range) => range.low > high + 1n)
    const below = this.#ranges.filter((range) => range.high < low - 1n)
    const touched = this.#ranges.slice(above.length, this.#ranges.length - below.length)
    const lowest = touched.at(-1)?.low ?? low
    const highest = touched[0]?.high ?? high
    this.#ranges = [...above, { low: lowest < low ? lowest : low, high: highest > high ? highest : high }, ...below]
  }

  has(id: bigint): boolean {
    return this.#ranges.some(({ low, high }) => low <= id && id <= high)
  }

  covers({ low, high }: IdRange): boolean {
    return this.#ranges.some((range) => range.low <= low && high <= range.high)
  }

  /** Where reading newest-first must go on below `before` (exclusive), as a new `before`; null when everything below is known. */
  nextUncovered(before: bigint): bigint | null {
    const next = this.#ranges.find(({ low, high }) => low < before && before - 1n <= high)?.low ?? before
    return next <= 0n ? null : next
  }
}
