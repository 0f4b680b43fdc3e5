import { PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { memberPayload } from '../payloads/accounts.ts'
import { requireBot, requireGuildAccess, requireId, requirePermission } from './caller.ts'
import { ApiError, unknownRole } from './errors.ts'
import { parseForm } from './form.ts'
import { requireBelowBot } from './hierarchy.ts'
import { zSnowflake } from './shapes.ts'

type ById = { Params: { guild: string; user: string } }

const zBody = z.object({
  access_token: z.string().min(1),
  nick: z.string().trim().max(32).nullish(),
  roles: z.array(zSnowflake).nullish(),
})

/** Adding somebody who allowed it with the scope `guilds.join` (https://docs.discord.com/developers/resources/guild#add-guild-member). */
export function addMemberRoute(app: FastifyInstance, context: TwinContext): void {
  const { world, tokens } = context

  app.put<ById>('/guilds/:guild/members/:user', (request, reply) => {
    requireBot(context, request)
    const { guild } = requireGuildAccess(context, request.params.guild)
    const userId = requireId(request.params.user, 'user_id')
    requirePermission(context, guild, Bits.CreateInstantInvite)
    const body = parseForm(zBody, request.body)
    const grant = tokens.find(body.access_token)
    if (grant?.userId !== userId || !grant.scopes.includes('guilds.join'))
      throw new ApiError(403, 50_025, 'Invalid OAuth2 access token provided')
    if (guild.members.has(userId)) return reply.code(204).send()
    if (body.nick) requirePermission(context, guild, Bits.ManageNicknames)
    const roleIds = [...new Set(body.roles)]
    for (const id of roleIds) {
      const role = guild.roles.get(id)
      if (!role) throw unknownRole()
      requirePermission(context, guild, Bits.ManageRoles)
      requireBelowBot(context, guild, role)
    }
    const member = world.setMember(guild.id, userId, roleIds, { joinedAt: world.now(), nick: body.nick || null })
    return reply.code(201).send(memberPayload(context, member))
  })
}
