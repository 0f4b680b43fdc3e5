import { ChannelType, MessageFlags, MessageType, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../../context.ts'
import { messagePayload } from '../../payloads/messages.ts'
import { dateOf } from '../../snowflake.ts'
import { ApiError, invalidForm } from '../errors.ts'
import { parseForm } from '../form.ts'
import { requireMessage, requirePermission, requirePlace } from './access.ts'
import { zSnowflake } from '../shapes.ts'
import { LIMITS } from './limits.ts'

const zBulk = z.object({ messages: z.array(zSnowflake) })

/** Deleting messages, and publishing those of announcement channels. */
export function deleteRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world } = context

  app.delete('/channels/:channel/messages/:message', (request, reply) => {
    const found = requireMessage(context, request, { needsHistory: false })
    const { message, channel } = found
    if (message.authorId !== world.botId) requirePermission(found, Bits.ManageMessages)
    if (message.type === MessageType.ThreadStarterMessage)
      throw new ApiError(403, 50_021, 'Cannot execute action on a system message')
    world.deleteMessage(channel.id, message.id)
    return reply.code(204).send()
  })

  app.post('/channels/:channel/messages/bulk-delete', (request, reply) => {
    const place = requirePlace(context, request)
    const { messages } = parseForm(zBulk, request.body)
    requirePermission(place, Bits.ManageMessages)
    const { min, max, ageMs } = LIMITS.bulk
    if (messages.length < min || messages.length > max)
      throw new ApiError(
        400,
        50_016,
        `Provided too few or too many messages to delete. Must provide at least ${min} and fewer than ${max} messages to delete`,
      )
    if (new Set(messages).size < messages.length)
      throw invalidForm('messages', 'SET_TYPE_CONTAINS_DUPLICATES', 'Each message may be named once.')
    if (messages.some((id) => dateOf(id).getTime() < world.clock.now() - ageMs))
      throw new ApiError(400, 50_034, 'You can only bulk delete messages that are under 14 days old.')
    world.deleteMessages(place.channel.id, messages)
    return reply.code(204).send()
  })

  app.post('/channels/:channel/messages/:message/crosspost', (request) => {
    const found = requireMessage(context, request)
    const { message, channel } = found
    if (channel.type !== ChannelType.GuildAnnouncement)
      throw new ApiError(400, 50_024, 'Cannot execute action on this channel type')
    requirePermission(found, Bits.SendMessages)
    if (message.authorId !== world.botId) requirePermission(found, Bits.ManageMessages)
    if (message.flags & MessageFlags.Crossposted)
      throw new ApiError(400, 40_033, 'This message has already been crossposted')
    const flags = message.flags | MessageFlags.Crossposted
    return messagePayload(context, world.updateMessage(channel.id, message.id, { flags }))
  })
}
