const EPOCH_MS = 1_420_070_400_000

/**
 * Makes ids: time in the upper bits, a counter of its millisecond below, so that ids of one millisecond are different and in order
 * (https://docs.discord.com/developers/reference#snowflakes). Generated histories use the bits from 12 to 21, which these leave 0.
 */
export function createSnowflakes(now: () => number = Date.now) {
  const counters = new Map<number, number>()
  return function next(date: Date = new Date(now())): string {
    const at = date.getTime()
    const counter = counters.get(at) ?? 0
    counters.set(at, counter + 1)
    return ((BigInt(at - EPOCH_MS) << 22n) | BigInt(counter)).toString()
  }
}

/** The first id a moment can have. */
export function idAt(milliseconds: number): bigint {
  return BigInt(Math.max(0, milliseconds - EPOCH_MS)) << 22n
}

/** When the thing with this id was made. */
export function dateOf(id: string): Date {
  return new Date(Number(BigInt(id) >> 22n) + EPOCH_MS)
}

/** Numeric order. Ids have no leading zeros, so the longer one is the larger. */
export function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}

/** By id, oldest first. */
export function byId(a: { id: string }, b: { id: string }): number {
  return compareIds(a.id, b.id)
}
