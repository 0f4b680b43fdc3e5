import * as z from 'zod'
import { defineFault } from '../definition.ts'

/** Events that come more than once. */
export const duplicateEvents = defineFault({
  kind: 'duplicate-events',
  doc: 'An event is sent more than once, with the same sequence number.',
  strikes: 'event',
  options: { copies: z.int().min(1).max(100).default(1).describe('How many times more.') },
  create: ({ copies }) => ({
    event: {
      strike: (_delivery, next) => {
        const delivered = next()
        for (let copy = 0; copy < copies; copy += 1) next()
        return delivered
      },
    },
  }),
})
