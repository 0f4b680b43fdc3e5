import { PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { attachmentPayload } from '../payloads/attachments.ts'
import { channelPayload } from '../payloads/channels.ts'
import { messagePayload } from '../payloads/messages.ts'
import type { MessageLog } from '../world/message-log.ts'
import type { Upload } from '../world/uploads.ts'
import type { Message } from '../world/types.ts'
import { requireBot, requireVisibleChannel } from './caller.ts'
import { ApiError, invalidForm, missingPermissions, unknownMessage } from './errors.ts'
import { parseId, parseLimit } from './query.ts'

type InChannel = { Params: { channel: string } }
type ById = { Params: { channel: string; message: string } }
type Paging = { Querystring: { before?: string; after?: string; around?: string; limit?: string } }

const zBody = z.object({
  content: z.string().max(2000).nullish(),
  attachments: z.array(z.object({ id: z.union([z.string(), z.number()]), filename: z.string().optional() })).optional(),
  message_reference: z.object({ message_id: z.string() }).optional(),
})

/** Channels and their messages. */
export function messageRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world } = context

  app.get<InChannel>('/channels/:channel', (request) => {
    requireBot(context, request)
    return channelPayload(requireVisibleChannel(context, request.params.channel).channel)
  })

  app.get<InChannel & Paging>('/channels/:channel/messages', (request) => {
    requireBot(context, request)
    const { channel, permissions } = requireVisibleChannel(context, request.params.channel)
    const limit = parseLimit(request.query.limit, { fallback: 50, max: 100 })
    // Without the permission Discord answers an empty list, not an error.
    if (!(permissions & Bits.ReadMessageHistory)) return []
    return page(channel.messages, request.query, limit).map((message) => messagePayload(context, message))
  })

  app.get<ById>('/channels/:channel/messages/:message', (request) => messagePayload(context, requireMessage(request)))

  app.post<InChannel>('/channels/:channel/messages', async (request) => {
    requireBot(context, request)
    const { channel, permissions } = requireVisibleChannel(context, request.params.channel)
    if (!(permissions & Bits.SendMessages)) throw missingPermissions()
    const { body, files } = await readBody(request)
    if (!body.content && files.length === 0) throw new ApiError(400, 50_006, 'Cannot send an empty message')
    return messagePayload(
      context,
      world.postMessage({
        channelId: channel.id,
        authorId: world.botId,
        content: body.content ?? '',
        files,
        replyTo: body.message_reference?.message_id ?? null,
      }),
    )
  })

  app.patch<ById>('/channels/:channel/messages/:message', async (request) => {
    const message = requireMessage(request)
    if (message.authorId !== world.botId)
      throw new ApiError(403, 50_005, 'Cannot edit a message authored by another user')
    const { body } = await readBody(request)
    return messagePayload(context, world.updateMessage(message.channelId, message.id, { content: body.content ?? '' }))
  })

  app.delete<ById>('/channels/:channel/messages/:message', async (request, reply) => {
    const message = requireMessage(request)
    const permissions = world.permissionsIn(world.requireChannel(message.channelId), world.botId)
    if (message.authorId !== world.botId && !(permissions & Bits.ManageMessages)) throw missingPermissions()
    world.deleteMessage(message.channelId, message.id)
    return reply.code(204).send()
  })

  app.post('/attachments/refresh-urls', (request) => {
    requireBot(context, request)
    const parsed = z.object({ attachment_urls: z.array(z.string()).min(1).max(50) }).safeParse(request.body)
    if (!parsed.success)
      throw invalidForm('attachment_urls', 'BASE_TYPE_BAD_LENGTH', 'Must be between 1 and 50 in length.')
    return {
      refreshed_urls: parsed.data.attachment_urls.map((original) => ({ original, refreshed: refresh(original) })),
    }
  })

  function requireMessage(request: FastifyRequest<ById>): Message {
    requireBot(context, request)
    const { channel, permissions } = requireVisibleChannel(context, request.params.channel)
    const message = world.findMessage(channel.id, request.params.message)
    if (!message || !(permissions & Bits.ReadMessageHistory)) throw unknownMessage()
    return message
  }

  /** A fresh address whatever the old one's signature; what is not an attachment comes back as it is. */
  function refresh(original: string): string {
    const [, channel = '', attachment = ''] = /\/attachments\/(\d+)\/(\d+)\//.exec(original) ?? []
    const found = world.findAttachment(channel, attachment)
    return found ? attachmentPayload(context, found).url : original
  }
}

/** Newest first, whatever was asked for. */
function page(messages: MessageLog, query: Paging['Querystring'], limit: number): Message[] {
  const [before, after, around] = [
    parseId(query.before, 'before'),
    parseId(query.after, 'after'),
    parseId(query.around, 'around'),
  ]
  if ([before, after, around].filter(Boolean).length > 1)
    throw invalidForm('before', 'BASE_TYPE_CHOICES', 'before, after and around are mutually exclusive.')
  if (after) return messages.after(after, limit).toReversed()
  if (around) {
    const newer = messages.after(around, Math.floor(limit / 2)).toReversed()
    const at = messages.get(around)
    return [...newer, ...(at ? [at] : []), ...messages.before(around, limit - newer.length - (at ? 1 : 0))]
  }
  return messages.before(before ?? null, limit)
}

async function readBody(request: FastifyRequest): Promise<{ body: z.output<typeof zBody>; files: Upload[] }> {
  if (!request.isMultipart()) return { body: parseBody(request.body), files: [] }
  let payload: unknown = {}
  const files: Upload[] = []
  for await (const part of request.parts()) {
    if (part.type === 'field') {
      if (part.fieldname === 'payload_json') payload = JSON.parse(String(part.value))
    } else files.push({ name: part.filename, bytes: await part.toBuffer(), contentType: part.mimetype })
  }
  return { body: parseBody(payload), files }
}

function parseBody(value: unknown): z.output<typeof zBody> {
  const parsed = zBody.safeParse(value ?? {})
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalidForm(issue?.path.join('.') || 'content', 'BASE_TYPE_INVALID', issue?.message ?? 'Invalid value.')
}
