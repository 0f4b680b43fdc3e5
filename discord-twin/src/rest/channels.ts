import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'
import { channelPayload } from '../payloads/channels.ts'
import { requireBot, requireVisibleChannel } from './caller.ts'

/** Creating, changing and deleting channels, permission overwrites, typing. */
export function channelRoutes(app: FastifyInstance, context: TwinContext): void {
  app.get<{ Params: { channel: string } }>('/channels/:channel', (request) => {
    requireBot(context, request)
    return channelPayload(requireVisibleChannel(context, request.params.channel).channel)
  })
}
