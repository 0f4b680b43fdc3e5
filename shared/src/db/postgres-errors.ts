/** The SQLSTATE of a failed statement, however deep the library wrapped it; see https://www.postgresql.org/docs/current/errcodes-appendix.html. */
export function sqlState(error: unknown): string | undefined {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string' && /^[0-9A-Z]{5}$/.test(current.code)) return current.code
  }
  return undefined
}

/** True when a row named by a foreign key does not exist. */
export function isForeignKeyViolation(error: unknown): boolean {
  return sqlState(error) === '23503'
}

/** True when text was not a time, or one that does not exist. */
export function isInvalidTime(error: unknown): boolean {
  return ['22007', '22008'].includes(sqlState(error) ?? '')
}

/** True when a statement failed because of the values in it, so that it fails again however often it is tried. */
export function isDataError(error: unknown): boolean {
  return /^2[23]/.test(sqlState(error) ?? '')
}

/** True when the connection broke or the server went away: nobody knows whether what was sent last was committed. */
export function isConnectionLost(error: unknown): boolean {
  if (/^(08|57P)/.test(sqlState(error) ?? '')) return true
  for (let current: unknown = error; current instanceof Error; current = current.cause)
    if ('syscall' in current || /^connection terminated|^client (was closed|has encountered)/i.test(current.message))
      return true
  return false
}
