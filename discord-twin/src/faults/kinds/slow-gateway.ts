import * as z from 'zod'
import { defineFault } from '../definition.ts'
import type { Delivered } from '../gateway-hooks.ts'

/** Events that come late, in their order. */
export const slowGateway = defineFault({
  kind: 'slow-gateway',
  doc: 'Each event is sent late; those that are struck keep their order.',
  strikes: 'event',
  options: { delayMs: z.number().min(0).default(1_000).describe('Milliseconds each event is late.') },
  create: ({ delayMs }, { sleep }) => {
    const late = async (send: () => Delivered) => {
      await sleep(delayMs)
      send()
    }
    return {
      event: {
        strike: (_delivery, next): Delivered => {
          void late(next)
          return 'later'
        },
      },
    }
  },
})
