import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'
import { memberPayload, userPayload } from '../payloads/accounts.ts'
import { compareIds } from '../snowflake.ts'
import { guildPermissions } from '../world/permissions.ts'
import type { Person } from '../world/types.ts'
import { requireBot, requireCaller, requireScope } from './caller.ts'
import { unknownGuild, unknownUser } from './errors.ts'
import { parseLimit } from './query.ts'

/** People, and what they see of themselves. */
export function userRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world, application } = context

  app.get('/users/@me', (request) => {
    const caller = requireCaller(context, request)
    requireScope(caller, 'identify')
    return {
      ...userPayload(world.people.get(caller.userId) as Person),
      mfa_enabled: false,
      locale: 'en-US',
      premium_type: 0,
      banner: null,
      accent_color: null,
      verified: true,
    }
  })

  app.get<{ Params: { id: string } }>('/users/:id', (request) => {
    requireBot(context, request)
    const person = world.people.get(request.params.id)
    if (!person) throw unknownUser()
    return userPayload(person)
  })

  app.get<{ Querystring: { before?: string; after?: string; limit?: string } }>('/users/@me/guilds', (request) => {
    const caller = requireCaller(context, request)
    requireScope(caller, 'guilds')
    const { before, after } = request.query
    const limit = parseLimit(request.query.limit, { fallback: 200, max: 200 })
    return [...world.guilds.values()]
      .filter((guild) => guild.members.has(caller.userId) && (!caller.bot || world.botGuilds.has(guild.id)))
      .filter((guild) => (!after || compareIds(guild.id, after) > 0) && (!before || compareIds(guild.id, before) < 0))
      .toSorted((a, b) => compareIds(a.id, b.id))
      .slice(0, limit)
      .map((guild) => {
        const member = guild.members.get(caller.userId)
        return {
          id: guild.id,
          name: guild.name,
          icon: guild.icon,
          banner: null,
          owner: guild.ownerId === caller.userId,
          permissions: (member ? guildPermissions(guild, member) : 0n).toString(),
          features: [],
          approximate_member_count: guild.members.size,
          approximate_presence_count: guild.members.size,
        }
      })
  })

  app.get<{ Params: { guild: string } }>('/users/@me/guilds/:guild/member', (request) => {
    const caller = requireCaller(context, request)
    requireScope(caller, 'guilds.members.read')
    const member = world.guilds.get(request.params.guild)?.members.get(caller.userId)
    if (!member) throw unknownGuild()
    return memberPayload(context, member)
  })

  for (const path of ['/applications/@me', '/oauth2/applications/@me']) {
    app.get(path, (request) => {
      requireBot(context, request)
      return {
        id: application.id,
        name: application.name,
        icon: null,
        description: '',
        bot_public: true,
        bot_require_code_grant: false,
        verify_key: '0'.repeat(64),
        team: null,
        flags: (1 << 19) | (1 << 15),
        redirect_uris: application.redirectUris ?? [],
        bot: userPayload(world.people.get(world.botId) as Person),
      }
    })
  }
}
