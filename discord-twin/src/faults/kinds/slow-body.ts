import { Readable } from 'node:stream'
import * as z from 'zod'
import { defineFault } from '../definition.ts'
import { hasBody, readPayload } from '../payload.ts'

const STEPS_PER_SECOND = 20

/** A body that comes slowly, whole and with its right length. */
export const slowBody = defineFault({
  kind: 'slow-body',
  doc: 'The headers come at once and the body slowly; it is whole in the end.',
  strikes: 'request',
  options: { bytesPerSecond: z.int().min(1).default(1_024).describe('How fast the body comes.') },
  create: ({ bytesPerSecond }, { sleep }) => ({
    request: {
      stage: 'answer',
      accepts: hasBody,
      strike: async ({ payload, reply }) => {
        const whole = await readPayload(payload)
        void reply.header('content-length', whole.length)
        const step = Math.max(1, Math.floor(bytesPerSecond / STEPS_PER_SECOND))
        const slowly = async function* () {
          for (let at = 0; at < whole.length; at += step) {
            yield whole.subarray(at, at + step)
            await sleep((step / bytesPerSecond) * 1_000)
          }
        }
        return { payload: Readable.from(slowly()) }
      },
    },
  }),
})
