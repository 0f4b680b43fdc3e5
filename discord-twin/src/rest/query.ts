import { invalidForm } from './errors.ts'

/** A `limit` within its bounds. Throws Discord's form error. */
export function parseLimit(value: string | undefined, { fallback, max }: { fallback: number; max: number }): number {
  if (value === undefined) return fallback
  const limit = Number(value)
  if (!/^\d+$/.test(value)) throw invalidForm('limit', 'NUMBER_TYPE_COERCE', `Value "${value}" is not int.`)
  if (limit < 1) throw invalidForm('limit', 'NUMBER_TYPE_MIN', 'int value should be greater than or equal to 1.')
  if (limit > max) throw invalidForm('limit', 'NUMBER_TYPE_MAX', `int value should be less than or equal to ${max}.`)
  return limit
}

/** An id. Throws Discord's form error. */
export function parseId(value: string | undefined, field: string): string | undefined {
  if (value === undefined || /^\d{1,20}$/.test(value)) return value
  throw invalidForm(field, 'NUMBER_TYPE_COERCE', `Value "${value}" is not snowflake.`)
}
