import type { TwinContext } from '../context.ts'
import { parseScopes } from './scopes.ts'

export type Query = Record<string, string | undefined>

/** What a page of Discord's is asked for. `redirect` null: the bot is only added, and nobody waits for a code. */
export type Wish = {
  scopes: readonly string[]
  redirect: string | null
  state: string | undefined
  challenge: { value: string; method: 'S256' | 'plain' } | null
  /** Present when the bot is to be added to a guild. */
  bot: { guildId: string | null; isFixed: boolean; permissions: bigint } | null
  prompt: 'none' | 'consent'
}

/** A request that cannot be answered: with words on a page, or with an error for the application. */
export type Refusal =
  | { page: string }
  | { redirect: string; state: string | undefined; error: string; description: string }

/** Reads the address of a sign-in (https://docs.discord.com/developers/topics/oauth2#authorization-code-grant). */
export function readWish({ application }: TwinContext, query: Query): { wish: Wish } | { refusal: Refusal } {
  const onPage = (page: string) => ({ refusal: { page } })
  if (query.client_id !== application.id)
    return onPage(`Unknown application: client_id is ${shown(query.client_id)}, expected ${application.id}.`)
  if (!query.scope) return onPage('scope is missing.')
  const scopes = parseScopes(query.scope)
  const withoutCode = query.response_type === undefined && query.redirect_uri === undefined
  const isBotOnly = scopes?.includes('bot') && scopes.every((scope) => ['bot', 'applications.commands'].includes(scope))
  const redirect = withoutCode && isBotOnly ? null : query.redirect_uri
  if (redirect !== null) {
    if (query.response_type !== 'code') return onPage(`response_type must be code, not ${shown(query.response_type)}.`)
    if (!redirect || !URL.canParse(redirect)) return onPage('Invalid OAuth2 redirect_uri.')
    const allowed = application.redirectUris
      ? application.redirectUris.includes(redirect)
      : ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(redirect).hostname)
    if (!allowed) return onPage(`Invalid OAuth2 redirect_uri: ${redirect} is not registered for this application.`)
  }
  const refuse = (error: string, description: string) =>
    redirect ? { refusal: { redirect, state: query.state, error, description } } : onPage(`${error}: ${description}`)
  if (!scopes) return refuse('invalid_scope', 'The requested scope is invalid, unknown, or malformed.')
  if (query.code_challenge_method !== undefined && !['S256', 'plain'].includes(query.code_challenge_method))
    return refuse('invalid_request', 'code_challenge_method must be S256 or plain.')
  if (query.permissions !== undefined && !/^\d{1,19}$/.test(query.permissions))
    return onPage(`permissions must be a number, not ${shown(query.permissions)}.`)
  if (query.guild_id !== undefined && !/^\d{1,20}$/.test(query.guild_id))
    return onPage(`guild_id must be an id, not ${shown(query.guild_id)}.`)
  return {
    wish: {
      scopes,
      redirect: redirect ?? null,
      state: query.state,
      challenge: query.code_challenge
        ? { value: query.code_challenge, method: query.code_challenge_method === 'S256' ? 'S256' : 'plain' }
        : null,
      bot: scopes.includes('bot')
        ? {
            guildId: query.guild_id ?? null,
            isFixed: query.disable_guild_select === 'true' && query.guild_id !== undefined,
            permissions: BigInt(query.permissions ?? 0),
          }
        : null,
      prompt: query.prompt === 'none' ? 'none' : 'consent',
    },
  }
}

function shown(value: string | undefined): string {
  return JSON.stringify(value) ?? 'missing'
}
