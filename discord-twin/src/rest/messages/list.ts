import { PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../../context.ts'
import { messagePayload } from '../../payloads/messages.ts'
import type { MessageLog } from '../../world/message-log.ts'
import type { Message } from '../../world/types.ts'
import { invalidForm } from '../errors.ts'
import { parseId, parseLimit } from '../query.ts'
import { requireMessage, requirePlace } from './access.ts'

type Paging = { Querystring: { before?: string; after?: string; around?: string; limit?: string } }

/** Reading messages. */
export function listRoutes(app: FastifyInstance, context: TwinContext): void {
  app.get<Paging>('/channels/:channel/messages', (request) => {
    const { channel, permissions } = requirePlace(context, request)
    const limit = parseLimit(request.query.limit, { fallback: 50, max: 100 })
    const messages = page(channel.messages, request.query, limit)
    // Without the permission Discord answers an empty list, not an error.
    return permissions & Bits.ReadMessageHistory ? messages().map((message) => messagePayload(context, message)) : []
  })

  app.get('/channels/:channel/messages/:message', (request) =>
    messagePayload(context, requireMessage(context, request).message),
  )
}

/** Newest first, whatever was asked for. */
function page(messages: MessageLog, query: Paging['Querystring'], limit: number): () => Message[] {
  const before = parseId(query.before, 'before')
  const after = parseId(query.after, 'after')
  const around = parseId(query.around, 'around')
  if ([before, after, around].filter((id) => id !== undefined).length > 1)
    throw invalidForm('before', 'BASE_TYPE_CHOICES', 'before, after and around are mutually exclusive.')
  if (after !== undefined) return () => messages.after(after, limit).toReversed()
  if (around !== undefined)
    return () => {
      const newer = messages.after(around, Math.floor(limit / 2)).toReversed()
      const at = messages.get(around)
      return [...newer, ...(at ? [at] : []), ...messages.before(around, limit - newer.length - (at ? 1 : 0))]
    }
  return () => messages.before(before ?? null, limit)
}
