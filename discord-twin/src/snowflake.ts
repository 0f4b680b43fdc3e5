const EPOCH_MS = 1_420_070_400_000

/** Makes ids: time in the upper bits, a counter below, so that two of one millisecond differ. */
export function createSnowflakes() {
  let counter = 0n
  let last = 0n
  return function next(date: Date = new Date()): string {
    counter = (counter + 1n) & 0xfffn
    let id = (BigInt(date.getTime() - EPOCH_MS) << 22n) | counter
    if (id === last) id += 1n
    last = id
    return id.toString()
  }
}

/** When the thing with this id was made. */
export function dateOf(id: string): Date {
  return new Date(Number(BigInt(id) >> 22n) + EPOCH_MS)
}

/** Numeric order. */
export function compareIds(a: string, b: string): number {
  const [x, y] = [BigInt(a), BigInt(b)]
  return x < y ? -1 : x > y ? 1 : 0
}
