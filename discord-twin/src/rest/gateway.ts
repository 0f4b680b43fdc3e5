import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'
import { requireBot } from './caller.ts'

/** Where the gateway is. */
export function gatewayRoutes(app: FastifyInstance, context: TwinContext): void {
  const url = () => `${context.url().replace(/^http/, 'ws')}/gateway`
  app.get('/gateway', () => ({ url: url() }))
  app.get('/gateway/bot', (request) => {
    requireBot(context, request)
    return {
      url: url(),
      shards: 1,
      session_start_limit: { total: 1000, remaining: 1000, reset_after: 86_400_000, max_concurrency: 1 },
    }
  })
}
