/** Every kind of failure we understand; one table per boundary maps it to a status or an exit code. */
export type ErrorCode =
  | 'invalid-input'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'rate-limited'
  | 'too-large'
  | 'unavailable'
  | 'upstream'
  | 'unsupported'
  | 'internal'

type Options = { publicMessage?: string; cause?: unknown }

/** An error whose cause we understand. `message` is for logs and terminals; `publicMessage` may reach a user. */
export class AppError extends Error {
  override name = 'AppError'
  readonly code: ErrorCode
  readonly publicMessage: string | undefined

  constructor(code: ErrorCode, message: string, options: Options = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.publicMessage = options.publicMessage
  }
}

/** The work cannot be done now (rate limit, outage) and should be tried again after `delayMs` without counting as an attempt. */
export class RetryLater extends AppError {
  override name = 'RetryLater'
  readonly delayMs: number

  constructor(message: string, delayMs: number, options: Options = {}) {
    super('unavailable', message, options)
    this.delayMs = delayMs
  }
}

/** Retrying cannot help: the channel is gone, access was lost, the file is corrupt. */
export class PermanentFailure extends AppError {
  override name = 'PermanentFailure'
}

/** The sentence that says what went wrong, with the causes below it; never a stack. */
export function describeError(error: unknown): string {
  if (error instanceof AggregateError && !error.message) return error.errors.map(describeError).join('; ')
  if (!(error instanceof Error)) return String(error)
  if (error.cause === undefined) return error.message
  const cause = describeError(error.cause)
  if (error.message.includes(cause)) return error.message
  return /[.!?]$/.test(error.message) ? `${error.message} (${cause})` : `${error.message}: ${cause}`
}

/** Fails to compile when a switch over a union misses a member; throws when a value from outside the types gets through. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`)
}
