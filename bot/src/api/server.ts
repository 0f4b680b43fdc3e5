import type { AddressInfo } from 'node:net'
import { requireToken } from '@dcs/shared/config'
import { AppError } from '@dcs/shared/core'
import { tokenKey } from '@dcs/shared/discord'
import { fastify } from 'fastify'
import type { BotContext } from '../context.ts'
import type { HealthReport } from '../services/health.ts'
import { createCallerCheck } from './callers.ts'
import { createMetrics } from './metrics.ts'
import { API_ROUTES } from './routes.ts'

/**
 * The bot's HTTP API: GET /health answers 200 when gateway and database work, 503 naming what does not; GET /metrics is for Prometheus. Who may not ask gets 401,
 * also for what is not there.
 */
export async function startApi({ config, log }: BotContext, check: () => Promise<HealthReport>) {
  const app = fastify({ forceCloseConnections: true, bodyLimit: 1, requestTimeout: 10_000 })
  const { host, port, apiToken } = config.bot
  const mayAsk = createCallerCheck(apiToken)
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    if (mayAsk({ address: request.socket.remoteAddress, headers: request.headers })) return
    return reply
      .code(401)
      .header('www-authenticate', 'Bearer')
      .send({ error: { code: 'unauthenticated', message: 'Send the token that is set as BOT_API_TOKEN.' } })
  })
  app.setErrorHandler((error, _request, reply) => {
    log.error({ err: error }, 'a request to the API failed')
    return reply.code(500).send({ error: { code: 'internal', message: 'Something went wrong on our side.' } })
  })
  const parts = { check, metrics: createMetrics(tokenKey(requireToken(config))) }
  for (const [path, answer] of Object.entries(API_ROUTES)) app.get(path, (_request, reply) => answer(reply, parts))
  try {
    await app.listen({ host, port })
  } catch (cause) {
    await app.close()
    throw new AppError(
      'conflict',
      `The bot cannot listen on port ${port} of ${host}: it is taken or not allowed. Set BOT_PORT to another, or to 0 for a free one.`,
      { cause },
    )
  }
  const address = app.server.address() as AddressInfo
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return { url: `http://${name}:${address.port}`, stop: () => app.close() }
}
