import { ChannelType, MessageFlags } from 'discord-api-types/v10'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { deleteAnswer, editAnswer, findShown, postAnswer, requireAnswer } from '../interactions/answers.ts'
import type { Interaction } from '../interactions/interactions.ts'
import { parseMessage, readParts, requireContent, type MessageBody } from '../interactions/message-body.ts'
import { fullMessagePayload } from '../interactions/payload.ts'
import type { Webhook } from '../interactions/webhooks.ts'
import type { Channel, Message } from '../world/types.ts'
import { ApiError, unknownChannel, unknownMessage } from './errors.ts'
import { parseForm } from './form.ts'
import { invalidWebhookToken, requireWebhook } from './webhook-caller.ts'

type Query = { Querystring: { wait?: string; thread_id?: string } }
type ByToken = Query & { Params: { webhook: string; token: string } }
type OfMessage = Query & { Params: { webhook: string; token: string; message: string } }

const zPost = z.object({
  username: z.string().min(1).max(80).nullish(),
  avatar_url: z.string().max(2048).nullish(),
  thread_name: z.string().min(1).max(100).nullish(),
  applied_tags: z.array(z.string()).max(5).nullish(),
})

/** Messages through a webhook, and those of an interaction through its token. No Authorization header is needed. */
export function webhookMessageRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world, application, interactions } = context

  app.post<ByToken>('/webhooks/:webhook/:token', async (request, reply) => {
    const { payload, parts } = await readParts(request)
    if (request.params.webhook === application.id) {
      const interaction = requireInteraction(request.params)
      const body = parseMessage(payload, parts)
      requireContent(body)
      return fullMessagePayload(context, followUp(interaction, body))
    }
    const webhook = requireWebhook(context, request.params)
    const about = parseForm(zPost, payload)
    const body = parseMessage(payload, parts)
    requireContent(body)
    const place = requirePlace(webhook, request.query.thread_id, about)
    const message = world.postMessage({
      ...place,
      authorId: webhook.id,
      content: body.content ?? '',
      files: body.uploads,
      flags:
        body.flags & (MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2),
      embeds: body.embeds ?? [],
      components: body.components ?? [],
      filesInComponents: Boolean(body.flags & MessageFlags.IsComponentsV2),
      webhook: {
        id: webhook.id,
        name: about.username ?? webhook.name,
        avatar: about.avatar_url ? null : webhook.avatar,
      },
    })
    return isTrue(request.query.wait) ? fullMessagePayload(context, message) : reply.code(204).send()
  })

  app.get<OfMessage>('/webhooks/:webhook/:token/messages/:message', (request) =>
    fullMessagePayload(context, requireMessage(request.params, request.query.thread_id)),
  )
  app.patch<OfMessage>('/webhooks/:webhook/:token/messages/:message', async (request) => {
    const message = requireMessage(request.params, request.query.thread_id)
    const { payload, parts } = await readParts(request)
    return fullMessagePayload(context, editAnswer(context, message, parseMessage(payload, parts)))
  })
  app.delete<OfMessage>('/webhooks/:webhook/:token/messages/:message', (request, reply) => {
    deleteAnswer(context, requireMessage(request.params, request.query.thread_id))
    return reply.code(204).send()
  })

  function requireInteraction({ token }: { token: string }): Interaction {
    const interaction = interactions.findByToken(token)
    if (!interaction) throw invalidWebhookToken()
    // Before there is an answer, its token opens nothing.
    if (!interaction.answer) throw new ApiError(404, 10_015, 'Unknown Webhook')
    return interaction
  }

  /** The first follow-up after a deferral fills the deferred message; whether others see it was settled then. */
  function followUp(interaction: Interaction, body: MessageBody): Message {
    const original = findShown(context, interaction.channelId, interaction.originalId ?? '')
    return original && original.flags & MessageFlags.Loading
      ? editAnswer(context, original, body)
      : postAnswer(context, interaction, body)
  }

  function requireMessage(params: OfMessage['Params'], threadId: string | undefined): Message {
    if (params.webhook === application.id) return requireAnswer(context, requireInteraction(params), params.message)
    const webhook = requireWebhook(context, params)
    const channelId = threadId === undefined ? webhook.channelId : requireThread(webhook, threadId).id
    const message = world.findMessage(channelId, params.message)
    if (message?.webhook?.id !== webhook.id) throw unknownMessage()
    return message
  }

  function requireThread(webhook: Webhook, threadId: string): Channel {
    const thread = world.channels.get(threadId)
    if (!thread?.thread || thread.parentId !== webhook.channelId) throw unknownChannel()
    return thread
  }

  /** Where a message goes; in a forum it may begin a thread and then has its id. */
  function requirePlace(
    webhook: Webhook,
    threadId: string | undefined,
    { thread_name: name, applied_tags: tags }: z.output<typeof zPost>,
  ): { channelId: string; id?: string } {
    const { id, type, guildId } = world.requireChannel(webhook.channelId)
    const isForum = type === ChannelType.GuildForum || type === ChannelType.GuildMedia
    if (threadId !== undefined && name)
      throw new ApiError(400, 220_002, 'Webhooks posted to forum channels cannot have both a thread_name and thread_id')
    if (threadId !== undefined) return { channelId: requireThread(webhook, threadId).id }
    if (name && !isForum) throw new ApiError(400, 220_003, 'Webhooks can only create threads in forum channels')
    if (!isForum) return { channelId: id }
    if (!name)
      throw new ApiError(400, 220_001, 'Webhooks posted to forum channels must have a thread_name or thread_id')
    const thread = world.createChannel({
      guildId,
      name,
      type: ChannelType.PublicThread,
      parentId: id,
      ownerId: webhook.id,
      thread: { appliedTags: tags ?? [] },
    })
    return { channelId: thread.id, id: thread.id }
  }
}

function isTrue(value: string | undefined): boolean {
  return value === 'true' || value === '1'
}
