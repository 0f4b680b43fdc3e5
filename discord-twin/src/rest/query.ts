import { invalidForm } from './errors.ts'

/** A `limit` within its bounds. Throws Discord's form error. */
export function parseLimit(
  value: string | undefined,
  { fallback, max, min = 1 }: { fallback: number; max: number; min?: number },
): number {
  if (value === undefined) return fallback
  const limit = Number(value)
  if (!/^\d+$/.test(value)) throw invalidForm('limit', 'NUMBER_TYPE_COERCE', `Value "${value}" is not int.`)
  if (limit < min) throw invalidForm('limit', 'NUMBER_TYPE_MIN', `int value should be greater than or equal to ${min}.`)
  if (limit > max) throw invalidForm('limit', 'NUMBER_TYPE_MAX', `int value should be less than or equal to ${max}.`)
  return limit
}

/** An id. Throws Discord's form error. */
export function parseId(value: string | undefined, field: string): string | undefined {
  if (value === undefined || /^\d{1,20}$/.test(value)) return value
  throw invalidForm(field, 'NUMBER_TYPE_COERCE', `Value "${value}" is not snowflake.`)
}

/** A switch such as `with_counts`. Throws Discord's form error. */
export function parseFlag(value: string | undefined, field: string): boolean {
  if (value === undefined) return false
  if (/^(true|1)$/i.test(value)) return true
  if (/^(false|0)$/i.test(value)) return false
  throw invalidForm(field, 'BOOLEAN_TYPE_CONVERT', 'Must be either true or false.')
}

/** A moment in ISO 8601. Throws Discord's form error. */
export function parseTime(value: string | undefined, field: string): Date | undefined {
  if (value === undefined) return undefined
  const time = new Date(value)
  if (/^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(time.getTime())) return time
  throw invalidForm(field, 'DATE_TIME_TYPE_PARSE', `Could not parse ${value}. Should be ISO8601.`)
}
