import { ChannelType, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import type { Webhook } from '../interactions/webhooks.ts'
import { webhookPayload } from '../payloads/webhooks.ts'
import { guildPermissions } from '../world/permissions.ts'
import type { Channel } from '../world/types.ts'
import { requireBot, requireVisibleChannel } from './caller.ts'
import { ApiError, missingAccess, missingPermissions } from './errors.ts'
import { parseForm } from './form.ts'
import { webhookMessageRoutes } from './webhook-messages.ts'
import { requireWebhook, unknownWebhook } from './webhook-caller.ts'

type InChannel = { Params: { channel: string } }
type InGuild = { Params: { guild: string } }
type ById = { Params: { webhook: string } }
type ByToken = { Params: { webhook: string; token: string } }

const HOLDERS: ReadonlySet<ChannelType> = new Set([
  ChannelType.GuildText,
  ChannelType.GuildVoice,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildStageVoice,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
])

const zName = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .check((check) => {
    const word = ['clyde', 'discord'].find((taken) => check.value.toLowerCase().includes(taken))
    if (word)
      check.issues.push({
        code: 'custom',
        input: check.value,
        message: `Username cannot contain "${word}"`,
        params: { code: 'USERNAME_INVALID_CONTAINS' },
      })
  })
const zAvatar = z
  .string()
  .regex(/^data:image\/(png|jpeg|jpg|gif|webp);base64,[\w+/=]+$/)
  .nullish()
const zCreate = z.object({ name: zName, avatar: zAvatar })
const zChange = z.object({ name: zName.optional(), avatar: zAvatar, channel_id: z.string().nullish() })

/** Webhooks, and messages through them (https://docs.discord.com/developers/resources/webhook). */
export function webhookRoutes(app: FastifyInstance, context: TwinContext): void {
  const { webhooks, world, application } = context

  app.post<InChannel>('/channels/:channel/webhooks', (request) => {
    requireBot(context, request)
    const channel = requireHolder(request.params.channel)
    const { name, avatar } = parseForm(zCreate, request.body)
    return webhookPayload(
      context,
      webhooks.create({
        channelId: channel.id,
        creatorId: world.botId,
        applicationId: application.id,
        name,
        avatar: hashOf(avatar),
      }),
    )
  })
  app.get<InChannel>('/channels/:channel/webhooks', (request) => {
    requireBot(context, request)
    const { id } = requireHolder(request.params.channel)
    return webhooks.list(({ channelId }) => channelId === id).map((webhook) => webhookPayload(context, webhook))
  })
  app.get<InGuild>('/guilds/:guild/webhooks', (request) => {
    requireBot(context, request)
    const guildId = request.params.guild
    if (!world.botGuilds.has(guildId)) throw missingAccess()
    const mayManage = (webhook: Webhook) =>
      Boolean(world.permissionsIn(world.requireChannel(webhook.channelId), world.botId) & Bits.ManageWebhooks)
    const guild = world.requireGuild(guildId)
    const bot = guild.members.get(world.botId)
    if (!bot || !(guildPermissions(guild, bot) & Bits.ManageWebhooks)) throw missingPermissions()
    return webhooks
      .list((webhook) => webhook.guildId === guildId && mayManage(webhook))
      .map((webhook) => webhookPayload(context, webhook))
  })

  app.get<ById>('/webhooks/:webhook', (request) => webhookPayload(context, requireKnown(request)))
  app.patch<ById>('/webhooks/:webhook', (request) => {
    const webhook = requireManaged(request)
    const { channel_id: channelId, ...changes } = parseForm(zChange, request.body)
    const moved = channelId ? { channelId: requireHolder(channelId).id } : {}
    return webhookPayload(context, webhooks.update(webhook, { ...toChanges(changes), ...moved }))
  })
  app.delete<ById>('/webhooks/:webhook', (request, reply) => {
    webhooks.remove(requireManaged(request))
    return reply.code(204).send()
  })

  app.get<ByToken>('/webhooks/:webhook/:token', (request) =>
    webhookPayload(context, requireWebhook(context, request.params), { withUser: false }),
  )
  app.patch<ByToken>('/webhooks/:webhook/:token', (request) => {
    const webhook = requireWebhook(context, request.params)
    const { channel_id: _stays, ...changes } = parseForm(zChange, request.body)
    return webhookPayload(context, webhooks.update(webhook, toChanges(changes)), { withUser: false })
  })
  app.delete<ByToken>('/webhooks/:webhook/:token', (request, reply) => {
    webhooks.remove(requireWebhook(context, request.params))
    return reply.code(204).send()
  })
  webhookMessageRoutes(app, context)

  function requireHolder(channelId: string): Channel {
    const { channel, permissions } = requireVisibleChannel(context, channelId)
    if (!(permissions & Bits.ManageWebhooks)) throw missingPermissions()
    if (!HOLDERS.has(channel.type)) throw new ApiError(400, 50_024, 'Cannot execute action on this channel type')
    return channel
  }

  /** A webhook of the application's own, or one the bot may manage. */
  function requireKnown(request: FastifyRequest<ById>): Webhook {
    requireBot(context, request)
    const webhook = webhooks.find(request.params.webhook)
    if (!webhook || !world.botGuilds.has(webhook.guildId)) throw unknownWebhook()
    if (webhook.applicationId !== application.id) requireHolder(webhook.channelId)
    return webhook
  }

  function requireManaged(request: FastifyRequest<ById>): Webhook {
    const webhook = requireKnown(request)
    requireHolder(webhook.channelId)
    return webhook
  }
}

function toChanges({ name, avatar }: { name?: string | undefined; avatar?: string | null | undefined }) {
  return { ...(name === undefined ? {} : { name }), ...(avatar === undefined ? {} : { avatar: hashOf(avatar) }) }
}

function hashOf(avatar: string | null | undefined): string | null {
  return avatar ? createHash('md5').update(avatar).digest('hex') : null
}
