import { AppError } from '../../core/errors.ts'

/** Checks the id of a scan run before it reaches a statement, whose failure would spoil the caller's transaction. Throws `invalid-input`. */
export function requireScanRunId(runId: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(runId)) return runId
  throw new AppError('invalid-input', `runId: ${JSON.stringify(runId)} is not the id of a scan run (a UUID).`)
}
