/** What Discord sent, where nothing about its shape is certain. */
export type Raw = Readonly<Record<string, unknown>>

/** The value as an object; one without keys when it is none. */
export function toRaw(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {}
}

/** The objects of a list; anything else is left out. */
export function rawList(value: unknown): Raw[] {
  return Array.isArray(value)
    ? value.filter((item): item is Raw => typeof item === 'object' && item !== null && !Array.isArray(item))
    : []
}

/** Text that is not empty, cut to `max` UTF-16 units, or null. */
export function textOf(value: unknown, max = 4096): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, max) : null
}

/** A length in pixels: a whole number above 0 that a 32-bit column holds, or null. */
export function pixelsOf(value: unknown): number | null {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < 2 ** 31 ? (value as number) : null
}

/** A size in bytes; 0 when it is not known. */
export function bytesOf(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0
}

/** Seconds, 0 or more, or null. */
export function secondsOf(value: unknown): number | null {
  return Number.isFinite(value) && (value as number) >= 0 ? (value as number) : null
}

/** A moment in ISO 8601 that both JavaScript and a database hold, or null. */
export function momentOf(value: unknown): Date | null {
  if (typeof value !== 'string') return null
  const moment = new Date(value)
  const year = moment.getUTCFullYear()
  return year >= 1970 && year < 10_000 ? moment : null
}

/** Bits of a flags field; 0 when it is none. */
export function flagsOf(value: unknown): number {
  return Number.isSafeInteger(value) ? (value as number) : 0
}
