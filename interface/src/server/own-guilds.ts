import { AppError, MINUTE, SECOND } from '@dcs/shared/core'
import { guildIconUrl } from '@dcs/shared/discord'
import { Permission } from '@dcs/shared/domain'
import * as z from 'zod'
import { getContext } from './context.ts'
import { findDiscordToken } from './discord-account.ts'

/** A guild of a person, as Discord tells them. */
export type OwnGuild = { id: string; name: string; icon: string | null; canManage: boolean }

const MAX_AGE_MS = MINUTE
const TIMEOUT_MS = 8 * SECOND

const guildList = z.array(
  z.object({
    id: z.string().regex(/^\d{1,20}$/),
    name: z.string(),
    icon: z.string().nullish(),
    owner: z.boolean().optional(),
    permissions: z.string().regex(/^\d+$/),
  }),
)

const known = new Map<string, { promise: Promise<OwnGuild[]>; until: number }>()

/**
 * All guilds a person is in, also those without the bot; asked with their own token, once a minute. Throws `unauthenticated` when Discord does not let us any
 * more, and `unavailable` when it does not answer.
 */
export function listOwnGuilds(userId: string): Promise<OwnGuild[]> {
  const now = Date.now()
  const found = known.get(userId)
  if (found && found.until > now) return found.promise
  for (const [key, { until }] of known) if (until <= now) known.delete(key)
  const promise = load(userId).catch((error: unknown) => {
    known.delete(userId)
    throw error
  })
  known.set(userId, { promise, until: now + MAX_AGE_MS })
  return promise
}

async function load(userId: string): Promise<OwnGuild[]> {
  const token = await findDiscordToken(userId)
  const first = await ask(token)
  // Taken back in Discord before it expired: a new one is tried once.
  const answer = first ?? (token === null ? null : await ask(await findDiscordToken(userId, token)))
  if (answer === null)
    throw new AppError('unauthenticated', `Discord does not answer for ${userId} any more`, {
      publicMessage: 'Discord does not let this site see your servers any more. Sign in again.',
    })
  const { cdnHosts } = (await getContext()).config.discord
  return answer.map(({ id, name, icon, owner, permissions }) => ({
    id,
    name,
    icon: guildIconUrl(cdnHosts, id, icon),
    canManage: owner === true || (BigInt(permissions) & (Permission.ManageGuild | Permission.Administrator)) !== 0n,
  }))
}

/** Null when the token is not taken. */
async function ask(token: string | null): Promise<z.output<typeof guildList> | null> {
  if (token === null) return null
  const { config } = await getContext()
  const response = await fetch(`${config.discord.apiUrl}/v10/users/@me/guilds?limit=200`, {
    headers: { authorization: `Bearer ${token}` },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw unavailable('no answer', cause)
  })
  if (response.status === 401 || response.status === 403) return null
  const list = guildList.safeParse(await response.json().catch(() => null))
  if (!response.ok || !list.success) throw unavailable(`${response.status}`, list.error)
  return list.data
}

function unavailable(what: string, cause: unknown): AppError {
  return new AppError('unavailable', `Discord does not list the servers of a person: ${what}`, {
    publicMessage: 'Discord does not list your servers right now. Try again in a moment.',
    cause,
  })
}
