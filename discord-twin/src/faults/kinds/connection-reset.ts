import * as z from 'zod'
import { defineFault, type Hit } from '../definition.ts'
import { hasBody, readPayload, sendPart } from '../payload.ts'

/** A connection that breaks (RST). */
export const connectionReset = defineFault({
  kind: 'connection-reset',
  doc: 'The connection is reset before the answer, or in the middle of its body.',
  strikes: 'request',
  options: {
    when: z
      .enum(['arrived', 'handled', 'body'])
      .default('arrived')
      .describe(
        'Before anything is done, after what was asked for is done, or after half of the body; answers without a body are not struck then.',
      ),
  },
  create: ({ when }) => ({
    request: {
      stage: when === 'arrived' ? 'arrival' : 'answer',
      accepts: (hit) => when !== 'body' || hasBody(hit),
      strike: async (hit) => {
        if (when === 'body') {
          const whole = await readPayload(hit.payload)
          await sendPart(hit.reply, whole, Math.floor(whole.length / 2))
        }
        reset(hit)
        return 'taken' as const
      },
      ...(when === 'body' ? {} : { interrupt: reset }),
    },
  }),
})

function reset({ request }: Hit): void {
  request.isFaulted = true
  request.raw.socket.resetAndDestroy()
}
