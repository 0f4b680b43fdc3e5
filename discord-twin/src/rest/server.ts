import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'
import { oauthApiRoutes } from '../oauth/api-routes.ts'
import { ApiError } from './errors.ts'
import { gatewayRoutes } from './gateway.ts'
import { guildRoutes } from './guilds.ts'
import { messageRoutes } from './messages.ts'
import { observeExchanges } from './observe.ts'
import { rateLimits } from './rate-limits.ts'
import { userRoutes } from './users.ts'
import { channelRoutes } from './channels.ts'
import { threadRoutes } from './threads.ts'
import { roleRoutes } from './roles.ts'
import { memberRoutes } from './members.ts'
import { reactionRoutes } from './reactions.ts'
import { pinRoutes } from './pins.ts'
import { pollRoutes } from './polls.ts'
import { searchRoutes } from './search.ts'
import { webhookRoutes } from './webhooks.ts'
import { commandRoutes } from './commands.ts'
import { interactionRoutes } from './interactions.ts'

/** The REST API, version 10. */
export function restApi(app: FastifyInstance, context: TwinContext): void {
  void app.register(
    async (api) => {
      observeExchanges(api, context.observe)
      rateLimits(api, context)
      api.addHook('onSend', async (_request, reply) => {
        // Discord names no charset, and some clients compare the whole value.
        if (String(reply.getHeader('content-type')).startsWith('application/json'))
          void reply.header('content-type', 'application/json')
      })
      api.setErrorHandler((error: unknown, _request, reply) => {
        if (error instanceof ApiError) return reply.code(error.status).send(error.toJSON())
        const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
        if (status < 500)
          return reply
            .code(status)
            .send(new ApiError(status, 50_109, 'The request body contains invalid JSON.').toJSON())
        request500(error)
        return reply.code(500).send({ message: '500: Internal Server Error', code: 0 })
      })
      api.setNotFoundHandler((_request, reply) => reply.code(404).send({ message: '404: Not Found', code: 0 }))
      gatewayRoutes(api, context)
      userRoutes(api, context)
      guildRoutes(api, context)
      messageRoutes(api, context)
      oauthApiRoutes(api, context)
      channelRoutes(api, context)
      threadRoutes(api, context)
      roleRoutes(api, context)
      memberRoutes(api, context)
      reactionRoutes(api, context)
      pinRoutes(api, context)
      pollRoutes(api, context)
      searchRoutes(api, context)
      webhookRoutes(api, context)
      commandRoutes(api, context)
      interactionRoutes(api, context)
    },
    { prefix: '/api' },
  )
}

/** A fault of the twin itself must be seen, because clients hide a 500 behind their retries. */
function request500(error: unknown): void {
  process.stderr.write(`twin: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
}
