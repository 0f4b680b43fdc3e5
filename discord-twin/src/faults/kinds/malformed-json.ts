import { defineFault } from '../definition.ts'
import { isJson, readPayload } from '../payload.ts'

/** JSON that no parser takes. */
export const malformedJson = defineFault({
  kind: 'malformed-json',
  doc: 'What was asked for is done, and the JSON of the answer ends in the middle, with a right Content-Length.',
  strikes: 'request',
  options: {},
  create: () => ({
    request: {
      stage: 'answer',
      accepts: isJson,
      strike: async ({ payload, reply }) => {
        const whole = await readPayload(payload)
        const part = whole.subarray(0, Math.max(1, Math.floor(whole.length / 2)))
        // Half of a digit is a digit, and half of "[]" is none.
        const broken = isParsed(part) ? Buffer.concat([part, Buffer.from('{')]) : part
        reply.removeHeader('content-length')
        return { payload: broken }
      },
    },
  }),
})

function isParsed(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString())
    return true
  } catch {
    return false
  }
}
