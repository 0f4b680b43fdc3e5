import { ChannelType, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { channelPayload } from '../payloads/channels.ts'
import type { Guild } from '../world/types.ts'
import { requireBot, requireGuildAccess, requirePermission } from './caller.ts'
import { commonChanges, forumAfter, settingsAfter, zNewChannel } from './channel-forms.ts'
import { requireCategory } from './channels.ts'
import { ApiError, unknownChannel } from './errors.ts'
import { parseForm } from './form.ts'
import { requireGrantable, requireKnownOverwrites, toOverwrite } from './overwrites.ts'
import { zSnowflake } from './shapes.ts'

type ById = { Params: { guild: string } }

const MAX_CHANNELS = 500

const zPositions = z.array(
  z.object({
    id: zSnowflake,
    position: z.int().min(0).nullish(),
    parent_id: zSnowflake.nullish(),
    lock_permissions: z.boolean().nullish(),
  }),
)

/** The channels of a guild: listing, creating and ordering them. */
export function guildChannelRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world } = context

  // Channels the bot may not view are left out, and threads have routes of their own.
  app.get<ById>('/guilds/:guild/channels', (request) => {
    requireBot(context, request)
    const { guild } = requireGuildAccess(context, request.params.guild)
    return channelsOf(guild)
      .filter((channel) => world.permissionsIn(channel, world.botId) & Bits.ViewChannel)
      .map(channelPayload)
  })

  app.post<ById>('/guilds/:guild/channels', (request, reply) => {
    requireBot(context, request)
    const { guild } = requireGuildAccess(context, request.params.guild)
    requirePermission(context, guild, Bits.ManageChannels)
    const body = parseForm(zNewChannel, request.body)
    if (channelsOf(guild).length >= MAX_CHANNELS)
      throw new ApiError(400, 30_013, `Maximum number of guild channels reached (${MAX_CHANNELS})`)
    const overwrites = body.permission_overwrites ?? []
    requireKnownOverwrites(guild, overwrites)
    requireGrantable(context, guild, undefined, overwrites)
    const type = body.type ?? ChannelType.GuildText
    const parentId = requireCategory(context, { guildId: guild.id, type }, body.parent_id ?? null)
    const inherited = parentId === null ? [] : world.requireChannel(parentId).overwrites
    const { tags, ...forum } = forumAfter(body, null, () => world.nextId())
    const channel = world.createChannel({
      guildId: guild.id,
      type,
      parentId,
      ...commonChanges(body),
      name: body.name,
      ...(typeof body.position === 'number' ? { position: body.position } : {}),
      overwrites: body.permission_overwrites ? overwrites.map(toOverwrite) : inherited.map((it) => ({ ...it })),
      settings: settingsAfter(body),
      tags,
      forum,
    })
    return reply.code(201).send(channelPayload(channel))
  })

  app.patch<ById>('/guilds/:guild/channels', (request, reply) => {
    requireBot(context, request)
    const { guild } = requireGuildAccess(context, request.params.guild)
    requirePermission(context, guild, Bits.ManageChannels)
    const moved = parseForm(zPositions, request.body).map((entry) => {
      const channel = world.channels.get(entry.id)
      if (channel?.guildId !== guild.id || channel.thread) throw unknownChannel()
      return { ...entry, channel }
    })
    for (const { channel, position, parent_id: parent, lock_permissions: synced } of moved) {
      const parentId = parent === undefined ? channel.parentId : requireCategory(context, channel, parent)
      const place = position ?? channel.position
      if (place === channel.position && parentId === channel.parentId && !synced) continue
      world.updateChannel(channel.id, {
        position: place,
        parentId,
        ...(synced && parentId !== null ? { overwrites: world.requireChannel(parentId).overwrites } : {}),
      })
    }
    return reply.code(204).send()
  })

  function channelsOf(guild: Guild) {
    return world.channelsOf(guild.id).filter(({ thread }) => !thread)
  }
}
