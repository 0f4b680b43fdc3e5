import * as z from 'zod'
import { defineFault } from '../definition.ts'
import { htmlPage } from '../html-page.ts'

const MESSAGES = { 500: 'Internal Server Error', 502: 'Bad Gateway', 503: 'Service Unavailable' } as const

/** An error of Discord or of the proxy in front of it. */
export const serverError = defineFault({
  kind: 'server-error',
  doc: 'The answer is 500, 502 or 503; `times` makes it a burst.',
  strikes: 'request',
  options: {
    status: z
      .union([z.literal(500), z.literal(502), z.literal(503)])
      .default(500)
      .describe('The status.'),
    body: z
      .enum(['json', 'html'])
      .optional()
      .describe('What the body is; when left out JSON for 500, and for the others the HTML of a proxy.'),
    handled: z.boolean().default(false).describe('Whether what was asked for is done all the same.'),
  },
  create: ({ status, body = status === 500 ? 'json' : 'html', handled }) => ({
    request: {
      stage: handled ? 'answer' : 'arrival',
      strike: () => ({
        answer:
          body === 'json'
            ? {
                status,
                headers: { 'content-type': 'application/json' },
                body: JSON.stringify({ message: `${status}: ${MESSAGES[status]}`, code: 0 }),
              }
            : {
                status,
                headers: { 'content-type': 'text/html; charset=UTF-8' },
                body: htmlPage(`${status} ${MESSAGES[status]}`, 'The server could not answer the request.'),
              },
      }),
    },
  }),
})
