import { AppError, describeError } from '@dcs/shared/core'
import { upsertUserLogin } from '@dcs/shared/db'
import { authAdapter } from '@dcs/shared/db/auth'
import { avatarUrl } from '@dcs/shared/discord'
import type { Config } from '@dcs/shared/config'
import { betterAuth } from 'better-auth'
import { createAuthMiddleware } from 'better-auth/api'
import { genericOAuth } from 'better-auth/plugins/generic-oauth'
import * as z from 'zod'
import { getContext, type Context } from './context.ts'
import { publicUrl } from './public-url.ts'
import { tokenUrl } from './token-url.ts'

type Auth = ReturnType<typeof createAuth>

let auth: { of: Context; made: Auth } | undefined

/** What Better Auth reports as errors, and everybody who opens an address can cause. */
const VISITORS_OWN = new Set(['INVALID_CALLBACK_REQUEST', 'State not found', 'Failed to parse state'])

/** Sign-in, made once for the context. */
export async function getAuth(): Promise<Auth> {
  const context = await getContext()
  if (auth?.of !== context) auth = { of: context, made: createAuth(context.config, context) }
  return auth.made
}

const discordProfile = z.object({
  id: z.string(),
  username: z.string(),
  global_name: z.string().nullish(),
  avatar: z.string().nullish(),
})

function createAuth(config: Config, { log }: Context) {
  const { clientId, clientSecret, apiUrl, authorizeUrl } = config.discord
  if (!clientId || !clientSecret)
    throw new AppError('invalid-input', 'DISCORD_CLIENT_ID and DISCORD_CLIENT_SECRET are not set.', {
      publicMessage: 'Sign-in is not set up: DISCORD_CLIENT_ID and DISCORD_CLIENT_SECRET are missing on the server.',
    })
  if (!config.interface.authSecret)
    throw new AppError('invalid-input', 'AUTH_SECRET is not set.', {
      publicMessage: 'Sign-in is not set up: AUTH_SECRET is missing on the server.',
    })
  return betterAuth({
    appName: 'Discord Clip Saver',
    baseURL: publicUrl(config),
    basePath: '/api/auth',
    secret: config.interface.authSecret,
    trustedOrigins: [new URL(publicUrl(config)).origin],
    database: authAdapter(),
    telemetry: { enabled: false },
    logger: {
      log: (level, message, ...details) =>
        log[VISITORS_OWN.has(message) ? 'warn' : level](
          {
            detail: details.map((detail) =>
              detail instanceof Error
                ? describeError(detail)
                : typeof detail === 'string'
                  ? detail.slice(0, 300)
                  : undefined,
            ),
          },
          message,
        ),
    },
    // Requests are counted before they come here (request-limits.ts).
    rateLimit: { enabled: false },
    account: { encryptOAuthTokens: true },
    onAPIError: { errorURL: '/sign-in-failed' },
    user: { additionalFields: { discordUserId: { type: 'string', required: false, returned: true } } },
    // The time of the last use is as exact as updateAge.
    session: { expiresIn: 30 * 24 * 3600, updateAge: 3600 },
    hooks: { after: endReplacedSession },
    plugins: [
      genericOAuth({
        config: [
          {
            providerId: 'discord',
            clientId,
            clientSecret,
            authorizationUrl: authorizeUrl,
            tokenUrl: tokenUrl(apiUrl),
            getUserInfo: (tokens) => fetchProfile(config, tokens.accessToken),
            scopes: ['identify', 'guilds'],
            pkce: true,
            overrideUserInfo: true,
            mapProfileToUser: ({ discordUserId }) => ({ discordUserId: String(discordUserId) }),
          },
        ],
      }),
    ],
  })
}

/** Every sign-in makes a session with a new token; the one that the browser had before ends with it. */
const endReplacedSession = createAuthMiddleware(async (ctx) => {
  const { newSession, authCookies, secret, internalAdapter } = ctx.context
  if (!newSession || !ctx.path.startsWith('/callback/')) return
  const former = await ctx.getSignedCookie(authCookies.sessionToken.name, secret)
  if (former && former !== newSession.session.token) await internalAdapter.deleteSession(former)
})

/** Who Discord says just signed in; stored at every sign-in. */
async function fetchProfile({ discord }: Config, accessToken: string | undefined) {
  const response = await fetch(`${discord.apiUrl}/v10/users/@me`, {
    headers: { authorization: `Bearer ${accessToken ?? ''}` },
    signal: AbortSignal.timeout(10_000),
  })
  if (!response.ok) throw new AppError('upstream', `Discord answers ${response.status} to who signed in.`)
  const { id, username, global_name, avatar } = discordProfile.parse(await response.json())
  await upsertUserLogin({ discordUserId: id, username, globalName: global_name ?? null, avatar: avatar ?? null })
  return {
    id,
    email: `${id}@users.discord.invalid`,
    emailVerified: true,
    name: global_name ?? username,
    image: avatarUrl(discord.cdnHosts, id, avatar) ?? undefined,
    discordUserId: id,
  }
}
