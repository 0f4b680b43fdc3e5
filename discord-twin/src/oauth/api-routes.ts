import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { accountPayload } from '../payloads/accounts.ts'
import { applicationOwner, applicationPayload, applyFlags, ownApplicationPayload } from '../payloads/applications.ts'
import { guildPayload } from '../payloads/guilds.ts'
import { timestamp } from '../payloads/time.ts'
import { requireBot } from '../rest/caller.ts'
import { unauthorized } from '../rest/errors.ts'
import { parseForm } from '../rest/form.ts'
import { INVALID_SCOPE, parseScopes } from './scopes.ts'
import { TOKEN_LIFETIME_MS } from './tokens.ts'

type Form = { Body: Record<string, string | undefined> | undefined }

const zApplication = z.object({
  description: z.string().max(400).nullish(),
  flags: z.int().min(0).nullish(),
  tags: z.array(z.string().min(1).max(20)).max(5).nullish(),
})

/** The token endpoints of OAuth2 (https://docs.discord.com/developers/topics/oauth2), and the application itself. */
export function oauthApiRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world, tokens, application } = context
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )

  app.post<Form>('/oauth2/token', (request, reply) => {
    if (!isForm(request)) return reply.code(400).send(NOT_A_FORM)
    if (!isClient(request)) return reply.code(401).send({ error: 'invalid_client' })
    const form = request.body ?? {}
    if (form.grant_type === 'client_credentials') {
      const scopes = parseScopes(form.scope)
      if (!scopes) return reply.code(400).send(INVALID_SCOPE)
      const access = tokens.issueAccess({ userId: applicationOwner(world), scopes })
      return tokenAnswer(access, scopes)
    }
    if (form.grant_type !== 'authorization_code' && form.grant_type !== 'refresh_token')
      return reply.code(400).send({ error: 'unsupported_grant_type', error_description: 'Grant type is not supported' })
    const isCode = form.grant_type === 'authorization_code'
    const grant = isCode
      ? tokens.redeemCode(form.code ?? '', form.redirect_uri ?? '', form.code_verifier)
      : tokens.redeemRefresh(form.refresh_token ?? '')
    if (!grant)
      return reply.code(400).send({
        error: 'invalid_grant',
        error_description: `Invalid "${isCode ? 'code' : 'refresh_token'}" in request.`,
      })
    const { access, refresh } = tokens.issueTokens(grant)
    const guild = world.guilds.get(grant.guildId ?? '')
    return {
      ...tokenAnswer(access, grant.scopes),
      refresh_token: refresh,
      ...(guild ? { guild: guildPayload(guild) } : {}),
    }
  })

  app.post<Form>('/oauth2/token/revoke', (request, reply) => {
    if (!isForm(request)) return reply.code(400).send(NOT_A_FORM)
    if (!isClient(request)) return reply.code(401).send({ error: 'invalid_client' })
    // The hint about the kind of token is only a hint (RFC 7009).
    tokens.revoke(request.body?.token ?? '')
    return {}
  })

  app.get('/oauth2/@me', (request) => {
    const grant = tokens.find((request.headers.authorization ?? '').replace(/^Bearer /, ''))
    if (!grant) throw unauthorized()
    return {
      application: applicationPayload(context),
      scopes: grant.scopes,
      expires: timestamp(new Date(grant.expiresAt)),
      ...(grant.scopes.includes('identify') ? { user: accountPayload(world, grant.userId) } : {}),
    }
  })

  for (const path of ['/applications/@me', '/oauth2/applications/@me'])
    app.get(path, (request) => {
      requireBot(context, request)
      return ownApplicationPayload(context)
    })

  app.patch('/applications/@me', (request) => {
    requireBot(context, request)
    const { description, flags, tags } = parseForm(zApplication, request.body)
    if (description !== undefined) application.description = description ?? ''
    if (tags) application.tags = tags
    if (typeof flags === 'number') applyFlags(application, flags)
    return ownApplicationPayload(context)
  })

  function isClient(request: FastifyRequest<Form>): boolean {
    const { id, secret } = clientOf(request)
    return id === application.id && secret === application.secret
  }
}

const NOT_A_FORM = {
  error: 'invalid_request',
  error_description: 'The body must be application/x-www-form-urlencoded.',
}

function isForm({ headers }: FastifyRequest): boolean {
  return (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
}

function tokenAnswer(access: string, scopes: readonly string[]) {
  return {
    token_type: 'Bearer',
    access_token: access,
    expires_in: TOKEN_LIFETIME_MS / 1000,
    scope: scopes.join(' '),
  }
}

/** Client id and secret from the form or from HTTP Basic. */
function clientOf(request: FastifyRequest<Form>): { id: string | undefined; secret: string | undefined } {
  const [scheme, value] = (request.headers.authorization ?? '').split(' ')
  if (scheme === 'Basic' && value) {
    const [id, secret] = Buffer.from(value, 'base64').toString().split(':').map(decode)
    return { id, secret }
  }
  return { id: request.body?.client_id, secret: request.body?.client_secret }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
