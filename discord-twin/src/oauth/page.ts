import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'
import { escape, page } from '../html.ts'

type Query = Record<string, string | undefined>

/** Where Discord would ask a person to allow the application: here you pick who you are. */
export function oauthPage(app: FastifyInstance, context: TwinContext): void {
  app.get<{ Querystring: Query }>('/oauth2/authorize', (request, reply) => {
    const problem = findProblem(context, request.query)
    void reply.type('text/html; charset=utf-8').header('cache-control', 'no-store')
    if (problem)
      return reply
        .code(400)
        .send(page('Sign-in cannot go on', `<h1>Sign-in cannot go on</h1><p>${escape(problem)}</p>`))
    return reply.send(render(context, request.query))
  })

  // A form that posts, so that a prefetching browser signs nobody in.
  app.post<{ Querystring: Query; Body: Query }>('/oauth2/authorize', (request, reply) => {
    const { query, body } = request
    const problem = findProblem(context, query)
    if (problem) return reply.code(400).type('text/plain').send(problem)
    const target = new URL(query.redirect_uri ?? '')
    if (query.state !== undefined) target.searchParams.set('state', query.state)
    const person = context.world.people.get(body.user_id ?? '')
    if (!person) {
      target.searchParams.set('error', 'access_denied')
      target.searchParams.set('error_description', 'The resource owner or authorization server denied the request')
    } else {
      const challenge = query.code_challenge
        ? {
            value: query.code_challenge,
            method: query.code_challenge_method === 'S256' ? ('S256' as const) : ('plain' as const),
          }
        : null
      const scopes = (query.scope ?? '').split(/[\s+]+/).filter(Boolean)
      target.searchParams.set(
        'code',
        context.tokens.issueCode({ userId: person.id, scopes, redirectUri: query.redirect_uri ?? '', challenge }),
      )
    }
    return reply.redirect(target.href, 302)
  })
}

/** Why a request cannot be answered with a redirect, in words; null when it can. */
function findProblem({ application }: TwinContext, query: Query): string | null {
  if (query.client_id !== application.id)
    return `Unknown application: client_id is ${JSON.stringify(query.client_id)}, expected ${application.id}.`
  if (query.response_type !== 'code') return `response_type must be code, not ${JSON.stringify(query.response_type)}.`
  if (!query.scope) return 'scope is missing.'
  const redirect = query.redirect_uri
  if (!redirect || !URL.canParse(redirect)) return 'Invalid OAuth2 redirect_uri.'
  const allowed = application.redirectUris
    ? application.redirectUris.includes(redirect)
    : ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(redirect).hostname)
  return allowed ? null : `Invalid OAuth2 redirect_uri: ${redirect} is not registered for this application.`
}

function render({ world, application }: TwinContext, query: Query): string {
  const people = [...world.people.values()].filter(({ bot }) => !bot)
  const buttons = people.map((person) => {
    const guilds = [...world.guilds.values()].filter((guild) => guild.members.has(person.id))
    const roles = guilds
      .map((guild) => (guild.ownerId === person.id ? `owner of ${guild.name}` : guild.name))
      .join(', ')
    const name = escape(person.globalName ?? person.username)
    const picture = person.avatar ? `<img src="/avatars/${person.id}/${person.avatar}.png" alt="">` : ''
    return `<button name="user_id" value="${person.id}">${picture}<span><strong>Continue as ${name}</strong><small>${escape(roles || 'in no server')}</small></span></button>`
  })
  const search = new URLSearchParams(
    Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  return page(
    'Sign in to the demo world',
    `<h1>Who are you?</h1><p>This page stands in for Discord’s own sign-in. ${escape(application.name)} asks to know ${escape(query.scope ?? '')}. The people are made up.</p>` +
      `<form method="post" action="/oauth2/authorize?${escape(search.toString())}"><div class="people">${buttons.join('')}</div><button class="cancel" name="user_id" value="">Cancel</button></form>`,
  )
}
