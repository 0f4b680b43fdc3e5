import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { TwinContext } from '../context.ts'
import { userPayload } from '../payloads/accounts.ts'
import { ApiError, unauthorized } from '../rest/errors.ts'
import { TOKEN_LIFETIME_MS } from './tokens.ts'

type Form = { Body: Record<string, string | undefined> | undefined }

/** The token endpoints of OAuth2 (https://docs.discord.com/developers/topics/oauth2). */
export function oauthApiRoutes(app: FastifyInstance, { world, tokens, application }: TwinContext): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )

  app.post<Form>('/oauth2/token', (request, reply) => {
    const form = request.body ?? {}
    const client = clientOf(request)
    if (client.id !== application.id || client.secret !== application.secret)
      return reply.code(401).send({ error: 'invalid_client' })
    const grant =
      form.grant_type === 'authorization_code'
        ? tokens.redeemCode(form.code ?? '', form.redirect_uri ?? '', form.code_verifier)
        : form.grant_type === 'refresh_token'
          ? tokens.redeemRefresh(form.refresh_token ?? '')
          : undefined
    if (grant === undefined)
      return reply.code(400).send({ error: 'unsupported_grant_type', error_description: 'Grant type is not supported' })
    if (grant === null)
      return reply.code(400).send({ error: 'invalid_grant', error_description: 'Invalid "code" in request.' })
    const issued = tokens.issueTokens(grant)
    return {
      token_type: 'Bearer',
      access_token: issued.access,
      expires_in: TOKEN_LIFETIME_MS / 1000,
      refresh_token: issued.refresh,
      scope: grant.scopes.join(' '),
    }
  })

  app.post<Form>('/oauth2/token/revoke', (request, reply) => {
    const client = clientOf(request)
    if (client.id !== application.id || client.secret !== application.secret)
      return reply.code(401).send({ error: 'invalid_client' })
    tokens.revoke(request.body?.token ?? '')
    return {}
  })

  app.get('/oauth2/@me', (request) => {
    const grant = tokens.find((request.headers.authorization ?? '').replace(/^Bearer /, ''))
    if (!grant) throw unauthorized()
    const user = world.people.get(grant.userId)
    if (!user) throw new ApiError(404, 10_013, 'Unknown User')
    return {
      application: {
        id: application.id,
        name: application.name,
        icon: null,
        description: '',
        bot_public: true,
        bot_require_code_grant: false,
        verify_key: '0'.repeat(64),
      },
      scopes: grant.scopes,
      expires: new Date(grant.expiresAt).toISOString(),
      ...(grant.scopes.includes('identify') ? { user: userPayload(user) } : {}),
    }
  })
}

/** Client id and secret from the form or from HTTP Basic. */
function clientOf(request: FastifyRequest<Form>): { id: string | undefined; secret: string | undefined } {
  const [scheme, value] = (request.headers.authorization ?? '').split(' ')
  if (scheme === 'Basic' && value) {
    const [id, secret] = Buffer.from(value, 'base64').toString().split(':').map(decodeURIComponent)
    return { id, secret }
  }
  return { id: request.body?.client_id, secret: request.body?.client_secret }
}
