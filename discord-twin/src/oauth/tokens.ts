import { createHash, randomBytes } from 'node:crypto'

/** What a person allowed the application. `guildId`: where the bot was added on the way. */
export type Grant = { userId: string; scopes: readonly string[]; expiresAt: number; guildId?: string }
/** Tokens that came from one consent; they are revoked together. */
type Issued = Grant & { family: string }
type Code = Grant & { redirectUri: string; challenge: { value: string; method: 'S256' | 'plain' } | null }

const CODE_LIFETIME_MS = 60_000
/** Discord's access tokens live seven days. */
export const TOKEN_LIFETIME_MS = 604_800_000

/** Authorization codes and tokens that have been handed out. */
export class Tokens {
  readonly #now: () => number
  readonly #codes = new Map<string, Code>()
  readonly #access = new Map<string, Issued>()
  readonly #refresh = new Map<string, Issued>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** A code for the redirect: good once, for a minute. */
  issueCode(code: Omit<Code, 'expiresAt'>): string {
    const value = randomBytes(15).toString('base64url')
    this.#codes.set(value, { ...code, expiresAt: this.#now() + CODE_LIFETIME_MS })
    return value
  }

  /** Spends a code. Null when it is unknown, spent, expired, for another address, or the verifier does not fit (RFC 7636). */
  redeemCode(value: string, redirectUri: string, verifier: string | undefined): Issued | null {
    const code = this.#codes.get(value)
    this.#codes.delete(value)
    if (!code || code.expiresAt < this.#now() || code.redirectUri !== redirectUri) return null
    return !code.challenge || fits(code.challenge, verifier ?? '') ? { ...code, family: newToken() } : null
  }

  /** Spends a refresh token; the next one comes with the new access token. */
  redeemRefresh(token: string): Issued | null {
    const grant = this.#refresh.get(token) ?? null
    this.#refresh.delete(token)
    return grant
  }

  /** New tokens; without `family` they belong to no consent. */
  issueTokens({ userId, scopes, family = newToken() }: Pick<Issued, 'userId' | 'scopes'> & { family?: string }): {
    access: string
    refresh: string
  } {
    const [access, refresh] = [newToken(), newToken()]
    this.#access.set(access, { userId, scopes, family, expiresAt: this.#now() + TOKEN_LIFETIME_MS })
    this.#refresh.set(refresh, { userId, scopes, family, expiresAt: Infinity })
    return { access, refresh }
  }

  /** An access token without one to refresh it, for the application's owner. */
  issueAccess({ userId, scopes }: Pick<Grant, 'userId' | 'scopes'>): string {
    const access = newToken()
    this.#access.set(access, { userId, scopes, family: access, expiresAt: this.#now() + TOKEN_LIFETIME_MS })
    return access
  }

  find(access: string): Grant | undefined {
    const grant = this.#access.get(access)
    return grant && grant.expiresAt > this.#now() ? grant : undefined
  }

  /** Revokes every token of the consent that a token came from (https://docs.discord.com/developers/topics/oauth2#authorization-code-grant-token-revocation-example). */
  revoke(token: string): void {
    const family = (this.#access.get(token) ?? this.#refresh.get(token))?.family
    for (const tokens of [this.#access, this.#refresh])
      for (const [value, grant] of tokens) if (grant.family === family) tokens.delete(value)
  }

  /** Whether somebody has allowed all of these before and not taken it back. */
  hasConsent(userId: string, scopes: readonly string[]): boolean {
    return [...this.#refresh.values()].some(
      (grant) => grant.userId === userId && scopes.every((scope) => grant.scopes.includes(scope)),
    )
  }
}

function newToken(): string {
  return randomBytes(22).toString('base64url')
}

function fits(challenge: NonNullable<Code['challenge']>, verifier: string): boolean {
  return (
    challenge.value ===
    (challenge.method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier)
  )
}
