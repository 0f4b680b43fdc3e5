import { randomBytes } from 'node:crypto'
import type { Config } from '@dcs/shared/config'
import { AppError } from '@dcs/shared/core'
import { createInstallIntent, takeInstallIntent } from '@dcs/shared/db'
import { BOT_SCOPES, invitedPermissions } from '@dcs/shared/domain'
import { resolveDatabaseSettings } from '@dcs/shared/settings'
import type { Context } from './context.ts'
import { instanceSettings } from './instance-settings.ts'
import { publicUrl } from './public-url.ts'

/** Where Discord sends a browser after the bot was added; to be registered there as a redirect. */
export function installCallbackUrl(config: Config): string {
  return new URL('/api/install/callback', publicUrl(config)).href
}

/**
 * Begins to add the bot to a server: notes who does it and returns the address of Discord's page, with exactly the permissions that the bot needs. The address
 * works for this person alone, once, for as long as `install_intent_expire_time` says.
 */
export async function startInstall(
  { config }: Pick<Context, 'config'>,
  userId: string,
  guildId: string | null,
): Promise<string> {
  const { clientId, authorizeUrl } = config.discord
  if (!clientId)
    throw new AppError('invalid-input', 'DISCORD_CLIENT_ID is not set.', {
      publicMessage: 'The bot cannot be added from here: DISCORD_CLIENT_ID is missing on the server.',
    })
  const state = randomBytes(32).toString('base64url')
  const { install_intent_expire_time: seconds } = resolveDatabaseSettings({ instance: await instanceSettings() })
  await createInstallIntent({ state, userId, guildId, seconds })
  const url = new URL(authorizeUrl)
  const parameters = {
    client_id: clientId,
    scope: BOT_SCOPES.join(' '),
    permissions: invitedPermissions(),
    response_type: 'code',
    redirect_uri: installCallbackUrl(config),
    state,
    ...(guildId === null ? {} : { guild_id: guildId, disable_guild_select: 'true' }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

/** What Discord's page says when it sends a browser back. All of it comes by the browser, so none of it is proof. */
export type InstallAnswer = { state: string; guildId: string | null; isDeclined: boolean }

/** What came of an invitation. `stale`: it was used before, has expired, is somebody else's or never was; which of these is not said. */
export type InstallOutcome = { outcome: 'added'; guildId: string | null } | { outcome: 'declined' | 'other' | 'stale' }

/** Spends the invitation that a browser comes back with. */
export async function finishInstall(userId: string, answer: InstallAnswer): Promise<InstallOutcome> {
  const { state, guildId, isDeclined } = answer
  const intent = await takeInstallIntent({ state, userId }, { guildId, isDeclined })
  if (!intent) return { outcome: 'stale' }
  if (isDeclined) return { outcome: 'declined' }
  if (intent.guildId !== null && guildId !== null && intent.guildId !== guildId) return { outcome: 'other' }
  return { outcome: 'added', guildId: guildId ?? intent.guildId }
}
