import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'

const LIMIT = 5
const WINDOW_MS = 5_000

/**
 * Buckets per route and top-level resource with Discord's headers (https://docs.discord.com/developers/topics/rate-limits). With `enforce`, a request
 * beyond the limit gets 429 and does not prolong the block; without, the headers say that there is room.
 */
export function rateLimits(app: FastifyInstance, enforce: () => boolean): void {
  const buckets = new Map<string, { remaining: number; resetAt: number }>()

  app.addHook('onRequest', async (request, reply) => {
    const route = `${request.method} ${request.routeOptions.url ?? ''}`
    const now = Date.now()
    const key = `${route}:${topLevel(request)}`
    let bucket = buckets.get(key)
    if (!bucket || bucket.resetAt <= now) buckets.set(key, (bucket = { remaining: LIMIT, resetAt: now + WINDOW_MS }))
    const blocked = enforce() && bucket.remaining === 0
    if (enforce() && !blocked) bucket.remaining -= 1
    const after = (bucket.resetAt - now) / 1000
    void reply.headers({
      'x-ratelimit-limit': LIMIT,
      'x-ratelimit-remaining': bucket.remaining,
      'x-ratelimit-reset': (bucket.resetAt / 1000).toFixed(3),
      'x-ratelimit-reset-after': after.toFixed(3),
      'x-ratelimit-bucket': createHash('md5').update(route).digest('hex'),
    })
    if (!blocked) return
    void reply.headers({ 'retry-after': Math.ceil(after), 'x-ratelimit-scope': 'user' })
    return reply.code(429).send({ message: 'You are being rate limited.', retry_after: after, global: false })
  })
}

function topLevel(request: FastifyRequest): string {
  const params = request.params as Record<string, string>
  return params.channel ?? params.guild ?? ''
}
