import type { FastifyRequest } from 'fastify'
import type { TwinContext } from '../context.ts'
import { PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { Channel } from '../world/types.ts'
import { ApiError, missingAccess, unauthorized, unknownChannel } from './errors.ts'

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
  if (!caller.bot && !caller.scopes.includes(scope))
    throw new ApiError(401, 50_025, 'Invalid OAuth2 access token provided')
}

/** A channel the bot may view. Throws 404 for one that is not there or in a guild it is not in, 403 for a hidden one. */
export function requireVisibleChannel(
  { world }: TwinContext,
  channelId: string,
): { channel: Channel; permissions: bigint } {
  const channel = world.channels.get(channelId)
  if (!channel || !world.botGuilds.has(channel.guildId)) throw unknownChannel()
  const permissions = world.permissionsIn(channel, world.botId)
  if (!(permissions & Bits.ViewChannel)) throw missingAccess()
  return { channel, permissions }
}
