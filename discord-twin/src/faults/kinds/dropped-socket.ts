import * as z from 'zod'
import { defineFault } from '../definition.ts'
import type { Delivered } from '../gateway-hooks.ts'

/** A gateway connection that breaks. */
export const droppedSocket = defineFault({
  kind: 'dropped-socket',
  doc: 'The connection of a session is cut; `after` counts events, and without `times` it happens again and again.',
  strikes: 'event',
  options: {
    on: z
      .enum(['event', 'now'])
      .default('event')
      .describe('Each time an event would be sent, or at once for every session.'),
    resumable: z.boolean().default(true).describe('Whether the session can be resumed; its events are kept then.'),
    sendFirst: z.boolean().default(false).describe('Whether the event is sent before the connection is cut.'),
    closeCode: z
      .int()
      .min(1000)
      .max(4999)
      .refine((code) => code === 1000 || code >= 4000, 'must be 1000 or from 4000 to 4999')
      .optional()
      .describe('Code of a close frame; the connection just breaks when left out.'),
  },
  create: ({ on, resumable, sendFirst, closeCode }, { gateway, countStrike }) =>
    on === 'now'
      ? {
          begin: () => {
            countStrike()
            gateway()?.drop(null, resumable, closeCode)
          },
        }
      : {
          event: {
            // While a session starts it cannot be reached yet.
            accepts: ({ sessionId }) => gateway()?.connected().includes(sessionId) ?? false,
            strike: ({ sessionId }, next): Delivered => {
              const delivered = sendFirst ? next() : 'later'
              gateway()?.drop(sessionId, resumable, closeCode)
              return delivered
            },
          },
        },
})
