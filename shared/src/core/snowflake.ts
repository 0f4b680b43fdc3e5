import * as z from 'zod'
import { AppError } from './errors.ts'

/** A Discord id: 64 bits as decimal text, never a number (https://docs.discord.com/developers/reference#snowflakes). */
export type Snowflake = string & { readonly __brand: 'Snowflake' }

/** First second of 2015, the epoch of Discord's snowflakes, in milliseconds. */
export const DISCORD_EPOCH_MS = 1_420_070_400_000

const MAX = (1n << 63n) - 1n
const PATTERN = /^(0|[1-9]\d{0,18})$/

/** True for decimal text that fits the 63 bits Discord uses. */
export function isSnowflake(value: unknown): value is Snowflake {
  return typeof value === 'string' && PATTERN.test(value) && BigInt(value) <= MAX
}

/** Checks text from outside. Throws `invalid-input` naming `field` when it is not a Discord id. */
export function parseSnowflake(value: unknown, field = 'id'): Snowflake {
  if (isSnowflake(value)) return value
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value)
  throw new AppError('invalid-input', `${field}: ${shown} is not a Discord id (17 to 19 digits as text).`)
}

/** Zod schema of a Discord id. */
export const zSnowflake = z.custom<Snowflake>(isSnowflake, { error: 'must be a Discord id: 17 to 19 digits as text' })

/** Numeric order, oldest first; ids of different length mix. */
export function compareSnowflakes(a: string, b: string): number {
  const [x, y] = [BigInt(a), BigInt(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

/** When the thing with this id was made. */
export function snowflakeToDate(id: string): Date {
  return new Date(Number(BigInt(id) >> 22n) + DISCORD_EPOCH_MS)
}

/** The lowest id that can have been made at this moment; 0 for a moment before Discord's epoch. */
export function dateToSnowflake(date: Date): Snowflake {
  return String(BigInt(Math.max(0, date.getTime() - DISCORD_EPOCH_MS)) << 22n) as Snowflake
}
