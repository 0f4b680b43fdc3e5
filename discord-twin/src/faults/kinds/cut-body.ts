import * as z from 'zod'
import { defineFault } from '../definition.ts'
import { hasBody, readPayload, sendPart } from '../payload.ts'

/** A body that ends before its length. */
export const cutBody = defineFault({
  kind: 'cut-body',
  doc: 'The headers are right, and the connection is closed before the body is whole.',
  strikes: 'request',
  options: {
    afterBytes: z
      .int()
      .min(0)
      .optional()
      .describe('How many bytes of the body come, but never all; half of them when left out.'),
  },
  create: ({ afterBytes }) => ({
    request: {
      stage: 'answer',
      accepts: hasBody,
      strike: async ({ payload, reply, request }) => {
        const whole = await readPayload(payload)
        await sendPart(reply, whole, Math.min(afterBytes ?? Math.floor(whole.length / 2), whole.length - 1))
        request.raw.socket.destroy()
        return 'taken' as const
      },
    },
  }),
})
