/** Numbers that follow from a seed. */
export type Random = {
  /** From 0 to below 1. */
  next: () => number
  /** A whole number from 0 to below `end`. */
  below: (end: number) => number
  /** One of these; throws when there is none. */
  pick: <T>(from: readonly T[]) => T
}

/** mulberry32 (https://gist.github.com/tommyettinger/46a874533244883189143505d203312c): short, and good enough for dice. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d_2b_79_f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number) => Math.floor(next() * end)
  return {
    next,
    below,
    pick: (from) => {
      const index = below(from.length)
      if (index >= from.length) throw new RangeError('There is nothing to pick from.')
      return from[index] as (typeof from)[number]
    },
  }
}
