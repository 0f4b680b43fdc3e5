import { PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { rolePayload } from '../payloads/accounts.ts'
import type { Guild, Role } from '../world/types.ts'
import { requireBot, requireGuildAccess, requireId, requirePermission } from './caller.ts'
import { ApiError, missingPermissions, unknownRole } from './errors.ts'
import { parseForm } from './form.ts'
import { compareRoles, requireBelowBot } from './hierarchy.ts'
import { zPermissions, zSnowflake } from './shapes.ts'

type InGuild = { Params: { guild: string } }
type ById = { Params: { guild: string; role: string } }

const MAX_ROLES = 250

const zColor = z.int().min(0).max(0xffffff)
const zRole = z.object({
  name: z.string().min(1).max(100).nullish(),
  permissions: zPermissions.nullish(),
  color: zColor.nullish(),
  colors: z.object({ primary_color: zColor.nullish() }).nullish(),
  hoist: z.boolean().nullish(),
  mentionable: z.boolean().nullish(),
})
const zPositions = z.array(z.object({ id: zSnowflake, position: z.int().nullish() }))

/** Roles of a guild (https://docs.discord.com/developers/resources/guild#get-guild-roles). Nobody changes a role that is not below their own. */
export function roleRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world } = context

  app.get<InGuild>('/guilds/:guild/roles', (request) => list(requireGuild(request)))

  app.get<InGuild>('/guilds/:guild/roles/member-counts', (request) => {
    const { roles, members, id } = requireGuild(request)
    const counts = new Map([...roles.keys()].filter((roleId) => roleId !== id).map((roleId) => [roleId, 0]))
    for (const { roleIds } of members.values())
      for (const roleId of roleIds) counts.set(roleId, (counts.get(roleId) ?? 0) + 1)
    return Object.fromEntries(counts)
  })

  app.get<ById>('/guilds/:guild/roles/:role', (request) => rolePayload(requireRole(request).role))

  app.post<InGuild>('/guilds/:guild/roles', (request) => {
    const guild = requireManaged(request)
    const body = parseForm(zRole, request.body)
    if (guild.roles.size > MAX_ROLES)
      throw new ApiError(400, 30_005, `Maximum number of guild roles reached (${MAX_ROLES})`)
    const permissions = body.permissions ?? guild.roles.get(guild.id)?.permissions ?? 0n
    requireOwn(guild, permissions)
    // A new role is the lowest one above @everyone.
    const role = world.setRole(guild.id, {
      id: world.nextId(),
      name: body.name ?? 'new role',
      permissions,
      position: 1,
      ...looksOf(body),
    })
    return rolePayload(role)
  })

  app.patch<InGuild>('/guilds/:guild/roles', (request) => {
    const guild = requireManaged(request)
    const moved = parseForm(zPositions, request.body).map(({ id, position }) => {
      const role = guild.roles.get(id)
      if (!role) throw unknownRole()
      return { role, position: position ?? role.position }
    })
    const changed = moved.filter(({ role, position }) => role.position !== position)
    for (const { role, position } of changed) {
      requireBelowBot(context, guild, role)
      requireBelowBot(context, guild, { ...role, position })
    }
    for (const { role, position } of changed) world.setRole(guild.id, { ...role, position })
    return list(guild)
  })

  app.patch<ById>('/guilds/:guild/roles/:role', (request) => {
    const { guild, role } = requireManagedRole(request)
    const { name, permissions, ...looks } = parseForm(zRole, request.body)
    // What the role allows already may stay, whoever changes the rest of it.
    if (permissions !== null && permissions !== undefined) requireOwn(guild, permissions ^ role.permissions)
    const changed = world.setRole(guild.id, {
      ...role,
      ...(name ? { name } : {}),
      ...(permissions === null || permissions === undefined ? {} : { permissions }),
      ...looksOf(looks),
    })
    return rolePayload(changed)
  })

  app.delete<ById>('/guilds/:guild/roles/:role', (request, reply) => {
    const { guild, role } = requireManagedRole(request)
    if (role.id === guild.id || role.botId !== undefined) throw new ApiError(400, 50_028, 'Invalid Role')
    world.deleteRole(guild.id, role.id)
    return reply.code(204).send()
  })

  function list({ roles }: Guild) {
    return [...roles.values()].toSorted(compareRoles).map(rolePayload)
  }

  function requireGuild(request: Parameters<typeof requireBot>[1]): Guild {
    requireBot(context, request)
    return requireGuildAccess(context, (request.params as InGuild['Params']).guild).guild
  }

  function requireRole(request: Parameters<typeof requireBot>[1]): { guild: Guild; role: Role } {
    const guild = requireGuild(request)
    const role = guild.roles.get(requireId((request.params as ById['Params']).role, 'role_id'))
    if (!role) throw unknownRole()
    return { guild, role }
  }

  function requireManaged(request: Parameters<typeof requireBot>[1]): Guild {
    const guild = requireGuild(request)
    requirePermission(context, guild, Bits.ManageRoles)
    return guild
  }

  function requireManagedRole(request: Parameters<typeof requireBot>[1]): { guild: Guild; role: Role } {
    requireManaged(request)
    const { guild, role } = requireRole(request)
    if (role.id !== guild.id) requireBelowBot(context, guild, role)
    return { guild, role }
  }

  /** Throws for permissions that the bot does not have itself. */
  function requireOwn(guild: Guild, permissions: bigint): void {
    const { permissions: own } = requireGuildAccess(context, guild.id)
    if (permissions & ~own && !(own & Bits.Administrator)) throw missingPermissions()
  }
}

function looksOf({ color, colors, hoist, mentionable }: Omit<z.output<typeof zRole>, 'name' | 'permissions'>) {
  const main = colors?.primary_color ?? color
  return {
    ...(main === null || main === undefined ? {} : { color: main }),
    ...(hoist === null || hoist === undefined ? {} : { hoist }),
    ...(mentionable === null || mentionable === undefined ? {} : { mentionable }),
  }
}
