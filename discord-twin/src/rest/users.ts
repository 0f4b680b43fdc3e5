import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { accountPayload, memberPayload, userPayload } from '../payloads/accounts.ts'
import { guildCounts } from '../payloads/guilds.ts'
import { compareIds } from '../snowflake.ts'
import { guildPermissions } from '../world/permissions.ts'
import type { Guild } from '../world/types.ts'
import { requireBot, requireCaller, requireGuildAccess, requireId, requireScope, type Caller } from './caller.ts'
import { ApiError, unauthorized, unknownGuild, unknownUser } from './errors.ts'
import { parseForm } from './form.ts'
import { parseFlag, parseId, parseLimit } from './query.ts'
import { zPicture, zSnowflake } from './shapes.ts'

type GuildsQuery = { Querystring: { before?: string; after?: string; limit?: string; with_counts?: string } }

const zMe = z.object({
  username: z.string().trim().min(2).max(32).optional(),
  avatar: zPicture.nullish(),
  banner: zPicture.nullish(),
})

/** People, and what they see of themselves (https://docs.discord.com/developers/resources/user). */
export function userRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world } = context

  app.get('/users/@me', (request) => {
    const caller = requireCaller(context, request)
    requireScope(caller, 'identify')
    return ownPayload(caller)
  })

  app.patch('/users/@me', (request) => {
    const caller = requireBot(context, request)
    const { username, avatar } = parseForm(zMe, request.body)
    world.updatePerson(caller.userId, {
      ...(username === undefined ? {} : { username }),
      ...(avatar === undefined ? {} : { avatar: avatar && createHash('md5').update(avatar).digest('hex') }),
    })
    return ownPayload(caller)
  })

  app.get<{ Params: { user: string } }>('/users/:user', (request) => {
    requireBot(context, request)
    const person = world.people.get(requireId(request.params.user, 'user_id'))
    if (!person) throw unknownUser()
    return userPayload(person)
  })

  app.get<GuildsQuery>('/users/@me/guilds', (request) => {
    const caller = requireCaller(context, request)
    requireScope(caller, 'guilds')
    const withCounts = parseFlag(request.query.with_counts, 'with_counts')
    return pageOf(guildsOf(caller), request.query).map((guild) => ({
      id: guild.id,
      name: guild.name,
      icon: guild.icon,
      banner: null,
      owner: guild.ownerId === caller.userId,
      permissions: permissionsOf(guild, caller.userId).toString(),
      features: guild.settings?.features ?? [],
      ...(withCounts ? guildCounts(guild) : {}),
    }))
  })

  app.delete<{ Params: { guild: string } }>('/users/@me/guilds/:guild', (request, reply) => {
    requireBot(context, request)
    const { guild } = requireGuildAccess(context, request.params.guild)
    world.removeBot(guild.id)
    // The role that was made for the bot goes with it.
    for (const role of guild.roles.values()) if (role.botId === world.botId) world.deleteRole(guild.id, role.id)
    return reply.code(204).send()
  })

  app.get<{ Params: { guild: string } }>('/users/@me/guilds/:guild/member', (request) => {
    const caller = requireCaller(context, request)
    // Bots have a route of their own for members.
    if (caller.bot) throw unauthorized()
    requireScope(caller, 'guilds.members.read')
    const guild = world.guilds.get(requireId(request.params.guild, 'guild_id'))
    const member = guild?.members.get(caller.userId)
    if (!guild || !member) throw unknownGuild()
    return { ...memberPayload(context, member), permissions: permissionsOf(guild, caller.userId).toString() }
  })

  app.post('/users/@me/channels', (request) => {
    requireBot(context, request)
    const { recipient_id: recipient } = parseForm(z.object({ recipient_id: zSnowflake }), request.body)
    if (!world.people.has(recipient)) throw unknownUser()
    // People of the twin take no direct messages.
    throw new ApiError(403, 50_007, 'Cannot send messages to this user')
  })

  app.get('/users/@me/connections', (request) => {
    requireScope(requireCaller(context, request), 'connections')
    return []
  })

  function ownPayload(caller: Caller) {
    const person = accountPayload(world, caller.userId)
    const withEmail = !caller.bot && caller.scopes.includes('email')
    return {
      ...person,
      mfa_enabled: false,
      locale: 'en-US',
      premium_type: 0,
      ...(caller.bot ? { email: null, verified: true } : {}),
      ...(withEmail ? { email: `${person.username}@example.com`, verified: true } : {}),
    }
  }

  function guildsOf(caller: Caller): Guild[] {
    return [...world.guilds.values()].filter(
      (guild) => guild.members.has(caller.userId) && (!caller.bot || world.botGuilds.has(guild.id)),
    )
  }
}

/** A page in order of ids. Before an id come the nearest ones. */
function pageOf(guilds: readonly Guild[], query: GuildsQuery['Querystring']): Guild[] {
  const limit = parseLimit(query.limit, { fallback: 200, max: 200 })
  const before = parseId(query.before, 'before')
  const after = parseId(query.after, 'after')
  const found = guilds
    .filter(({ id }) => (!after || compareIds(id, after) > 0) && (!before || compareIds(id, before) < 0))
    .toSorted((a, b) => compareIds(a.id, b.id))
  return before && !after ? found.slice(-limit) : found.slice(0, limit)
}

function permissionsOf(guild: Guild, userId: string): bigint {
  const member = guild.members.get(userId)
  return member ? guildPermissions(guild, member) : 0n
}
