import * as z from 'zod'
import { defineFault } from '../definition.ts'

/** An answer that comes when a test wants it. */
export const hold = defineFault({
  kind: 'hold',
  doc: 'The answer is held until the fault is removed or releases what it holds; it is right then.',
  strikes: 'request',
  options: {
    handled: z.boolean().default(true).describe('Whether what was asked for is done before the answer is held.'),
  },
  create: ({ handled }) => {
    const held = new Set<() => void>()
    return {
      request: {
        stage: handled ? 'answer' : 'arrival',
        strike: async ({ reply }) => {
          const { promise, resolve } = Promise.withResolvers<void>()
          held.add(resolve)
          reply.raw.once('close', resolve)
          await promise
          held.delete(resolve)
          return undefined
        },
      },
      release: () => {
        const count = held.size
        for (const letGo of held) letGo()
        held.clear()
        return count
      },
    }
  },
})
