import { AppError, type ErrorCode } from '@dcs/shared/core'
import { SettingsError } from '@dcs/shared/settings'
import * as z from 'zod'

/** What a caller is told: never more than these words. */
export type Problem = { status: number; code: ErrorCode; message: string; fields?: Record<string, string> }

const ANSWERS: Record<ErrorCode, { status: number; message: string }> = {
  'invalid-input': { status: 400, message: 'Something in the request is not as it should be.' },
  unauthenticated: { status: 401, message: 'Sign in first.' },
  forbidden: { status: 403, message: 'You may not do this.' },
  'not-found': { status: 404, message: 'There is nothing here.' },
  conflict: { status: 409, message: 'This cannot be done in the present state.' },
  'rate-limited': { status: 429, message: 'Too many requests. Try again in a moment.' },
  'too-large': { status: 413, message: 'This is larger than what is taken here.' },
  unavailable: { status: 503, message: 'A part of the product is not available right now. Try again in a moment.' },
  upstream: { status: 502, message: 'Discord did not answer as expected. Try again in a moment.' },
  unsupported: { status: 415, message: 'This is not supported.' },
  internal: { status: 500, message: 'Something went wrong on our side.' },
}

const DATABASE_DOWN = 'The database cannot be reached right now. Try again in a moment.'

/** Sorts anything thrown into what may be said about it. */
export function toProblem(error: unknown): Problem {
  if (error instanceof z.ZodError) {
    const fields = Object.fromEntries(error.issues.map((issue) => [issue.path.join('.') || 'body', issue.message]))
    const list = Object.entries(fields).map(([field, message]) => `${field}: ${message}`)
    return { status: 400, code: 'invalid-input', message: list.join('; '), fields }
  }
  if (error instanceof SettingsError && error.publicMessage !== undefined) {
    const fields = Object.fromEntries(
      error.issues.map(({ path, message }) => [path.map(String).join('.') || 'body', message]),
    )
    return { status: 400, code: 'invalid-input', message: Object.values(fields).join(' '), fields }
  }
  if (error instanceof AppError) {
    const answer = ANSWERS[error.code]
    return { status: answer.status, code: error.code, message: error.publicMessage ?? answer.message }
  }
  if (isConnectionLost(error))
    return { status: ANSWERS.unavailable.status, code: 'unavailable', message: DATABASE_DOWN }
  return { ...ANSWERS.internal, code: 'internal' }
}

const CONNECTION_CODES = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|57P0|08|53300)/
const CONNECTION_WORDS =
  /connection terminated|timeout exceeded when trying to connect|connection ended|cannot use a pool after/i

function isConnectionLost(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof AggregateError && at.errors.some(isConnectionLost)) return true
    if ('code' in at && CONNECTION_CODES.test(String(at.code))) return true
    if (CONNECTION_WORDS.test(at.message)) return true
  }
  return false
}
