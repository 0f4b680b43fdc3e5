import type { FastifyRequest } from 'fastify'
import type { TwinContext } from '../context.ts'
import { PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import { guildPermissions } from '../world/permissions.ts'
import type { Channel, Guild, Member } from '../world/types.ts'
import { ApiError, missingAccess, missingPermissions, unauthorized, unknownChannel, unknownGuild } from './errors.ts'
import { parseId } from './query.ts'

/** Who sent a request: the bot by its token, or a person by an OAuth2 access token with its scopes. */
export type Caller = { userId: string; bot: boolean; scopes: readonly string[] }

/** Reads the Authorization header. Throws 401. */
export function requireCaller({ world, tokens, application }: TwinContext, request: FastifyRequest): Caller {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ')
  if (scheme === 'Bot' && token === application.botToken) return { userId: world.botId, bot: true, scopes: [] }
  const grant = scheme === 'Bearer' && token !== undefined ? tokens.find(token) : undefined
  if (grant) return { userId: grant.userId, bot: false, scopes: grant.scopes }
  throw unauthorized()
}

/** The bot. Throws 401 for everybody else, as Discord does on routes for bots. */
export function requireBot(context: TwinContext, request: FastifyRequest): Caller {
  const caller = requireCaller(context, request)
  if (!caller.bot) throw unauthorized()
  return caller
}

/** Throws when an access token lacks a scope; the bot needs none. */
export function requireScope(caller: Caller, scope: string): void {
  if (!caller.bot && !caller.scopes.includes(scope)) throw new ApiError(401, 50_026, 'Missing required OAuth2 scope')
}

/** An id in the path. Throws Discord's form error. */
export function requireId(value: string, field: string): string {
  return parseId(value, field) ?? value
}

/** A channel the bot may view. Throws 404 for one that is not there, 403 for one that is hidden or in a guild the bot is not in. */
export function requireVisibleChannel(
  { world }: TwinContext,
  channelId: string,
): { channel: Channel; permissions: bigint } {
  const channel = world.channels.get(requireId(channelId, 'channel_id'))
  if (!channel) throw unknownChannel()
  const permissions = world.botGuilds.has(channel.guildId) ? world.permissionsIn(channel, world.botId) : 0n
  if (!(permissions & Bits.ViewChannel)) throw missingAccess()
  return { channel, permissions }
}

/** A guild the bot is in, with what the bot may do there. Throws 404 for one that is not there, 403 for any other. */
export function requireGuildAccess(
  { world }: TwinContext,
  guildId: string,
): { guild: Guild; member: Member; permissions: bigint } {
  const guild = world.guilds.get(requireId(guildId, 'guild_id'))
  if (!guild) throw unknownGuild()
  const member = guild.members.get(world.botId)
  if (!member || !world.botGuilds.has(guild.id)) throw missingAccess()
  return { guild, member, permissions: guildPermissions(guild, member) }
}

/** Throws 403 unless the bot has all of these permissions in a guild or channel. */
export function requirePermission({ world }: TwinContext, place: Guild | Channel, bits: bigint): void {
  const bot = 'members' in place ? place.members.get(world.botId) : undefined
  const own = 'members' in place ? (bot ? guildPermissions(place, bot) : 0n) : world.permissionsIn(place, world.botId)
  if ((own & bits) !== bits) throw missingPermissions()
}
