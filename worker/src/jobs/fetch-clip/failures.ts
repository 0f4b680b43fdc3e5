import { AppError, PermanentFailure } from '@dcs/shared/core'

/** A clip that cannot be kept, ever: what is shown with it. */
export class ClipFailure extends PermanentFailure {
  override name = 'ClipFailure'
  readonly failureCode: string

  constructor(failureCode: string, message: string, options: { cause?: unknown } = {}) {
    super('unsupported', message, options)
    this.failureCode = failureCode
  }
}

/** Something went wrong in a way that another try may put right. */
export class FetchError extends AppError {
  override name = 'FetchError'
  readonly failureCode: 'size-mismatch' | 'download-failed' | 'timeout'

  constructor(failureCode: FetchError['failureCode'], message: string, options: { cause?: unknown } = {}) {
    super('upstream', message, options)
    this.failureCode = failureCode
  }
}

/** The clip is gone from Discord, and was not kept before. */
export function gone(cause?: unknown): ClipFailure {
  return new ClipFailure('gone', 'Discord no longer has this file. It was deleted before DCS could keep it.', { cause })
}
