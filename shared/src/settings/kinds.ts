import * as z from 'zod'
import { isPattern } from '../domain/patterns.ts'
import { cronAliases, isCron } from './cron.ts'

/** What a form needs to know to offer a control for a setting. */
export type SettingInput =
  | { kind: 'switch' }
  | { kind: 'number'; min: number; max: number; whole: boolean }
  | { kind: 'choice'; options: readonly string[] }
  | { kind: 'text'; format: 'time-zone' | 'schedule' | 'pattern'; maxLength: number }
  | { kind: 'list'; itemsMax: number }

/** A kind of value: how it is checked, how it is entered, and what is allowed in one phrase. */
export type SettingKind<S extends z.ZodType> = { schema: S; input: SettingInput; allowed: string }

const patternLengthMax = 500
const itemsMax = 50

/** On or off. */
export function onOff() {
  return { schema: z.boolean(), input: { kind: 'switch' as const }, allowed: 'true or false' }
}

/** A whole number, both ends included. */
export function wholeNumber(min: number, max: number) {
  return {
    schema: z.number().int().min(min).max(max),
    input: { kind: 'number' as const, min, max, whole: true },
    allowed: `a whole number from ${min} to ${max}`,
  }
}

/** A number, both ends included. */
export function number(min: number, max: number) {
  return {
    schema: z.number().min(min).max(max),
    input: { kind: 'number' as const, min, max, whole: false },
    allowed: `a number from ${min} to ${max}`,
  }
}

/** One of a few words. */
export function choice<const T extends readonly [string, ...string[]]>(options: T) {
  return {
    schema: z.enum(options),
    input: { kind: 'choice' as const, options },
    allowed: options.map((option) => JSON.stringify(option)).join(' or '),
  }
}

/** A time zone by its IANA name. */
export function timeZone() {
  return {
    schema: z.string().max(64).refine(isTimeZone),
    input: { kind: 'text' as const, format: 'time-zone' as const, maxLength: 64 },
    allowed: 'the name of an IANA time zone, such as "UTC" or "Europe/Berlin"',
  }
}

/** A cron expression; with `extra`, also those words. */
export function schedule(extra: readonly string[] = []) {
  const words = [...cronAliases, ...extra]
  return {
    schema: z
      .string()
      .max(100)
      .refine((text) => words.includes(text) || isCron(text)),
    input: { kind: 'text' as const, format: 'schedule' as const, maxLength: 100 },
    allowed: `a cron expression of five fields, such as "*/30 * * * *", or one of ${words.join(', ')}`,
  }
}

/** A regular expression or none. In a stored object `""` says none, because `null` there means inherited. */
export function pattern() {
  return {
    schema: z
      .string()
      .max(patternLengthMax)
      .refine(isPattern)
      .transform((text): string | null => text || null),
    input: { kind: 'text' as const, format: 'pattern' as const, maxLength: patternLengthMax },
    allowed: `a regular expression in RE2's syntax (no look-ahead, no back-references) of at most ${patternLengthMax} characters, "" for none, or null to inherit`,
  }
}

/** A list of texts that all match `item`; `items` names them in the plural. */
export function list(item: RegExp, items: string) {
  return {
    schema: z.array(z.string().max(100).regex(item)).max(itemsMax).readonly(),
    input: { kind: 'list' as const, itemsMax },
    allowed: `a list of at most ${itemsMax} ${items}`,
  }
}

function isTimeZone(name: string): boolean {
  // Intl also takes offsets such as +02:00, which are no zones: they know no summer time.
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    // Intl has no other way to say that it does not know a zone.
    return false
  }
}

/** Roles of the guild by their ids; the guild's own id is @everyone. */
export function roles() {
  return list(/^\d{17,20}$/, 'ids of roles, such as "41771983423143936"')
}
