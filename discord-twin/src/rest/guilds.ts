import {
  ChannelType,
  GuildDefaultMessageNotifications,
  GuildExplicitContentFilter,
  GuildFeature,
  GuildVerificationLevel,
  Locale,
  PermissionFlagsBits as Bits,
} from 'discord-api-types/v10'
import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { channelForBot, threadMemberPayload } from '../payloads/channels.ts'
import { guildCounts, guildPayload, guildPreviewPayload } from '../payloads/guilds.ts'
import { compareIds } from '../snowflake.ts'
import type { Guild, GuildSettings } from '../world/types.ts'
import { requireBot, requireGuildAccess, requirePermission } from './caller.ts'
import { ApiError, invalidForm } from './errors.ts'
import { parseForm } from './form.ts'
import { guildChannelRoutes } from './guild-channels.ts'
import { parseFlag, parseLimit } from './query.ts'
import { zPicture, zSnowflake } from './shapes.ts'

type ById = { Params: { guild: string } }

const zChanges = z.object({
  name: z.string().trim().min(2).max(100).optional(),
  description: z.string().max(300).nullish(),
  icon: zPicture.nullish(),
  verification_level: z.enum(GuildVerificationLevel).nullish(),
  default_message_notifications: z.enum(GuildDefaultMessageNotifications).nullish(),
  explicit_content_filter: z.enum(GuildExplicitContentFilter).nullish(),
  preferred_locale: z.enum(Locale).nullish(),
  afk_timeout: z.literal([60, 300, 900, 1800, 3600]).nullish(),
  system_channel_flags: z.int().min(0).nullish(),
  premium_progress_bar_enabled: z.boolean().nullish(),
  features: z.array(z.enum(GuildFeature)).nullish(),
  afk_channel_id: zSnowflake.nullish(),
  system_channel_id: zSnowflake.nullish(),
  rules_channel_id: zSnowflake.nullish(),
  public_updates_channel_id: zSnowflake.nullish(),
  safety_alerts_channel_id: zSnowflake.nullish(),
})

const TEXT: readonly ChannelType[] = [ChannelType.GuildText, ChannelType.GuildAnnouncement]

/** Guilds the bot is in, with their channels and threads (https://docs.discord.com/developers/resources/guild). */
export function guildRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world } = context
  guildChannelRoutes(app, context)

  app.get<ById & { Querystring: { with_counts?: string } }>('/guilds/:guild', (request) => {
    requireBot(context, request)
    const { guild } = requireGuildAccess(context, request.params.guild)
    const withCounts = parseFlag(request.query.with_counts, 'with_counts')
    return { ...guildPayload(guild), ...(withCounts ? guildCounts(guild) : {}) }
  })

  app.get<ById>('/guilds/:guild/preview', (request) => {
    requireBot(context, request)
    return guildPreviewPayload(requireGuildAccess(context, request.params.guild).guild)
  })

  app.patch<ById>('/guilds/:guild', (request) => {
    requireBot(context, request)
    const { guild } = requireGuildAccess(context, request.params.guild)
    requirePermission(context, guild, Bits.ManageGuild)
    const { name, description, icon, ...settings } = parseForm(zChanges, request.body)
    world.updateGuild(guild.id, {
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(icon === undefined ? {} : { icon: icon && createHash('md5').update(icon).digest('hex') }),
      settings: { ...guild.settings, ...toSettings(guild, settings) },
    })
    return guildPayload(guild)
  })

  app.get<ById>('/guilds/:guild/threads/active', (request) => {
    requireBot(context, request)
    const { guild } = requireGuildAccess(context, request.params.guild)
    const threads = world
      .channelsOf(guild.id)
      .filter((it) => it.thread && !it.thread.archived && world.permissionsIn(it, world.botId) & Bits.ViewChannel)
      .toSorted((a, b) => compareIds(b.id, a.id))
    const joined = threads.filter(({ thread }) => thread?.members.has(world.botId))
    return {
      threads: threads.map((thread) => channelForBot(context, thread)),
      members: joined.map((thread) => threadMemberPayload(context, thread, world.botId)),
      has_more: false,
    }
  })

  app.get<ById & { Querystring: { limit?: string } }>('/guilds/:guild/bans', (request) => {
    requireBot(context, request)
    const { guild } = requireGuildAccess(context, request.params.guild)
    requirePermission(context, guild, Bits.BanMembers)
    parseLimit(request.query.limit, { fallback: 1000, max: 1000 })
    return []
  })
  app.get<ById>('/guilds/:guild/bans/:user', (request) => {
    requireBot(context, request)
    const { guild } = requireGuildAccess(context, request.params.guild)
    requirePermission(context, guild, Bits.BanMembers)
    throw new ApiError(404, 10_026, 'Unknown Ban')
  })

  /** Settings of a body; null sets Discord's own value again. */
  function toSettings(
    guild: Guild,
    body: Omit<z.output<typeof zChanges>, 'name' | 'description' | 'icon'>,
  ): GuildSettings {
    for (const [field, value] of Object.entries(body))
      if (field.endsWith('_channel_id') && typeof value === 'string') {
        const channel = world.channels.get(value)
        const isVoice = field === 'afk_channel_id'
        const fits = channel && (isVoice ? channel.type === ChannelType.GuildVoice : TEXT.includes(channel.type))
        if (channel?.guildId !== guild.id || !fits) throw invalidForm(field, 'CHANNEL_INVALID', 'Invalid channel')
      }
    return Object.fromEntries(Object.entries(body).map(([field, value]) => [field, value ?? undefined]))
  }
}
