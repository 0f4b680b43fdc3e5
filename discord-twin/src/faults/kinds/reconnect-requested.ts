import * as z from 'zod'
import { defineFault } from '../definition.ts'
import type { Delivered } from '../gateway-hooks.ts'

/** Op 7 (https://docs.discord.com/developers/events/gateway#reconnect). */
export const reconnectRequested = defineFault({
  kind: 'reconnect-requested',
  doc: 'The gateway asks a session to reconnect and resume (op 7).',
  strikes: 'event',
  options: {
    on: z
      .enum(['now', 'event'])
      .default('now')
      .describe('At once for every session, or each time after an event was sent.'),
  },
  create: ({ on }, { gateway, countStrike }) =>
    on === 'now'
      ? {
          begin: () => {
            countStrike()
            gateway()?.requestReconnect(null)
          },
        }
      : {
          event: {
            // While a session starts it cannot be reached yet.
            accepts: ({ sessionId }) => gateway()?.connected().includes(sessionId) ?? false,
            strike: ({ sessionId }, next): Delivered => {
              const delivered = next()
              gateway()?.requestReconnect(sessionId)
              return delivered
            },
          },
        },
})
