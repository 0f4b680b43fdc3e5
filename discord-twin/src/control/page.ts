import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'
import { escape, page } from '../html.ts'
import { truth } from './truth.ts'

/** What is in the world, for a person. */
export function worldPage(app: FastifyInstance, context: TwinContext): void {
  app.get('/', (_request, reply) => {
    const { guilds, channels, people, clips } = truth(context)
    const sections = guilds.map((guild) => {
      const rows = channels
        .filter((channel) => channel.guild_id === guild.id)
        .map(
          (channel) =>
            `<tr><td>${channel.is_thread ? '↳ ' : '#'}${escape(channel.name)}</td><td>${channel.messages}</td><td>${clips.filter((clip) => clip.channel_id === channel.id).length}</td></tr>`,
        )
      return `<h2>${escape(guild.name)}</h2><table><tr><th>Channel</th><th>Messages</th><th>Clips</th></tr>${rows.join('')}</table>`
    })
    const names = people.map((person) => escape(person.global_name ?? person.username)).join(', ')
    const body = `<h1>A stand-in for Discord</h1><p>Everything here is made up. People: ${names}. The control API is under /_twin, its truth at <a href="/_twin/world">/_twin/world</a>.</p>${sections.join('')}`
    return reply.type('text/html; charset=utf-8').send(page('A stand-in for Discord', body))
  })
}
