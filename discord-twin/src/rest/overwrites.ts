import { OverwriteType, PermissionFlagsBits as Bits, type APIOverwrite } from 'discord-api-types/v10'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { guildPermissions } from '../world/permissions.ts'
import type { Channel, Guild } from '../world/types.ts'
import { requireBot, requireId, requirePermission, requireVisibleChannel } from './caller.ts'
import { ApiError, missingPermissions, wrongChannelType } from './errors.ts'
import { parseForm } from './form.ts'
import { zOverwrite, type OverwriteBody } from './shapes.ts'

type ById = { Params: { channel: string; overwrite: string } }

const zBody = zOverwrite.omit({ id: true }).extend({ type: z.enum(OverwriteType) })

/** Permission overwrites of a channel (https://docs.discord.com/developers/resources/channel#edit-channel-permissions). */
export function overwriteRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world } = context

  app.put<ById>('/channels/:channel/permissions/:overwrite', (request, reply) => {
    const { channel, id } = requireEditable(request)
    const known = channel.overwrites.find((overwrite) => overwrite.id === id)
    const body = { id, ...parseForm(zBody, request.body) }
    const guild = world.requireGuild(channel.guildId)
    requireGrantable(context, guild, channel, [body])
    if (!known && !isKnown(guild, body)) throw unknownOverwrite()
    const others = channel.overwrites.filter((overwrite) => overwrite.id !== id)
    world.updateChannel(channel.id, { overwrites: [...others, toOverwrite(body)] })
    return reply.code(204).send()
  })

  app.delete<ById>('/channels/:channel/permissions/:overwrite', (request, reply) => {
    const { channel, id } = requireEditable(request)
    if (!channel.overwrites.some((overwrite) => overwrite.id === id)) throw unknownOverwrite()
    world.updateChannel(channel.id, { overwrites: channel.overwrites.filter((overwrite) => overwrite.id !== id) })
    return reply.code(204).send()
  })

  function requireEditable(request: Parameters<typeof requireBot>[1]): { channel: Channel; id: string } {
    requireBot(context, request)
    const params = request.params as ById['Params']
    const { channel } = requireVisibleChannel(context, params.channel)
    const id = requireId(params.overwrite, 'overwrite_id')
    if (channel.thread) throw wrongChannelType()
    requirePermission(context, channel, Bits.ManageRoles)
    return { channel, id }
  }
}

/** Throws unless the bot may allow and deny what overwrites say: only what it has itself, and Manage Roles only as an administrator. */
export function requireGrantable(
  { world }: TwinContext,
  guild: Guild,
  channel: Channel | undefined,
  overwrites: readonly OverwriteBody[],
): void {
  const bot = guild.members.get(world.botId)
  const own = bot ? guildPermissions(guild, bot) : 0n
  if (own & Bits.Administrator) return
  // Somebody whom an overwrite of the channel lets manage roles may set everything there.
  const roleIds = new Set(bot?.roleIds)
  const isTrusted = channel?.overwrites.some(
    ({ id, allow }) => (id === world.botId || roleIds.has(id)) && BigInt(allow) & Bits.ManageRoles,
  )
  for (const { id, allow, deny } of overwrites) {
    const before = channel?.overwrites.find((overwrite) => overwrite.id === id)
    const changed = (allow ^ BigInt(before?.allow ?? 0)) | (deny ^ BigInt(before?.deny ?? 0))
    if (changed & Bits.ManageRoles || (!isTrusted && changed & ~own)) throw missingPermissions()
  }
}

/** Throws for an overwrite of nobody. */
export function requireKnownOverwrites(guild: Guild, overwrites: readonly OverwriteBody[]): void {
  if (!overwrites.every((overwrite) => isKnown(guild, overwrite))) throw unknownOverwrite()
}

/** An overwrite as the world keeps it; what is allowed is not denied. */
export function toOverwrite({ id, type, allow, deny }: OverwriteBody): APIOverwrite {
  return { id, type, allow: allow.toString(), deny: (deny & ~allow).toString() }
}

const unknownOverwrite = () => new ApiError(404, 10_009, 'Unknown Permission Overwrite')

function isKnown(guild: Guild, { id, type }: Pick<OverwriteBody, 'id' | 'type'>): boolean {
  return type === OverwriteType.Role ? guild.roles.has(id) : guild.members.has(id)
}
