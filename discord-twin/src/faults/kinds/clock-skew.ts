import * as z from 'zod'
import { defineFault } from '../definition.ts'

/** A clock that does not agree with the client's. */
export const clockSkew = defineFault({
  kind: 'clock-skew',
  doc: 'The clock of Discord is ahead of that of the client, or behind: dates, new ids, times of limits and addresses, and the Date header.',
  strikes: 'time',
  options: { skewMs: z.int().describe('Milliseconds ahead; behind when negative.') },
  create: ({ skewMs }, { clock, countStrike }) => {
    let hasBegun = false
    return {
      begin: () => {
        hasBegun = true
        clock.skewMs += skewMs
        countStrike()
      },
      end: () => {
        if (hasBegun) clock.skewMs -= skewMs
      },
    }
  },
})
