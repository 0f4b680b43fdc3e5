import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'
import { requireBot } from './caller.ts'

/** Discord recommends a shard for about every thousand guilds. */
const GUILDS_PER_SHARD = 1000

/** Where the gateway is, and how many sessions may start. */
export function gatewayRoutes(app: FastifyInstance, context: TwinContext): void {
  const url = () => `${context.url().replace(/^http/, 'ws')}/gateway`
  app.get('/gateway', () => ({ url: url() }))
  app.get('/gateway/bot', (request) => {
    requireBot(context, request)
    return {
      url: url(),
      shards: Math.max(1, Math.ceil(context.world.botGuilds.size / GUILDS_PER_SHARD)),
      session_start_limit: context.identifyLimits.toJSON(),
    }
  })
}
