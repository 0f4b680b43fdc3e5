import { createHash, randomBytes } from 'node:crypto'

/** What a person allowed the application. */
export type Grant = { userId: string; scopes: readonly string[]; expiresAt: number }
type Code = Grant & { redirectUri: string; challenge: { value: string; method: 'S256' | 'plain' } | null }

const CODE_LIFETIME_MS = 60_000
/** Discord's access tokens live seven days. */
export const TOKEN_LIFETIME_MS = 604_800_000

/** Authorization codes and tokens that have been handed out. */
export class Tokens {
  readonly #codes = new Map<string, Code>()
  readonly #access = new Map<string, Grant>()
  readonly #refresh = new Map<string, Grant>()

  /** A code for the redirect: good once, for a minute. */
  issueCode(code: Omit<Code, 'expiresAt'>): string {
    const value = randomBytes(15).toString('base64url')
    this.#codes.set(value, { ...code, expiresAt: Date.now() + CODE_LIFETIME_MS })
    return value
  }

  /** Spends a code. Null when it is unknown, spent, expired, for another address, or the verifier does not fit (RFC 7636). */
  redeemCode(value: string, redirectUri: string, verifier: string | undefined): Grant | null {
    const code = this.#codes.get(value)
    this.#codes.delete(value)
    if (!code || code.expiresAt < Date.now() || code.redirectUri !== redirectUri) return null
    return !code.challenge || fits(code.challenge, verifier ?? '') ? code : null
  }

  issueTokens({ userId, scopes }: Pick<Grant, 'userId' | 'scopes'>): { access: string; refresh: string } {
    const [access, refresh] = [randomBytes(22).toString('base64url'), randomBytes(22).toString('base64url')]
    this.#access.set(access, { userId, scopes, expiresAt: Date.now() + TOKEN_LIFETIME_MS })
    this.#refresh.set(refresh, { userId, scopes, expiresAt: Infinity })
    return { access, refresh }
  }

  redeemRefresh(token: string): Grant | null {
    const grant = this.#refresh.get(token) ?? null
    this.#refresh.delete(token)
    return grant
  }

  find(access: string): Grant | undefined {
    const grant = this.#access.get(access)
    return grant && grant.expiresAt > Date.now() ? grant : undefined
  }

  revoke(token: string): void {
    this.#access.delete(token)
    this.#refresh.delete(token)
  }
}

function fits(challenge: NonNullable<Code['challenge']>, verifier: string): boolean {
  return (
    challenge.value ===
    (challenge.method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier)
  )
}
