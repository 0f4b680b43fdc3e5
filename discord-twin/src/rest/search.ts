import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'
import { channelPayload } from '../payloads/channels.ts'
import { messagePayload } from '../payloads/messages.ts'
import { timestamp } from '../payloads/time.ts'
import { parseSearch } from '../search/query.ts'
import { canRead } from '../world/permissions.ts'
import type { Channel, Message } from '../world/types.ts'
import { requireBot } from './caller.ts'
import { missingAccess, missingPermissions, unknownGuild } from './errors.ts'

/** Search through the messages of a guild (https://docs.discord.com/developers/resources/message#search-guild-messages). */
export function searchRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world, search, application } = context

  app.get<{ Params: { guild: string } }>('/guilds/:guild/messages/search', (request, reply) => {
    requireBot(context, request)
    const guild = world.guilds.get(request.params.guild)
    if (!guild || !world.botGuilds.has(guild.id)) throw unknownGuild()
    const query = parseSearch(request.query)
    if (!application.messageContent) throw missingAccess()
    const readable = world.channelsOf(guild.id).filter((channel) => canRead(world.permissionsIn(channel, world.botId)))
    if (readable.length === 0) throw missingPermissions()
    const retryAfter = search.retryAfter(guild.id)
    if (retryAfter !== null)
      return reply.code(202).send({
        message: 'Index not yet available. Try again later',
        code: 110_000,
        documents_indexed: 0,
        retry_after: retryAfter,
      })
    const asked = new Set(query.channel_id)
    const channels = readable.filter(
      (channel) => (asked.size === 0 || asked.has(channel.id)) && (query.include_nsfw || !isAgeRestricted(channel)),
    )
    const { hits, isWhole } = search.find(query, channels)
    const messages = hits
      .slice(query.offset, query.offset + query.limit)
      .filter(({ id }) => !search.leavesOut(id))
      .flatMap((hit) => search.read(hit) ?? [])
    const threads = threadsOf(messages)
    return {
      total_results: hits.length,
      doing_deep_historical_index: !isWhole,
      messages: messages.map((message) => [resultPayload(message)]),
      ...(threads.length === 0 ? {} : { threads: threads.map(channelPayload) }),
      ...(threads.some(hasBot) ? { members: threads.filter(hasBot).map(memberOf) } : {}),
    }
  })

  function isAgeRestricted(channel: Channel): boolean {
    return channel.nsfw || Boolean(channel.thread && world.channels.get(channel.parentId ?? '')?.nsfw)
  }

  function resultPayload(message: Message) {
    const { reactions: _reactions, ...payload } = { reactions: null, ...messagePayload(context, message) }
    return { ...payload, hit: true }
  }

  function threadsOf(messages: readonly Message[]): Channel[] {
    const ids = new Set(messages.map(({ channelId }) => channelId))
    return [...ids].map((id) => world.requireChannel(id)).filter(({ thread }) => thread !== null)
  }

  function hasBot({ thread }: Channel): boolean {
    return thread?.members.has(world.botId) ?? false
  }

  function memberOf({ id, thread }: Channel) {
    const joined = thread?.members.get(world.botId) ?? world.now()
    return { id, user_id: world.botId, join_timestamp: timestamp(joined), flags: 0 }
  }
}
