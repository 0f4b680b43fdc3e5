import { createHash } from 'node:crypto'
import * as z from 'zod'
import { defineFault } from '../definition.ts'

/** 429 (https://docs.discord.com/developers/topics/rate-limits#exceeding-a-rate-limit). */
export const rateLimited = defineFault({
  kind: 'rate-limited',
  doc: 'The request is refused with 429 as beyond a limit, and nothing is done.',
  strikes: 'request',
  options: {
    scope: z
      .enum(['user', 'global', 'shared'])
      .default('user')
      .describe('Whose limit it is: that of the route, of the whole bot, or of all who use the resource.'),
    retryAfter: z.number().min(0).default(1).describe('Seconds to wait, as the answer says.'),
    headers: z.boolean().default(true).describe('Whether the headers about the limit are there.'),
  },
  create: ({ scope, retryAfter, headers }, { clock }) => ({
    request: {
      stage: 'arrival',
      strike: ({ facts }) => ({
        answer: {
          status: 429,
          headers: {
            'content-type': 'application/json',
            ...(headers ? limitHeaders(scope, retryAfter, clock.now(), `${facts.method} ${facts.template}`) : {}),
          },
          body: JSON.stringify({
            message: scope === 'shared' ? 'The resource is being rate limited.' : 'You are being rate limited.',
            retry_after: retryAfter,
            global: scope === 'global',
          }),
        },
      }),
    },
  }),
})

function limitHeaders(scope: 'user' | 'global' | 'shared', retryAfter: number, now: number, route: string) {
  return {
    via: '1.1 google',
    'retry-after': Math.ceil(retryAfter),
    'x-ratelimit-scope': scope,
    ...(scope === 'global'
      ? { 'x-ratelimit-global': 'true' }
      : {
          'x-ratelimit-limit': 5,
          'x-ratelimit-remaining': 0,
          'x-ratelimit-reset': (now / 1000 + retryAfter).toFixed(3),
          'x-ratelimit-reset-after': retryAfter.toFixed(3),
          'x-ratelimit-bucket': createHash('md5').update(route).digest('hex'),
        }),
  }
}
