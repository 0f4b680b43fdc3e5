import { ChannelType, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TwinContext } from '../context.ts'
import { channelForBot, threadMemberPayload } from '../payloads/channels.ts'
import { compareIds } from '../snowflake.ts'
import { archivedAt, archivedThreads } from '../world/threads.ts'
import type { Channel } from '../world/types.ts'
import { requireBot, requirePermission, requireVisibleChannel } from './caller.ts'
import { wrongChannelType } from './errors.ts'
import { parseId, parseLimit, parseTime } from './query.ts'

type List = { Params: { channel: string }; Querystring: { before?: string; limit?: string } }

const PUBLIC = [ChannelType.PublicThread, ChannelType.AnnouncementThread]
const PRIVATE = [ChannelType.PrivateThread]
const PARENTS: readonly ChannelType[] = [
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
]

/** Archived threads of a channel (https://docs.discord.com/developers/resources/channel#list-public-archived-threads). */
export function threadListRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world } = context

  app.get<List>('/channels/:channel/threads/archived/public', (request) => {
    const channel = requireParent(request, Bits.ReadMessageHistory)
    return byTime(archivedThreads(world, channel.id, PUBLIC), request.query)
  })

  app.get<List>('/channels/:channel/threads/archived/private', (request) => {
    const channel = requireParent(request, Bits.ReadMessageHistory | Bits.ManageThreads)
    return byTime(archivedThreads(world, channel.id, PRIVATE), request.query)
  })

  // The ones the bot is in, by id and not by time.
  app.get<List>('/channels/:channel/users/@me/threads/archived/private', (request) => {
    const channel = requireParent(request, Bits.ReadMessageHistory)
    const before = parseId(request.query.before, 'before')
    const joined = archivedThreads(world, channel.id, PRIVATE)
      .filter(({ id, thread }) => thread?.members.has(world.botId) && (!before || compareIds(id, before) < 0))
      .toSorted((a, b) => compareIds(b.id, a.id))
    return page(joined, request.query)
  })

  function byTime(threads: readonly Channel[], query: List['Querystring']) {
    const before = parseTime(query.before, 'before')?.getTime() ?? Infinity
    return page(
      threads.filter((thread) => archivedAt(thread) < before),
      query,
    )
  }

  function page(threads: readonly Channel[], query: List['Querystring']) {
    const limit = parseLimit(query.limit, { fallback: 50, min: 2, max: 100 })
    const shown = threads.slice(0, limit)
    return {
      threads: shown.map((thread) => channelForBot(context, thread)),
      members: shown
        .filter(({ thread }) => thread?.members.has(world.botId))
        .map((thread) => threadMemberPayload(context, thread, world.botId)),
      has_more: threads.length > shown.length,
    }
  }

  function requireParent(request: FastifyRequest, bits: bigint): Channel {
    requireBot(context, request)
    const { channel } = requireVisibleChannel(context, (request.params as List['Params']).channel)
    if (!PARENTS.includes(channel.type)) throw wrongChannelType()
    requirePermission(context, channel, bits)
    return channel
  }
}
