import * as z from 'zod'
import { defineFault } from '../definition.ts'
import { htmlPage } from '../html-page.ts'

/** What Cloudflare answers for Discord after 10,000 invalid requests in 10 minutes (https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans). */
export const cloudflareBan = defineFault({
  kind: 'cloudflare-ban',
  doc: 'Cloudflare refuses the request with 429 and a page of HTML, without any header of a limit of Discord.',
  strikes: 'request',
  options: {
    retryAfter: z.int().min(0).default(3600).describe('Seconds of the Retry-After header.'),
    headers: z.boolean().default(true).describe('Whether there is a Retry-After header.'),
  },
  create: ({ retryAfter, headers }) => ({
    request: {
      stage: 'arrival',
      strike: () => ({
        answer: {
          status: 429,
          headers: {
            'content-type': 'text/html; charset=UTF-8',
            server: 'cloudflare',
            'cf-ray': '8f00000000000000-FRA',
            ...(headers ? { 'retry-after': retryAfter } : {}),
          },
          body: htmlPage('Error 1015', 'You are being rate limited.'),
        },
      }),
    },
  }),
})
