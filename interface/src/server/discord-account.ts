import { AppError, MINUTE, SECOND, sleep } from '@dcs/shared/core'
import { changeStoredTokens, findStoredTokens, type StoredTokens } from '@dcs/shared/db'
import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto'
import * as z from 'zod'
import { getAuth } from './auth.ts'
import { getContext, type Context } from './context.ts'
import { tokenUrl } from './token-url.ts'

/** Tokens are renewed this long before they expire. */
const EARLY_MS = 5 * MINUTE
/** How long nobody looks again whether somebody's tokens still work. */
const CHECK_MS = MINUTE
const TIMEOUT_MS = 10 * SECOND
/** How long a page waits for that. */
const PATIENCE_MS = 2 * SECOND
/** After Discord did not answer at all, nobody asks again for this long. */
const SILENCE_MS = 30 * SECOND

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().positive(),
})

const checkedUntil = new Map<string, number>()
let renewing: Promise<unknown> = Promise.resolve()
let silentUntil = 0

/**
 * Whether Discord still lets us act for somebody who is signed in; looked up once a minute. When Discord refuses to renew their tokens, all of their sessions
 * end. While Discord cannot be asked, or takes long, they stay signed in: what they may see does not come from these tokens.
 */
export async function isStillAllowed(userId: string): Promise<boolean> {
  const now = Date.now()
  if ((checkedUntil.get(userId) ?? 0) > now) return true
  for (const [key, until] of checkedUntil) if (until <= now) checkedUntil.delete(key)
  // At once: what else the page asks for does not wait, too.
  checkedUntil.set(userId, now + CHECK_MS)
  const asked = findDiscordToken(userId).then(
    (token) => token !== null,
    async (error: unknown) => {
      const { log } = await getContext()
      log.warn({ err: error, userId }, 'the tokens of a person could not be renewed')
      return true
    },
  )
  return Promise.race([asked, sleep(PATIENCE_MS).then(() => true)])
}

/**
 * An access token with which Discord answers for a person, renewed when it is about to expire. Null when Discord refuses: then they are signed out everywhere.
 * `refused`: a token that Discord did not take although it had not expired. Throws `unavailable` while Discord cannot be asked.
 */
export async function findDiscordToken(userId: string, refused?: string): Promise<string | null> {
  const isGood = (token: string | null, { accessTokenExpiresAt }: StoredTokens): token is string =>
    token !== null &&
    token !== refused &&
    accessTokenExpiresAt !== null &&
    accessTokenExpiresAt.getTime() - EARLY_MS > Date.now()
  const stored = await findStoredTokens(userId)
  if (!stored) return null
  const known = await decrypt(stored.accessToken)
  if (isGood(known, stored)) return known
  return oneByOne(async () => {
    let token: string | null = null
    const context = await getContext()
    await changeStoredTokens(userId, async (now) => {
      token = await decrypt(now.accessToken)
      if (isGood(token, now)) return 'keep'
      const renewed = await renew(context, await decrypt(now.refreshToken))
      if (!renewed) {
        token = null
        context.log.info({ userId }, 'Discord does not renew the tokens of a person; they are signed out')
        return 'sign-out'
      }
      token = renewed.accessToken
      return {
        accessToken: await encrypt(renewed.accessToken),
        refreshToken: await encrypt(renewed.refreshToken),
        accessTokenExpiresAt: renewed.expiresAt,
      }
    })
    if (token === null) checkedUntil.delete(userId)
    return token
  })
}

/** One renewal at a time in this process: each holds a connection to the database while Discord answers. */
function oneByOne<T>(work: () => Promise<T>): Promise<T> {
  const next = renewing.then(work)
  renewing = next.catch(() => null)
  return next
}

/** New tokens for a refresh token (https://docs.discord.com/developers/topics/oauth2#authorization-code-grant), or null when Discord refuses it. */
async function renew({ config }: Context, refreshToken: string | null) {
  if (refreshToken === null) return null
  const { apiUrl, clientId, clientSecret } = config.discord
  if (!clientId || !clientSecret) throw new AppError('invalid-input', 'Sign-in is not set up.')
  if (Date.now() < silentUntil)
    throw new AppError('unavailable', 'Discord did not answer just now.', { publicMessage: DOWN })
  const response = await fetch(tokenUrl(apiUrl), {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    silentUntil = Date.now() + SILENCE_MS
    throw new AppError('unavailable', 'Discord cannot be reached to renew tokens.', { publicMessage: DOWN, cause })
  })
  const body: unknown = await response.json().catch(() => null)
  // Only this says that the token is no good; a wrong client secret or an outage must sign nobody out.
  if (response.status === 400 && isInvalidGrant(body)) return null
  const answer = tokenAnswer.safeParse(body)
  if (!response.ok || !answer.success)
    throw new AppError('unavailable', `Discord answers ${response.status} to renewing tokens.`, { publicMessage: DOWN })
  const { access_token: accessToken, refresh_token: next, expires_in: seconds } = answer.data
  return { accessToken, refreshToken: next ?? refreshToken, expiresAt: new Date(Date.now() + seconds * SECOND) }
}

const DOWN = 'Discord does not answer right now. Try again in a moment.'

function isInvalidGrant(body: unknown): boolean {
  return z.object({ error: z.literal('invalid_grant') }).safeParse(body).success
}

async function secret() {
  const { $context } = await getAuth()
  return (await $context).secretConfig
}

async function encrypt(text: string): Promise<string> {
  return symmetricEncrypt({ key: await secret(), data: text })
}

/** Null for what is not there, and for what was encrypted with another AUTH_SECRET. */
async function decrypt(text: string | null): Promise<string | null> {
  if (text === null) return null
  const key = await secret()
  return symmetricDecrypt({ key, data: text }).catch(() => null)
}
