import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TwinContext } from '../context.ts'
import { bucketHeaders, refuse, refuseAsCloudflare, refuseGlobally } from './limits/refusals.ts'
import { CHANNEL_NAME, GLOBAL, ruleOf } from './limits/table.ts'

/**
 * Discord's limits (https://docs.discord.com/developers/topics/rate-limits): per bot, per bucket and top-level resource, per resource for all bots, and
 * per address for invalid requests. While they are not enforced, the headers say that there is room and nothing is refused.
 */
export function rateLimits(app: FastifyInstance, { limits, application, clock }: TwinContext): void {
  app.addHook('onRequest', async (request, reply) => {
    limits.countRequest()
    if (clock.skewMs !== 0) void reply.header('date', new Date(clock.now()).toUTCString())
    const bannedFor = limits.enforced ? limits.invalid.bannedFor(request.ip) : 0
    if (bannedFor > 0) {
      limits.countRefusal('cloudflare')
      return refuseAsCloudflare(reply, bannedFor)
    }
    const sender = request.headers.authorization ?? `address ${request.ip}`
    if (limits.enforced && !isInteraction(request, application.id)) {
      const { allowed, afterSeconds } = limits.windows.take(`global ${sender}`, GLOBAL)
      if (!allowed) {
        limits.countRefusal('global')
        return refuseGlobally(reply, afterSeconds)
      }
    }
    if (request.is404) return
    const rule = ruleOf(request.method, request.routeOptions.url ?? '')
    if (!limits.enforced) {
      const room = { allowed: true, remaining: rule.limit, afterSeconds: rule.windowMs / 1_000 / clock.speed }
      void reply.headers(bucketHeaders(rule, room, clock))
      return
    }
    const taken = limits.windows.take(`${rule.bucket} ${topLevel(request)} ${sender}`, rule)
    void reply.headers(bucketHeaders(rule, taken, clock))
    if (taken.allowed) return
    limits.countRefusal('user')
    return refuse(reply, 'user', taken.afterSeconds)
  })

  app.addHook('preHandler', async (request, reply) => {
    if (!limits.enforced || !changesName(request)) return
    const { channel = '' } = request.params as Record<string, string>
    const { allowed, afterSeconds } = limits.windows.take(`${CHANNEL_NAME.bucket} ${channel}`, CHANNEL_NAME)
    if (allowed) return
    limits.countRefusal('shared')
    return refuse(reply, 'shared', afterSeconds)
  })

  app.addHook('onSend', async (request, reply) => {
    const { statusCode } = reply
    if (statusCode !== 401 && statusCode !== 403 && statusCode !== 429) return
    // The ban itself is not counted, and neither is what a bot could not know.
    const isOthersDoing = reply.getHeader('x-ratelimit-scope') === 'shared' || reply.hasHeader('cf-ray')
    if (!isOthersDoing) limits.invalid.count(request.ip, limits.enforced)
  })
}

/** The resource in the path that has windows of its own. A webhook counts with its token, an answer to an interaction by itself. */
function topLevel(request: FastifyRequest): string {
  const { channel, guild, webhook, interaction, token } = request.params as Record<string, string | undefined>
  return channel ?? guild ?? [webhook ?? interaction, token].filter(Boolean).join(' ')
}

/** Answers to interactions and their webhook messages are not bound by the global limit. */
function isInteraction(request: FastifyRequest, applicationId: string): boolean {
  const { webhook, interaction, token } = request.params as Record<string, string | undefined>
  return token !== undefined && (interaction !== undefined || webhook === applicationId)
}

function changesName(request: FastifyRequest): boolean {
  const { body } = request
  return (
    request.method === 'PATCH' &&
    /^\/api(\/v\d+)?\/channels\/:\w+$/.test(request.routeOptions.url ?? '') &&
    typeof body === 'object' &&
    body !== null &&
    ('name' in body || 'topic' in body)
  )
}
