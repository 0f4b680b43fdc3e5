/** Inclusive range of message ids. */
export type IdRange = { low: bigint; high: bigint }

/**
 * Where reading newest-first must go on below `before` (exclusive): the highest id under it that is not covered, as a new `before`.
 * Null when everything below is covered.
 */
export function nextUncovered(covered: readonly IdRange[], before: bigint): bigint | null {
  let position = before
  for (const range of covered.toSorted((a, b) => (a.high > b.high ? -1 : 1))) {
    if (range.low >= position) continue
    if (range.high < position - 1n) break
    position = range.low
  }
  return position <= 0n ? null : position
}

/** Parses the text form of a Postgres int8multirange, whose ranges are `[low,high)`. */
export function parseRanges(text: string): IdRange[] {
  return [...text.matchAll(/\[(\d+),(\d+)\)/g)].map(([, low, high]) => ({
    low: BigInt(low ?? 0),
    high: BigInt(high ?? 0) - 1n,
  }))
}
