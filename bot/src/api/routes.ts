import type { FastifyReply } from 'fastify'
import type { HealthReport } from '../services/health.ts'

/** What the routes answer from. */
export type ApiParts = {
  check: () => Promise<HealthReport>
  metrics: { contentType: string; render: () => Promise<string> }
}

/** Every route of the bot's HTTP API. */
export const API_ROUTES: Readonly<Record<`/${string}`, (reply: FastifyReply, parts: ApiParts) => Promise<unknown>>> = {
  '/health': async (reply, { check }) => {
    const report = await check()
    return reply.code(report.status === 'ok' ? 200 : 503).send(report)
  },
  '/metrics': async (reply, { metrics }) => reply.type(metrics.contentType).send(await metrics.render()),
}
