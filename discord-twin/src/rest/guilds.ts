import { PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TwinContext } from '../context.ts'
import { memberPayload, rolePayload } from '../payloads/accounts.ts'
import { channelPayload } from '../payloads/channels.ts'
import { guildPayload } from '../payloads/guilds.ts'
import { compareIds } from '../snowflake.ts'
import type { Guild } from '../world/types.ts'
import { requireBot } from './caller.ts'
import { unknownGuild, unknownMember } from './errors.ts'
import { parseLimit } from './query.ts'

type ById = { Params: { guild: string } }

/** Guilds the bot is in, with their channels, roles and members. */
export function guildRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world } = context

  const requireGuild = (request: FastifyRequest<ById>): Guild => {
    requireBot(context, request)
    const guild = world.guilds.get(request.params.guild)
    if (!guild || !world.botGuilds.has(guild.id)) throw unknownGuild()
    return guild
  }
  const visible = (guild: Guild, threads: boolean) =>
    world
      .channelsOf(guild.id)
      .filter(
        (channel) =>
          (channel.thread !== null) === threads && world.permissionsIn(channel, world.botId) & Bits.ViewChannel,
      )

  app.get<ById>('/guilds/:guild', (request) => guildPayload(requireGuild(request)))
  // Channels the bot may not view are left out, and threads have a route of their own.
  app.get<ById>('/guilds/:guild/channels', (request) => visible(requireGuild(request), false).map(channelPayload))
  app.get<ById>('/guilds/:guild/roles', (request) => [...requireGuild(request).roles.values()].map(rolePayload))
  app.get<ById>('/guilds/:guild/threads/active', (request) => {
    const threads = visible(requireGuild(request), true).filter(({ thread }) => !thread?.archived)
    return { threads: threads.map(channelPayload), members: [] }
  })
  app.get<ById & { Querystring: { limit?: string; after?: string } }>('/guilds/:guild/members', (request) => {
    const limit = parseLimit(request.query.limit, { fallback: 1, max: 1000 })
    return [...requireGuild(request).members.values()]
      .filter(({ userId }) => compareIds(userId, request.query.after ?? '0') > 0)
      .toSorted((a, b) => compareIds(a.userId, b.userId))
      .slice(0, limit)
      .map((member) => memberPayload(context, member))
  })
  app.get<{ Params: { guild: string; user: string } }>('/guilds/:guild/members/:user', (request) => {
    const member = requireGuild(request).members.get(request.params.user)
    if (!member) throw unknownMember()
    return memberPayload(context, member)
  })
}
