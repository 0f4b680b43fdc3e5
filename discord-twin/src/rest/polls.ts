import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'
import { accountPayload } from '../payloads/accounts.ts'
import { messagePayload } from '../payloads/messages.ts'
import { compareIds } from '../snowflake.ts'
import { endPoll } from '../world/polls.ts'
import { ApiError, unknownMessage } from './errors.ts'
import { requireMessage } from './messages/access.ts'
import { parseId, parseLimit } from './query.ts'

type OfAnswer = { Params: { answer: string }; Querystring: { after?: string; limit?: string } }

/** Polls in messages (https://docs.discord.com/developers/resources/poll). */
export function pollRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world } = context

  app.get<OfAnswer>('/channels/:channel/polls/:message/answers/:answer', (request) => {
    const { message } = requireMessage(context, request)
    const after = parseId(request.query.after, 'after') ?? '0'
    const limit = parseLimit(request.query.limit, { fallback: 25, max: 100 })
    const answer = message.poll?.answers.find(({ id }) => String(id) === request.params.answer)
    if (!answer) throw unknownMessage()
    const voters = answer.voterIds.filter((id) => compareIds(id, after) > 0).toSorted(compareIds)
    return { users: voters.slice(0, limit).map((id) => accountPayload(world, id)) }
  })

  app.post('/channels/:channel/polls/:message/expire', (request) => {
    const { message } = requireMessage(context, request)
    if (!message.poll) throw new ApiError(400, 520_006, 'Cannot expire a non-poll message')
    if (message.authorId !== world.botId)
      throw new ApiError(403, 50_005, 'Cannot edit a message authored by another user')
    if (message.poll.expiresAt.getTime() <= world.clock.now()) throw new ApiError(400, 520_001, 'Poll expired')
    return messagePayload(context, endPoll(world, message))
  })
}
