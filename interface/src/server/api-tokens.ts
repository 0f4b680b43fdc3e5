import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createApiToken, listApiTokens, MOST_API_TOKENS, useApiToken, type ApiTokenRow } from '@dcs/shared/db'
import { avatarUrl } from '@dcs/shared/discord'
import type { ApiTokenItem, ApiTokens } from '../lib/api-types.ts'
import { getContext } from './context.ts'
import type { Scope } from './route-handler.ts'

/** What tokens begin with, so that they are recognised where they should not be. */
export const TOKEN_PREFIX = 'dcs_'

/** Everything a token may be allowed to do. */
export const SCOPES = [
  'clips:read',
  'clips:write',
  'scans:read',
  'scans:write',
  'guild:manage',
] as const satisfies readonly Scope[]

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** As many digits of 62 as 256 bits need. */
const LENGTH = 43
const LONGEST = 128

/** Whether a request brings a token. Other kinds of authorization are for proxies in front of us. */
export function bringsToken(headers: Headers): boolean {
  return /^bearer\b/i.test(headers.get('authorization')?.trim() ?? '')
}

/** A new token with 256 random bits. */
export function newApiToken(): string {
  let rest = BigInt(`0x${randomBytes(32).toString('hex')}`)
  let text = ''
  for (let index = 0; index < LENGTH; index++) {
    text = DIGITS[Number(rest % 62n)] + text
    rest /= 62n
  }
  return TOKEN_PREFIX + text
}

/** How a token is stored: SHA-256 is enough, for there is nothing to guess in 256 random bits. */
export function hashApiToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Who a token speaks for, and what it may do. */
export type TokenPerson = { userId: string; name: string; image: string | null; scopes: readonly string[] }

/**
 * The person whose token a request brings as `Authorization: Bearer dcs_…`, or null: for no token, an unknown, a revoked and an expired one alike, after the
 * same work.
 */
export async function findTokenUser(headers: Headers): Promise<TokenPerson | null> {
  const [, token = ''] = /^bearer +(\S+)$/i.exec(headers.get('authorization')?.trim() ?? '') ?? []
  if (!token.startsWith(TOKEN_PREFIX) || token.length > LONGEST) return null
  const { config } = await getContext()
  const hash = hashApiToken(token)
  const found = await useApiToken(hash)
  const isSame = timingSafeEqual(Buffer.from(hash), Buffer.from(found?.hash ?? '0'.repeat(hash.length)))
  if (!found || !isSame) return null
  const { userId, scopes } = found
  return {
    userId,
    name: found.globalName ?? found.username ?? userId,
    image: avatarUrl(config.discord.cdnHosts, userId, found.avatar),
    scopes,
  }
}

/** The viewer's own tokens, and what there is to choose for a new one. */
export async function findApiTokens(userId: string): Promise<ApiTokens> {
  return { tokens: (await listApiTokens(userId)).map(toItem), scopes: [...SCOPES], most: MOST_API_TOKENS }
}

/** Makes a token. It is in the answer, and nowhere else afterwards. */
export async function makeApiToken(
  userId: string,
  wish: { name: string; scopes: readonly Scope[]; days: number },
): Promise<{ token: string; item: ApiTokenItem }> {
  const token = newApiToken()
  const row = await createApiToken({
    userId,
    name: wish.name,
    hash: hashApiToken(token),
    hint: token.slice(0, TOKEN_PREFIX.length + 4),
    scopes: SCOPES.filter((scope) => wish.scopes.includes(scope)),
    days: wish.days,
  })
  return { token, item: toItem(row) }
}

function toItem(row: ApiTokenRow): ApiTokenItem {
  const { id, name, hint, scopes } = row
  return {
    id,
    name,
    hint,
    scopes,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  }
}
