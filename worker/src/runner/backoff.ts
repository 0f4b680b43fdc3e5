import { MINUTE, SECOND } from '@dcs/shared/core'

/** Growing waits: `initialMs`, then `multiplier` times as long each, at most `maxMs`. */
export type Backoff = { initialMs: number; maxMs: number; multiplier: number }

export const defaultBackoff: Backoff = { initialMs: SECOND, maxMs: MINUTE, multiplier: 2 }

/** The wait after the `failures`th failure in a row, counted from 1. */
export function waitAfter(failures: number, { initialMs, maxMs, multiplier }: Backoff): number {
  return Math.min(maxMs, initialMs * multiplier ** (failures - 1))
}
