import type { AddressInfo } from 'node:net'
import { requireToken } from '@dcs/shared/config'
import { AppError } from '@dcs/shared/core'
import { tokenKey } from '@dcs/shared/discord'
import { fastify } from 'fastify'
import type { BotContext } from '../context.ts'
import type { HealthReport } from '../services/health.ts'
import { createMetrics } from './metrics.ts'

/** The bot's HTTP API: GET /health answers 200 when gateway and database work, 503 naming what does not; GET /metrics is for Prometheus. */
export async function startApi({ config }: BotContext, check: () => Promise<HealthReport>) {
  const app = fastify({ forceCloseConnections: true })
  app.get('/health', async (_request, reply) => {
    const report = await check()
    return reply.code(report.status === 'ok' ? 200 : 503).send(report)
  })
  const metrics = createMetrics(tokenKey(requireToken(config)))
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.render()))
  const { host, port } = config.bot
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
