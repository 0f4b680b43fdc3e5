import { PermanentFailure } from '@dcs/shared/core'
import type { MediaFailureCode } from './inspection.ts'

/** A stored file that can never be shown: what is wrong with it, for programs and for people. */
export class MediaFailure extends PermanentFailure {
  override name = 'MediaFailure'
  readonly failureCode: MediaFailureCode

  constructor(failureCode: MediaFailureCode, message: string) {
    super('unsupported', message, { publicMessage: message })
    this.failureCode = failureCode
  }
}
