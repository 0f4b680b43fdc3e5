import * as z from 'zod'
import { defineFault } from '../definition.ts'

/** An answer that starts late. */
export const slowHeaders = defineFault({
  kind: 'slow-headers',
  doc: 'What was asked for is done, and the answer starts late.',
  strikes: 'request',
  options: { delayMs: z.number().min(0).default(1_000).describe('Milliseconds until the first byte.') },
  create: ({ delayMs }, { sleep }) => ({
    request: {
      stage: 'answer',
      strike: async () => {
        await sleep(delayMs)
        return undefined
      },
    },
  }),
})
