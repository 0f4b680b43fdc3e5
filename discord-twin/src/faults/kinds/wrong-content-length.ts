import { Readable } from 'node:stream'
import * as z from 'zod'
import { defineFault } from '../definition.ts'
import { hasBody, readPayload } from '../payload.ts'

/** A Content-Length that is not that of the body. The connection is closed after it, so that no client waits forever. */
export const wrongContentLength = defineFault({
  kind: 'wrong-content-length',
  doc: 'The Content-Length header names more or fewer bytes than the body has.',
  strikes: 'request',
  options: {
    difference: z
      .int()
      .refine((bytes) => bytes !== 0, 'must not be 0')
      .default(10)
      .describe('Bytes too many; fewer than the body has when negative.'),
  },
  create: ({ difference }) => ({
    request: {
      stage: 'answer',
      accepts: hasBody,
      strike: async ({ payload, reply }) => {
        const whole = await readPayload(payload)
        void reply.headers({ 'content-length': Math.max(0, whole.length + difference), connection: 'close' })
        // The length of a stream is not corrected on the way.
        return { payload: Readable.from([whole]) }
      },
    },
  }),
})
