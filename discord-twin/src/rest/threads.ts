import { ChannelType, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { channelForBot } from '../payloads/channels.ts'
import { messagePayload } from '../payloads/messages.ts'
import { startThread, type NewThread } from '../world/threads.ts'
import type { Channel } from '../world/types.ts'
import { requireBot, requireId, requirePermission, requireVisibleChannel } from './caller.ts'
import { zArchiveMinutes, zSlowmode } from './channel-forms.ts'
import { ApiError, unknownMessage, wrongChannelType } from './errors.ts'
import { parseForm } from './form.ts'
import { parseBody, toMessageUploads, zCreate } from './messages/body.ts'
import { toMessage } from './messages/create.ts'
import { readMessageRequest } from './messages/multipart.ts'
import { zSnowflake } from './shapes.ts'
import { requireTags } from './thread-changes.ts'
import { threadListRoutes } from './thread-lists.ts'
import { threadMemberRoutes } from './thread-members.ts'
import { threadSearchRoute } from './thread-search.ts'

type InChannel = { Params: { channel: string } }
type OfMessage = { Params: { channel: string; message: string } }

/** Discord's limit of threads that are not archived in a guild. */
const MAX_ACTIVE = 1000

const common = {
  name: z.string().trim().min(1).max(100),
  auto_archive_duration: zArchiveMinutes.nullish(),
  rate_limit_per_user: zSlowmode.nullish(),
}
const zFromMessage = z.object(common)
const zAlone = z.object({
  ...common,
  type: z.literal([ChannelType.AnnouncementThread, ChannelType.PublicThread, ChannelType.PrivateThread]).nullish(),
  invitable: z.boolean().nullish(),
})
const zPost = z.object({
  ...common,
  applied_tags: z.array(zSnowflake).max(5).nullish(),
  message: z.looseObject({}),
})

/** Threads (https://docs.discord.com/developers/topics/threads): starting them, their lists and their members. */
export function threadRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world } = context
  threadListRoutes(app, context)
  threadMemberRoutes(app, context)
  threadSearchRoute(app, context)

  app.post<OfMessage>('/channels/:channel/messages/:message/threads', (request, reply) => {
    requireBot(context, request)
    const { channel } = requireVisibleChannel(context, request.params.channel)
    const message = channel.messages.get(requireId(request.params.message, 'message_id'))
    if (!message) throw unknownMessage()
    if (channel.type !== ChannelType.GuildText && channel.type !== ChannelType.GuildAnnouncement)
      throw wrongChannelType()
    requirePermission(context, channel, Bits.CreatePublicThreads)
    const body = parseForm(zFromMessage, request.body)
    if (message.threadId !== null)
      throw new ApiError(400, 160_004, 'A thread has already been created for this message')
    const type =
      channel.type === ChannelType.GuildAnnouncement ? ChannelType.AnnouncementThread : ChannelType.PublicThread
    const thread = start({ ...toThread(channel, body), type, message })
    return reply.code(201).send(channelForBot(context, thread))
  })

  app.post<InChannel>('/channels/:channel/threads', async (request, reply) => {
    // A body is taken to its end before anything is refused.
    const { payload, parts } = await readMessageRequest(request, context)
    requireBot(context, request)
    const { channel, permissions } = requireVisibleChannel(context, request.params.channel)
    if (!channel.forum) {
      const thread = start(withoutMessage(channel, parseForm(zAlone, payload)))
      return reply.code(201).send(channelForBot(context, thread))
    }
    requirePermission(context, channel, Bits.SendMessages)
    const body = parseForm(zPost, payload)
    const first = parseBody(zCreate, body.message)
    const files = toMessageUploads(parts, first.attachments ?? [])
    const post = toMessage(context, { channel, permissions }, first, files)
    const appliedTags = requireTags(context, channel.id, body.applied_tags ?? [])
    const thread = start({ ...toThread(channel, body), type: ChannelType.PublicThread, appliedTags })
    const message = world.postMessage({ ...post, channelId: thread.id, id: thread.id })
    return reply.code(201).send({ ...channelForBot(context, thread), message: messagePayload(context, message) })
  })

  function start(thread: NewThread): Channel {
    const active = world.channelsOf(thread.parent.guildId).filter((it) => it.thread && !it.thread.archived)
    if (active.length >= MAX_ACTIVE) throw new ApiError(400, 160_006, 'Maximum number of active threads reached')
    return startThread(world, thread)
  }

  /** A private thread when nothing else is asked for. */
  function withoutMessage(channel: Channel, body: z.output<typeof zAlone>): NewThread {
    const type = body.type ?? ChannelType.PrivateThread
    const isNews = type === ChannelType.AnnouncementThread
    if (channel.type !== (isNews ? ChannelType.GuildAnnouncement : ChannelType.GuildText)) throw wrongChannelType()
    requirePermission(
      context,
      channel,
      type === ChannelType.PrivateThread ? Bits.CreatePrivateThreads : Bits.CreatePublicThreads,
    )
    return { ...toThread(channel, body), type, invitable: body.invitable ?? true }
  }

  function toThread(parent: Channel, body: z.output<typeof zFromMessage>) {
    return {
      parent,
      ownerId: world.botId,
      name: body.name,
      ...(body.auto_archive_duration ? { autoArchiveMinutes: body.auto_archive_duration } : {}),
      ...(typeof body.rate_limit_per_user === 'number' ? { rateLimitPerUser: body.rate_limit_per_user } : {}),
    }
  }
}
