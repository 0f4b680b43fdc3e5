import { PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { channelForBot, threadMemberPayload } from '../payloads/channels.ts'
import { messagePayload } from '../payloads/messages.ts'
import { compareIds } from '../snowflake.ts'
import { archivedAt, threadsOf } from '../world/threads.ts'
import type { Channel } from '../world/types.ts'
import { requireBot, requirePermission, requireVisibleChannel } from './caller.ts'
import { parseForm } from './form.ts'
import { zSnowflake } from './shapes.ts'

const zQuery = z.object({
  name: z.string().max(100).optional(),
  min_id: zSnowflake.optional(),
  max_id: zSnowflake.optional(),
  tag: z.preprocess((tag) => (typeof tag === 'string' ? tag.split(',') : tag), z.array(zSnowflake).max(20)).optional(),
  tag_setting: z.enum(['match_all', 'match_some']).default('match_some'),
  archived: z.enum(['true', 'false']).optional(),
  sort_by: z.enum(['relevance', 'creation_time', 'last_message_time', 'archive_time']).default('last_message_time'),
  sort_order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.coerce.number().int().min(1).max(25).default(25),
  offset: z.coerce.number().int().min(0).max(9975).default(0),
})

/** Threads of a channel by name, tag and state; Discord's OpenAPI document has it, its documentation does not. */
export function threadSearchRoute(app: FastifyInstance, context: TwinContext): void {
  const { world } = context

  app.get<{ Params: { channel: string } }>('/channels/:channel/threads/search', (request) => {
    requireBot(context, request)
    const { channel } = requireVisibleChannel(context, request.params.channel)
    requirePermission(context, channel, Bits.ReadMessageHistory)
    const query = parseForm(zQuery, request.query)
    const found = threadsOf(world, channel.id)
      .filter((it) => world.permissionsIn(it, world.botId) & Bits.ViewChannel && fits(it, query))
      .toSorted((a, b) => order(a, b, query.sort_by) * (query.sort_order === 'asc' ? 1 : -1))
    const shown = found.slice(query.offset, query.offset + query.limit)
    return {
      threads: shown.map((thread) => channelForBot(context, thread)),
      members: shown
        .filter(({ thread }) => thread?.members.has(world.botId))
        .map((thread) => threadMemberPayload(context, thread, world.botId)),
      has_more: query.offset + shown.length < found.length,
      first_messages: shown
        .flatMap(({ id, messages }) => messages.get(id) ?? [])
        .map((message) => messagePayload(context, message)),
      total_results: found.length,
    }
  })
}

function fits({ id, name, thread }: Channel, query: z.output<typeof zQuery>): boolean {
  const words = (query.name ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const has = (tag: string) => Boolean(thread?.appliedTags.includes(tag))
  return (
    words.every((word) => name.toLowerCase().includes(word)) &&
    (!query.min_id || compareIds(id, query.min_id) > 0) &&
    (!query.max_id || compareIds(id, query.max_id) < 0) &&
    (!query.tag || (query.tag_setting === 'match_all' ? query.tag.every(has) : query.tag.some(has))) &&
    (query.archived === undefined || String(thread?.archived) === query.archived)
  )
}

function order(a: Channel, b: Channel, by: z.output<typeof zQuery>['sort_by']): number {
  if (by === 'archive_time') return archivedAt(a) - archivedAt(b) || compareIds(a.id, b.id)
  if (by === 'last_message_time')
    return compareIds(a.messages.last()?.id ?? a.id, b.messages.last()?.id ?? b.id) || compareIds(a.id, b.id)
  return compareIds(a.id, b.id)
}
