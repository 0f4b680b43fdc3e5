/** A well mixed 32-bit number for up to four numbers; the same ones always give the same. */
export function mix(a: number, b: number, c: number, d = 0): number {
  let hash = 0x9e3779b9 ^ a
  for (const value of [b, c, d]) {
    hash = Math.imul(hash ^ value, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash ^= hash >>> 16
  }
  return hash >>> 0
}

/** One of some things, by a hash. */
export function pick<T>(things: readonly T[], hash: number): T {
  const thing = things[hash % things.length]
  if (thing === undefined) throw new RangeError('There is nothing to pick from.')
  return thing
}
