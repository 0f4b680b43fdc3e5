import { PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { memberPayload } from '../payloads/accounts.ts'
import { compareIds } from '../snowflake.ts'
import { guildPermissions } from '../world/permissions.ts'
import type { Guild, Member } from '../world/types.ts'
import { requireBot, requireGuildAccess, requireId, requirePermission } from './caller.ts'
import { ApiError, invalidForm, missingAccess, missingPermissions, unknownMember, unknownRole } from './errors.ts'
import { parseForm } from './form.ts'
import { requireBelowBot, requireMemberBelowBot } from './hierarchy.ts'
import { addMemberRoute } from './member-adding.ts'
import { parseId, parseLimit } from './query.ts'
import { zSnowflake } from './shapes.ts'

type InGuild = { Params: { guild: string } }
type ById = { Params: { guild: string; user: string } }
type RoleOf = { Params: { guild: string; user: string; role: string } }

const TIME_OUT_DAYS = 28

const zNick = z.string().trim().max(32).nullish()
const zChanges = z.object({
  nick: zNick,
  roles: z.array(zSnowflake).nullish(),
  mute: z.boolean().nullish(),
  deaf: z.boolean().nullish(),
  channel_id: zSnowflake.nullish(),
  communication_disabled_until: z.iso.datetime({ offset: true }).nullish(),
})

/** Members of a guild (https://docs.discord.com/developers/resources/guild#get-guild-member). */
export function memberRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world, application } = context
  addMemberRoute(app, context)

  app.get<InGuild & { Querystring: { limit?: string; after?: string } }>('/guilds/:guild/members', (request) => {
    const guild = requireGuild(request)
    if (!application.privilegedIntents.includes('GUILD_MEMBERS')) throw missingAccess()
    const limit = parseLimit(request.query.limit, { fallback: 1, max: 1000 })
    const after = parseId(request.query.after, 'after') ?? '0'
    return sorted(guild)
      .filter(({ userId }) => compareIds(userId, after) > 0)
      .slice(0, limit)
      .map((member) => memberPayload(context, member))
  })

  app.get<InGuild & { Querystring: { limit?: string; query?: string } }>('/guilds/:guild/members/search', (request) => {
    const guild = requireGuild(request)
    const limit = parseLimit(request.query.limit, { fallback: 1, max: 1000 })
    const query = request.query.query?.toLowerCase()
    if (!query) throw invalidForm('query', 'BASE_TYPE_REQUIRED', 'This field is required')
    return sorted(guild)
      .filter(({ userId, nick }) => {
        const person = world.people.get(userId)
        return [person?.username, person?.globalName, nick].some((name) => name?.toLowerCase().startsWith(query))
      })
      .slice(0, limit)
      .map((member) => memberPayload(context, member))
  })

  app.get<ById>('/guilds/:guild/members/:user', (request) => memberPayload(context, requireMember(request).member))

  app.patch<InGuild>('/guilds/:guild/members/@me', (request) => {
    const guild = requireGuild(request)
    const { member } = requireGuildAccess(context, guild.id)
    const { nick } = parseForm(z.object({ nick: zNick }), request.body)
    if (nick !== undefined) requirePermission(context, guild, Bits.ChangeNickname)
    const changed = nick === undefined ? member : change(guild, member, { nick: nick || null })
    return { ...memberPayload(context, changed), permissions: guildPermissions(guild, changed).toString() }
  })

  app.patch<ById>('/guilds/:guild/members/:user', (request) => {
    const { guild, member } = requireMember(request)
    const body = parseForm(zChanges, request.body)
    const isOwn = member.userId === world.botId
    if (body.nick !== undefined) {
      requirePermission(context, guild, isOwn ? Bits.ChangeNickname : Bits.ManageNicknames)
      if (!isOwn) requireMemberBelowBot(context, guild, member)
    }
    if (body.roles) requireRoleChanges(guild, member, body.roles)
    const until = body.communication_disabled_until
    if (until !== undefined) {
      requirePermission(context, guild, Bits.ModerateMembers)
      requireMemberBelowBot(context, guild, member)
      if (until !== null) requireTimeOut(guild, member, new Date(until))
    }
    // Nobody in the twin is connected to voice.
    if (typeof body.mute === 'boolean' || typeof body.deaf === 'boolean' || body.channel_id)
      throw new ApiError(400, 40_032, 'Target user is not connected to voice.')
    const changed = change(guild, member, {
      ...(body.nick === undefined ? {} : { nick: body.nick || null }),
      ...(until === undefined ? {} : { timedOutUntil: until === null ? null : new Date(until) }),
      ...(body.roles ? { roleIds: [...new Set(body.roles)] } : {}),
    })
    return memberPayload(context, changed)
  })

  app.delete<ById>('/guilds/:guild/members/:user', (request, reply) => {
    const { guild, member } = requireMember(request)
    requirePermission(context, guild, Bits.KickMembers)
    requireMemberBelowBot(context, guild, member)
    world.removeMember(guild.id, member.userId)
    return reply.code(204).send()
  })

  app.put<RoleOf>('/guilds/:guild/members/:user/roles/:role', (request, reply) => {
    const { guild, member, roleId } = requireRoleOf(request)
    if (!member.roleIds.includes(roleId)) change(guild, member, { roleIds: [...member.roleIds, roleId] })
    return reply.code(204).send()
  })

  app.delete<RoleOf>('/guilds/:guild/members/:user/roles/:role', (request, reply) => {
    const { guild, member, roleId } = requireRoleOf(request)
    if (member.roleIds.includes(roleId))
      change(guild, member, { roleIds: member.roleIds.filter((id) => id !== roleId) })
    return reply.code(204).send()
  })

  function change(
    guild: Guild,
    { userId, roleIds }: Member,
    changes: Partial<Pick<Member, 'nick' | 'timedOutUntil' | 'roleIds'>>,
  ): Member {
    const { roleIds: roles = roleIds, ...rest } = changes
    return world.setMember(guild.id, userId, roles, rest)
  }

  function requireGuild(request: FastifyRequest): Guild {
    requireBot(context, request)
    return requireGuildAccess(context, (request.params as InGuild['Params']).guild).guild
  }

  function requireMember(request: FastifyRequest): { guild: Guild; member: Member } {
    const guild = requireGuild(request)
    const member = guild.members.get(requireId((request.params as ById['Params']).user, 'user_id'))
    if (!member) throw unknownMember()
    return { guild, member }
  }

  function requireRoleOf(request: FastifyRequest): { guild: Guild; member: Member; roleId: string } {
    const { guild, member } = requireMember(request)
    const roleId = requireId((request.params as RoleOf['Params']).role, 'role_id')
    requireChangeable(guild, roleId)
    return { guild, member, roleId }
  }

  function requireRoleChanges(guild: Guild, { roleIds }: Member, wanted: readonly string[]): void {
    requirePermission(context, guild, Bits.ManageRoles)
    const changed = [...new Set([...roleIds, ...wanted])].filter((id) => roleIds.includes(id) !== wanted.includes(id))
    for (const id of changed) requireChangeable(guild, id)
  }

  /** Throws for a role that the bot may not give or take; that of a bot belongs to it alone. */
  function requireChangeable(guild: Guild, roleId: string): void {
    const role = guild.roles.get(roleId)
    if (!role) throw unknownRole()
    requirePermission(context, guild, Bits.ManageRoles)
    if (role.id === guild.id || role.botId !== undefined) throw missingPermissions()
    requireBelowBot(context, guild, role)
  }

  function requireTimeOut(guild: Guild, member: Member, until: Date): void {
    // Administrators cannot be timed out.
    if (guildPermissions(guild, member) & Bits.Administrator) throw missingPermissions()
    if (until.getTime() > world.clock.now() + TIME_OUT_DAYS * 86_400_000)
      throw invalidForm(
        'communication_disabled_until',
        'BASE_TYPE_BAD_TIME',
        `A time-out cannot be longer than ${TIME_OUT_DAYS} days.`,
      )
  }
}

function sorted({ members }: Guild): Member[] {
  return [...members.values()].toSorted((a, b) => compareIds(a.userId, b.userId))
}
