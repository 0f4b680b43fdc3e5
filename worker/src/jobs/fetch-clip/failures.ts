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

/** A file of unknown size that has more bytes than are taken. */
export class TooBig extends ClipFailure {
  override name = 'TooBig'
  readonly maxBytes: number

  constructor(maxBytes: number) {
    super('too-big', `The file has more than ${Math.floor(maxBytes / 1_000_000)} MB, which is more than is kept.`)
    this.maxBytes = maxBytes
  }
}

/** The bytes are fine but not wanted: they do not keep to the limits of the channel. The message says which. */
export class LimitBroken extends Error {
  override name = 'LimitBroken'
}
