import { ChannelType, OverwriteType } from 'discord-api-types/v10'
import type { FastifyInstance, FastifyReply } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { channelPayload } from '../payloads/channels.ts'
import { messagePayload } from '../payloads/messages.ts'
import { mediaFiles } from '../world/media-files.ts'
import { UnknownThing } from '../world/unknown-thing.ts'
import { faultRoutes } from './faults.ts'
import { interactionControlRoutes } from './interactions.ts'
import { truthRoutes } from './truth-routes.ts'

const id = z.string().regex(/^\d{1,20}$/, 'must be an id')
const keys = mediaFiles.map(({ key }) => key) as [string, ...string[]]
const bits = z.string().regex(/^\d{1,20}$/, 'must be a whole number as text')
const overwrite = z.object({ id, type: z.enum(OverwriteType), allow: bits, deny: bits })
/** What stands in a guild by itself; threads are started over REST. */
const types = [
  ChannelType.GuildText,
  ChannelType.GuildVoice,
  ChannelType.GuildCategory,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildStageVoice,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
] as const
const shapes = {
  message: z.strictObject({
    channel_id: id,
    author_id: id,
    content: z.string().default(''),
    media: z.array(z.enum(keys)).default([]),
    spoiler: z.boolean().default(false),
    mark: z.string().max(100).optional(),
  }),
  channel: z.strictObject({
    guild_id: id,
    name: z.string().min(1),
    type: z.literal(types).default(ChannelType.GuildText),
    parent_id: id.optional(),
    nsfw: z.boolean().optional(),
    permission_overwrites: z.array(overwrite).optional(),
  }),
  channelChange: z.strictObject({
    name: z.string().min(1).optional(),
    nsfw: z.boolean().optional(),
    topic: z.string().nullable().optional(),
    permission_overwrites: z.array(overwrite).optional(),
  }),
  guildChange: z.strictObject({ name: z.string().min(1).optional(), owner_id: id.optional() }),
  member: z.strictObject({ roles: z.array(id) }),
  history: z.strictObject({
    author_id: id,
    count: z.int().min(1).max(1_000_000),
    clip_every: z.int().min(0).default(0),
    media: z.enum(keys).optional(),
  }),
  disconnect: z.strictObject({ resumable: z.boolean().default(true) }),
  settings: z.strictObject({
    url_lifetime_seconds: z.int().min(-86_400).max(1_209_600).optional(),
    enforce_rate_limits: z.boolean().optional(),
    search: z
      .strictObject({
        lag_ms: z.int().min(0).optional(),
        unavailable_requests: z.int().min(0).optional(),
        fewer_results: z.boolean().optional(),
      })
      .optional(),
    time_scale: z.number().positive().max(100_000).optional(),
    invalid_request_limit: z.int().min(1).optional(),
    cdn_latency_ms: z.int().min(0).max(600_000).optional(),
    cdn_bytes_per_second: z.int().min(1).nullable().optional(),
  }),
}

type ById = { Params: { id: string } }

