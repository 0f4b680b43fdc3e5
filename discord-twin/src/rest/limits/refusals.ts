import { createHash, randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { Clock } from '../../clock.ts'
import type { Rule } from './table.ts'
import type { Taken } from './windows.ts'

/** The headers that tell a client the state of a bucket; `reset` is by the twin's clock. */
export function bucketHeaders({ bucket, limit }: Rule, { remaining, afterSeconds }: Taken, clock: Clock) {
  return {
    'x-ratelimit-limit': limit,
    'x-ratelimit-remaining': remaining,
    'x-ratelimit-reset': (clock.now() / 1_000 + afterSeconds).toFixed(3),
    'x-ratelimit-reset-after': afterSeconds.toFixed(3),
    'x-ratelimit-bucket': createHash('md5').update(bucket).digest('hex'),
  }
}

/** 429 of one bucket, or of a resource that all bots share (topics/rate-limits, exceeding a rate limit). */
export function refuse(reply: FastifyReply, scope: 'user' | 'shared', afterSeconds: number): FastifyReply {
  return reply
    .code(429)
    .headers({ 'retry-after': Math.ceil(afterSeconds), 'x-ratelimit-scope': scope, via: '1.1 google' })
    .send({
      message: scope === 'user' ? 'You are being rate limited.' : 'The resource is being rate limited.',
      retry_after: afterSeconds,
      global: false,
    })
}

/** 429 of all requests of a bot; it names no bucket. */
export function refuseGlobally(reply: FastifyReply, afterSeconds: number): FastifyReply {
  return reply
    .code(429)
    .headers({
      'retry-after': Math.ceil(afterSeconds),
      'x-ratelimit-global': 'true',
      'x-ratelimit-scope': 'global',
      via: '1.1 google',
    })
    .send({ message: 'You are being rate limited.', retry_after: afterSeconds, global: true })
}

/** What Cloudflare answers in Discord's place: a page, no JSON and no limit headers. */
export function refuseAsCloudflare(reply: FastifyReply, afterSeconds: number): FastifyReply {
  return reply
    .code(429)
    .headers({
      'retry-after': Math.ceil(afterSeconds),
      'cf-ray': `${randomBytes(8).toString('hex')}-FRA`,
      server: 'cloudflare',
      'cache-control': 'private, max-age=0, no-store, no-cache',
    })
    .type('text/html; charset=UTF-8')
    .send(
      '<!doctype html>\n<html lang="en"><head><title>Access denied | discord.com used Cloudflare to restrict access</title></head>' +
        '<body><h1>Error 1015</h1><p>You are being rate limited</p></body></html>\n',
    )
}
