import * as z from 'zod'
import { defineFault } from '../definition.ts'
import type { Delivered, Delivery } from '../gateway-hooks.ts'

/** Events that come after later ones. */
export const outOfOrderEvents = defineFault({
  kind: 'out-of-order-events',
  doc: 'An event is sent after events that came later, with its own sequence number.',
  strikes: 'event',
  options: {
    holdBack: z.int().min(1).default(1).describe('After how many later events of the same session it is sent.'),
    atMostMs: z
      .number()
      .positive()
      .optional()
      .describe('How long it waits for them; until they come or the fault ends when left out.'),
  },
  create: ({ holdBack, atMostMs }, { sleep }) => {
    type Held = { delivery: Delivery; left: number; send: () => void }
    const held = new Set<Held>()
    const letGo = (event: Held) => {
      if (held.delete(event)) event.send()
    }
    return {
      event: {
        strike: (delivery, next): Delivered => {
          const event: Held = { delivery, left: holdBack, send: next }
          held.add(event)
          if (atMostMs !== undefined) void sleep(atMostMs).then(() => letGo(event))
          return 'later'
        },
        passed: (delivery) => {
          for (const event of held) {
            if (event.delivery === delivery || event.delivery.sessionId !== delivery.sessionId) continue
            event.left -= 1
            if (event.left <= 0) letGo(event)
          }
        },
      },
      end: () => [...held].forEach(letGo),
    }
  },
})
