import { ChannelType, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TwinContext } from '../context.ts'
import { threadMemberPayload } from '../payloads/channels.ts'
import { compareIds } from '../snowflake.ts'
import { addToThread, removeFromThread } from '../world/threads.ts'
import type { Channel, Thread } from '../world/types.ts'
import { requireBot, requireId, requirePermission, requireVisibleChannel } from './caller.ts'
import {
  missingAccess,
  missingPermissions,
  threadArchived,
  unknownMember,
  unknownUser,
  wrongChannelType,
} from './errors.ts'
import { parseFlag, parseId, parseLimit } from './query.ts'

type InThread = { Params: { channel: string } }
type ById = { Params: { channel: string; user: string } }
type WithMember = { Querystring: { with_member?: string } }
type Paging = { Querystring: { with_member?: string; limit?: string; after?: string } }

/** Who is in a thread (https://docs.discord.com/developers/resources/channel#join-thread). */
export function threadMemberRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world, application } = context

  app.get<InThread & Paging>('/channels/:channel/thread-members', (request) => {
    const { channel, thread } = requireThread(request)
    if (!application.privilegedIntents.includes('GUILD_MEMBERS')) throw missingAccess()
    const withMember = parseFlag(request.query.with_member, 'with_member')
    const limit = parseLimit(request.query.limit, { fallback: 100, max: 100 })
    const after = parseId(request.query.after, 'after') ?? '0'
    const ids = [...thread.members.keys()].toSorted(compareIds)
    // Only the list with members comes in pages.
    const shown = withMember ? ids.filter((id) => compareIds(id, after) > 0).slice(0, limit) : ids
    return shown.map((id) => threadMemberPayload(context, channel, id, { withMember }))
  })

  app.get<ById & WithMember>('/channels/:channel/thread-members/:user', (request) => {
    const { channel, thread } = requireThread(request)
    const userId = userOf(request)
    if (!thread.members.has(userId)) throw unknownMember()
    const withMember = parseFlag(request.query.with_member, 'with_member')
    return threadMemberPayload(context, channel, userId, { withMember })
  })

  app.put<InThread>('/channels/:channel/thread-members/@me', (request, reply) => {
    addToThread(world, requireActive(request).channel, world.botId)
    return reply.code(204).send()
  })

  app.put<ById>('/channels/:channel/thread-members/:user', (request, reply) => {
    const { channel, thread } = requireActive(request)
    const userId = userOf(request)
    requirePermission(context, channel, Bits.SendMessagesInThreads)
    if (!world.people.has(userId)) throw unknownUser()
    const parent = world.channels.get(channel.parentId ?? '')
    // Whoever does not see the channel cannot be brought into its threads.
    if (!parent || !(world.permissionsIn(parent, userId) & Bits.ViewChannel)) throw missingAccess()
    const isClosed = channel.type === ChannelType.PrivateThread && !thread.invitable && thread.ownerId !== world.botId
    if (isClosed) requirePermission(context, channel, Bits.ManageThreads)
    addToThread(world, channel, userId)
    return reply.code(204).send()
  })

  app.delete<InThread>('/channels/:channel/thread-members/@me', (request, reply) => {
    removeFromThread(world, requireActive(request).channel, world.botId)
    return reply.code(204).send()
  })

  app.delete<ById>('/channels/:channel/thread-members/:user', (request, reply) => {
    const { channel, thread } = requireActive(request)
    const userId = userOf(request)
    const isOwn = channel.type === ChannelType.PrivateThread && thread.ownerId === world.botId
    if (!isOwn && !(world.permissionsIn(channel, world.botId) & Bits.ManageThreads)) throw missingPermissions()
    if (!thread.members.has(userId)) throw unknownMember()
    removeFromThread(world, channel, userId)
    return reply.code(204).send()
  })

  function requireThread(request: FastifyRequest): { channel: Channel; thread: Thread } {
    requireBot(context, request)
    const { channel } = requireVisibleChannel(context, (request.params as InThread['Params']).channel)
    if (!channel.thread) throw wrongChannelType()
    return { channel, thread: channel.thread }
  }

  function requireActive(request: FastifyRequest): { channel: Channel; thread: Thread } {
    const found = requireThread(request)
    if (found.thread.archived) throw threadArchived()
    return found
  }

  function userOf(request: FastifyRequest): string {
    const { user } = request.params as ById['Params']
    return user === '@me' ? world.botId : requireId(user, 'user_id')
  }
}
