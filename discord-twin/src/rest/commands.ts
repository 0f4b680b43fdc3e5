import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { TwinContext } from '../context.ts'
import { parseCommand, parseCommandChanges, parseCommands } from '../interactions/command-form.ts'
import type { Command } from '../interactions/commands.ts'
import { commandPayload } from '../payloads/commands.ts'
import { requireBot } from './caller.ts'
import { ApiError, missingAccess } from './errors.ts'

type Scope = { Params: { application: string; guild?: string }; Querystring: { with_localizations?: string } }
type ById = { Params: { application: string; guild?: string; command: string } }

/** Application commands, global and of guilds (https://docs.discord.com/developers/interactions/application-commands). */
export function commandRoutes(app: FastifyInstance, context: TwinContext): void {
  const { application, commands, world } = context
  for (const prefix of ['/applications/:application/commands', '/applications/:application/guilds/:guild/commands']) {
    app.get<Scope>(prefix, (request) => {
      const translated = request.query.with_localizations === 'true' || request.query.with_localizations === '1'
      return commands.list(requireScope(request)).map((command) => commandPayload(application.id, command, translated))
    })
    app.post<Scope>(prefix, (request, reply) => {
      const { command, isNew } = commands.upsert(requireScope(request), parseCommand(request.body))
      return reply.code(isNew ? 201 : 200).send(commandPayload(application.id, command))
    })
    app.put<Scope>(prefix, (request) => {
      const bodies = parseCommands(request.body ?? [])
      return commands.replace(requireScope(request), bodies).map((command) => commandPayload(application.id, command))
    })
    app.get<ById>(`${prefix}/:command`, (request) => commandPayload(application.id, requireCommand(request)))
    app.patch<ById>(`${prefix}/:command`, (request) => {
      const { id: _id, guildId: _guildId, version: _version, ...body } = requireCommand(request)
      const changed = parseCommandChanges(request.body, body)
      return commandPayload(application.id, commands.update(requireCommand(request), changed))
    })
    app.delete<ById>(`${prefix}/:command`, (request, reply) => {
      commands.remove(requireCommand(request))
      return reply.code(204).send()
    })
  }
  const ofGuild = '/applications/:application/guilds/:guild/commands'
  app.get<Scope>(`${ofGuild}/permissions`, (request) => {
    requireScope(request)
    return []
  })
  app.get<ById>(`${ofGuild}/:command/permissions`, (request) => {
    requireScope(request)
    throw new ApiError(404, 10_066, 'Unknown application command permissions')
  })
  app.put<ById>(`${ofGuild}/:command/permissions`, refuseBots)
  app.put<Scope>(`${ofGuild}/permissions`, refuseBots)

  function refuseBots(request: FastifyRequest, _reply: FastifyReply): never {
    requireBot(context, request)
    throw new ApiError(403, 20_001, 'Bots cannot use this endpoint')
  }

  /** The guild, or null for global commands. */
  function requireScope(request: FastifyRequest<{ Params: { application: string; guild?: string } }>): string | null {
    requireBot(context, request)
    const { application: id, guild } = request.params
    if (id !== application.id)
      throw new ApiError(403, 20_012, 'You are not authorized to perform this action on this application')
    if (guild !== undefined && !world.botGuilds.has(guild)) throw missingAccess()
    return guild ?? null
  }

  function requireCommand(request: FastifyRequest<ById>): Command {
    const command = commands.find(requireScope(request), request.params.command)
    if (!command) throw new ApiError(404, 10_063, 'Unknown application command')
    return command
  }
}
