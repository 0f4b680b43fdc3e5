import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { TwinContext } from '../context.ts'
import { page } from '../html.ts'
import type { Person } from '../world/types.ts'
import { addBot, manageableGuilds } from './bot.ts'
import { readWish, type Query, type Refusal, type Wish } from './request.ts'
import { addedPage, personPage, refusalPage, serverPage } from './views.ts'

type Page = { Querystring: Query }
type Choice = Page & { Body: Query | undefined }

/** Remembers who somebody was the last time, as a browser that is signed in to Discord. */
const COOKIE = 'twin_person'

/** Where Discord would ask a person to allow the application: here you pick who you are. */
export function oauthPage(app: FastifyInstance, context: TwinContext): void {
  const { world, tokens } = context
  app.get('/favicon.ico', (_request, reply) => reply.code(204).send())

  app.get<Page>('/oauth2/authorize', (request, reply) => {
    void reply.header('cache-control', 'no-store')
    const read = readWish(context, request.query)
    if ('refusal' in read) return refuse(reply, read.refusal)
    const { wish } = read
    const known = rememberedPerson(request)
    // Only a person who allowed all of it before is not asked again.
    if (wish.prompt === 'none' && !wish.bot && known && tokens.hasConsent(known.id, wish.scopes))
      return finish(reply, wish, known, null)
    return send(reply, personPage(context, request.query, wish))
  })

  // A form that posts, so that a prefetching browser signs nobody in.
  app.post<Choice>('/oauth2/authorize', (request, reply) => {
    void reply.header('cache-control', 'no-store')
    const read = readWish(context, request.query)
    if ('refusal' in read) return refuse(reply, read.refusal)
    const { wish } = read
    const { user_id: userId = '', guild_id: guildId } = request.body ?? {}
    const person = world.people.get(userId)
    if (!person || person.bot) return deny(reply, wish)
    if (!wish.bot) return finish(reply, wish, person, null)
    const guilds = manageableGuilds(world, person.id).filter(({ id }) => !wish.bot?.isFixed || id === wish.bot.guildId)
    if (guildId === undefined) return send(reply, serverPage(context, request.query, wish, person, guilds))
    const guild = guilds.find(({ id }) => id === guildId)
    if (!guild) return deny(reply, wish)
    addBot(world, guild.id, wish.bot.permissions)
    return finish(reply, wish, person, guild.id)
  })

  function finish(reply: FastifyReply, wish: Wish, person: Person, guildId: string | null) {
    void reply.header('set-cookie', `${COOKIE}=${person.id}; Path=/oauth2; HttpOnly; SameSite=Lax`)
    if (wish.redirect === null) return send(reply, addedPage(context, world.requireGuild(guildId ?? '')))
    const code = tokens.issueCode({
      userId: person.id,
      scopes: wish.scopes,
      redirectUri: wish.redirect,
      challenge: wish.challenge,
      ...(guildId === null ? {} : { guildId }),
    })
    return goTo(reply, wish.redirect, {
      code,
      state: wish.state,
      ...(guildId === null ? {} : { guild_id: guildId, permissions: wish.bot?.permissions.toString() }),
    })
  }

  function deny(reply: FastifyReply, { redirect, state }: Wish) {
    const error = 'access_denied'
    const description = 'The resource owner or authorization server denied the request'
    return refuse(reply, redirect === null ? { page: description } : { redirect, state, error, description })
  }

  function rememberedPerson({ headers }: FastifyRequest): Person | undefined {
    const [, id = ''] = new RegExp(`(?:^|;\\s*)${COOKIE}=(\\d+)`).exec(headers.cookie ?? '') ?? []
    return world.people.get(id)
  }
}

function refuse(reply: FastifyReply, refusal: Refusal) {
  if ('page' in refusal) return send(reply.code(400), refusalPage(refusal.page))
  const { redirect, state, error, description } = refusal
  return goTo(reply, redirect, { error, error_description: description, state })
}

function goTo(reply: FastifyReply, address: string, parameters: Query) {
  const target = new URL(address)
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) target.searchParams.set(name, value)
  return reply.redirect(target.href, 302)
}

function send(reply: FastifyReply, { title, body }: { title: string; body: string }) {
  return reply.type('text/html; charset=utf-8').send(page(title, body))
}