/** The hand from above: changes the world while programs use it. Only on loopback, as everything of the twin. */
export function controlRoutes(
  app: FastifyInstance,
  context: TwinContext,
  gateway: Gateway,
  settings: { enforceRateLimits: boolean },
): void {
  const { world } = context
  void app.register(
    async (control) => {
      control.setErrorHandler((error: unknown, _request, reply: FastifyReply) => {
        if (error instanceof UnknownThing) return reply.code(404).send({ error: error.message })
        if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) })
        throw error
      })
      truthRoutes(control, context)
      faultRoutes(control, context)
      interactionControlRoutes(control, context)
      control.post('/messages', (request, reply) => {
        const {
          channel_id: channelId,
          author_id: authorId,
          content,
          media,
          spoiler,
          mark,
        } = shapes.message.parse(request.body)
        const message = world.postMessage({
          channelId,
          authorId,
          content,
          files: media.map((key) => ({ key, spoiler, ...(mark === undefined ? {} : { mark }) })),
        })
        return reply.code(201).send(messagePayload(context, message))
      })
      control.delete<{ Params: { channel: string; id: string } }>(
        '/channels/:channel/messages/:id',
        (request, reply) => {
          world.deleteMessage(request.params.channel, request.params.id)
          return reply.code(204).send()
        },
      )
      control.post<ById>('/channels/:id/history', (request, reply) => {
        const { author_id: authorId, count, clip_every: clipEvery, media } = shapes.history.parse(request.body)
        return reply.code(201).send({
          clip_ids: world.addHistory(request.params.id, count, {
            authorId,
            clipEvery,
            ...(media ? { mediaKey: media } : {}),
          }),
        })
      })
      control.post('/channels', (request, reply) => {
        const {
          guild_id: guildId,
          name,
          type,
          parent_id: parentId,
          nsfw = false,
          permission_overwrites: overwrites = [],
        } = shapes.channel.parse(request.body)
        return reply
          .code(201)
          .send(
            channelPayload(world.createChannel({ guildId, name, type, parentId: parentId ?? null, nsfw, overwrites })),
          )
      })
      control.patch<ById>('/channels/:id', (request) => {
        const { permission_overwrites: overwrites, ...changes } = shapes.channelChange.parse(request.body)
        return channelPayload(
          world.updateChannel(request.params.id, { ...changes, ...(overwrites ? { overwrites } : {}) }),
        )
      })
      control.delete<ById>('/channels/:id', (request, reply) => {
        world.deleteChannel(request.params.id)
        return reply.code(204).send()
      })
      control.patch<ById>('/guilds/:id', (request, reply) => {
        const { owner_id: ownerId, ...changes } = shapes.guildChange.parse(request.body)
        world.updateGuild(request.params.id, { ...changes, ...(ownerId ? { ownerId } : {}) })
        return reply.code(204).send()
      })
      control.put<ById>('/guilds/:id/bot', (request, reply) => {
        world.joinBot(request.params.id)
        return reply.code(204).send()
      })
      control.delete<ById>('/guilds/:id/bot', (request, reply) => {
        world.removeBot(request.params.id)
        return reply.code(204).send()
      })
      control.patch<{ Params: { id: string; user: string } }>('/guilds/:id/members/:user', (request, reply) => {
        world.setMember(request.params.id, request.params.user, shapes.member.parse(request.body).roles)
        return reply.code(204).send()
      })
      control.delete<{ Params: { id: string; user: string } }>('/guilds/:id/members/:user', (request, reply) => {
        world.removeMember(request.params.id, request.params.user)
        return reply.code(204).send()
      })
      control.post('/gateway/disconnect', (request, reply) => {
        gateway.disconnectAll(shapes.disconnect.parse(request.body ?? {}).resumable)
        return reply.code(204).send()
      })
      control.get('/limits', () => context.limits.counters())
      control.delete('/limits', (_request, reply) => {
        context.limits.clear()
        return reply.code(204).send()
      })
      control.patch('/settings', (request, reply) => {
        const changes = shapes.settings.parse(request.body)
        if (changes.url_lifetime_seconds !== undefined) context.signer.lifetimeSeconds = changes.url_lifetime_seconds
        if (changes.search) {
          const {
            lag_ms: lagMs,
            unavailable_requests: unavailableRequests,
            fewer_results: fewerResults,
          } = changes.search
          context.search.change({ lagMs, unavailableRequests, fewerResults })
        }
        if (changes.enforce_rate_limits !== undefined) settings.enforceRateLimits = changes.enforce_rate_limits
        if (changes.time_scale !== undefined) context.clock.speed = changes.time_scale
        if (changes.invalid_request_limit !== undefined) context.limits.invalid.limit = changes.invalid_request_limit
        if (changes.cdn_latency_ms !== undefined) context.link.latencyMs = changes.cdn_latency_ms
        if (changes.cdn_bytes_per_second !== undefined) context.link.bytesPerSecond = changes.cdn_bytes_per_second
        return reply.code(204).send()
      })
    },
    { prefix: '/_twin' },
  )
}
