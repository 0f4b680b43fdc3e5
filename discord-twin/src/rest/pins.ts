import { PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { TwinContext } from '../context.ts'
import { messagePayload } from '../payloads/messages.ts'
import { timestamp } from '../payloads/time.ts'
import { listPins, pinMessage, unpinMessage } from '../world/pins.ts'
import { ApiError, invalidForm } from './errors.ts'
import { requireActive, requireMessage, requirePermission, requirePlace, requireWritten } from './messages/access.ts'
import { LIMITS } from './messages/limits.ts'
import { parseLimit } from './query.ts'

type Paging = { Querystring: { before?: string; limit?: string } }

/** Pinned messages (https://docs.discord.com/developers/resources/message#get-channel-pins); the routes of before 2025 work too. */
export function pinRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world } = context

  app.get<Paging>('/channels/:channel/messages/pins', (request) => {
    const { channel, permissions } = requirePlace(context, request)
    const limit = parseLimit(request.query.limit, { fallback: 50, max: 50 })
    const before = parseTime(request.query.before)
    const found = permissions & Bits.ReadMessageHistory ? listPins(channel) : []
    const pins = found.filter(({ pinnedAt }) => pinnedAt.getTime() < before)
    return {
      items: pins.slice(0, limit).map((message) => ({
        pinned_at: timestamp(message.pinnedAt),
        message: messagePayload(context, message),
      })),
      has_more: pins.length > limit,
    }
  })

  app.get('/channels/:channel/pins', (request) => {
    const { channel, permissions } = requirePlace(context, request)
    const pins = permissions & Bits.ReadMessageHistory ? listPins(channel) : []
    return pins.slice(0, 50).map((message) => messagePayload(context, message))
  })

  for (const path of ['/channels/:channel/messages/pins/:message', '/channels/:channel/pins/:message']) {
    app.put(path, pin)
    app.delete(path, unpin)
  }

  function pin(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { message, ...place } = requireMessage(context, request)
    requirePermission(place, Bits.PinMessages)
    requireActive(place)
    requireWritten(message)
    if (!message.pinnedAt && listPins(place.channel).length >= LIMITS.pins)
      throw new ApiError(400, 30_003, `Maximum number of pins reached (${LIMITS.pins})`)
    pinMessage(world, message, world.botId)
    return reply.code(204).send()
  }

  function unpin(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { message, ...place } = requireMessage(context, request)
    requirePermission(place, Bits.PinMessages)
    requireActive(place)
    unpinMessage(world, message)
    return reply.code(204).send()
  }
}

function parseTime(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY
  const time = Date.parse(text)
  if (Number.isNaN(time))
    throw invalidForm('before', 'DATE_TIME_TYPE_PARSE', `Could not parse ${text}. Should be ISO8601.`)
  return time
}
