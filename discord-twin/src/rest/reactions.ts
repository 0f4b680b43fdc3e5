import { PermissionFlagsBits as Bits, ReactionType } from 'discord-api-types/v10'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TwinContext } from '../context.ts'
import { accountPayload } from '../payloads/accounts.ts'
import { compareIds } from '../snowflake.ts'
import { addReaction, clearReactions, isSameEmoji, removeReaction } from '../world/reactions.ts'
import type { Reaction } from '../world/types.ts'
import { ApiError } from './errors.ts'
import { LIMITS } from './messages/limits.ts'
import { requireActive, requireMessage, requirePermission } from './messages/access.ts'
import { parseId, parseLimit } from './query.ts'

type WithEmoji = { Params: { emoji: string; user: string } }
type Paging = { Querystring: { after?: string; limit?: string; type?: string } }

const OF_MESSAGE = '/channels/:channel/messages/:message/reactions'

/** Reactions on messages (https://docs.discord.com/developers/resources/message#create-reaction). */
export function reactionRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world } = context

  app.put<WithEmoji>(`${OF_MESSAGE}/:emoji/@me`, (request, reply) => {
    const { emoji, message, ...place } = requireEmoji(request)
    requireActive(place)
    if (!message.reactions.some((reaction) => isSameEmoji(reaction.emoji, emoji))) {
      requirePermission(place, Bits.AddReactions)
      if (message.reactions.length >= LIMITS.reactions)
        throw new ApiError(400, 30_010, `Maximum number of reactions reached (${LIMITS.reactions})`)
    }
    addReaction(world, message, world.botId, emoji)
    return reply.code(204).send()
  })

  app.delete<WithEmoji>(`${OF_MESSAGE}/:emoji/@me`, (request, reply) => {
    const { emoji, message, ...place } = requireEmoji(request)
    requireActive(place)
    removeReaction(world, message, world.botId, emoji)
    return reply.code(204).send()
  })

  app.delete<WithEmoji>(`${OF_MESSAGE}/:emoji/:user`, (request, reply) => {
    const { emoji, message, ...place } = requireEmoji(request)
    const userId = parseId(request.params.user, 'user_id') ?? ''
    if (userId !== world.botId) requirePermission(place, Bits.ManageMessages)
    requireActive(place)
    removeReaction(world, message, userId, emoji)
    return reply.code(204).send()
  })

  app.delete<WithEmoji>(`${OF_MESSAGE}/:emoji`, (request, reply) => {
    const { emoji, message, ...place } = requireEmoji(request)
    requirePermission(place, Bits.ManageMessages)
    requireActive(place)
    clearReactions(world, message, emoji)
    return reply.code(204).send()
  })

  app.delete(OF_MESSAGE, (request, reply) => {
    const { message, ...place } = requireMessage(context, request)
    requirePermission(place, Bits.ManageMessages)
    requireActive(place)
    clearReactions(world, message)
    return reply.code(204).send()
  })

  app.get<WithEmoji & Paging>(`${OF_MESSAGE}/:emoji`, (request) => {
    const { emoji, message } = requireEmoji(request)
    const { after, limit, type } = request.query
    const from = parseId(after, 'after') ?? '0'
    const count = parseLimit(limit, { fallback: 25, max: 100 })
    if (type === String(ReactionType.Super)) return []
    return (message.reactions.find((reaction) => isSameEmoji(reaction.emoji, emoji))?.userIds ?? [])
      .filter((id) => compareIds(id, from) > 0)
      .toSorted(compareIds)
      .slice(0, count)
      .map((id) => accountPayload(world, id))
  })

  function requireEmoji(request: FastifyRequest<WithEmoji>) {
    return { ...requireMessage(context, request), emoji: parseEmoji(request.params.emoji) }
  }
}

/** One of Discord's own as itself, one of a guild as `name:id`. Throws 10014. */
export function parseEmoji(text: string): Reaction['emoji'] {
  const [, name, id] = /^(?:a:|:)?(\w{1,32}):(\d{1,20})$/.exec(text) ?? []
  if (name !== undefined && id !== undefined) return { id, name }
  if (/^(\p{RGI_Emoji}|\p{Emoji_Presentation}|\p{Extended_Pictographic})$/v.test(text)) return { id: null, name: text }
  throw new ApiError(400, 10_014, 'Unknown Emoji')
}
