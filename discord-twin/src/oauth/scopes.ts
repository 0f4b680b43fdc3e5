/** The scopes that can be asked for (https://docs.discord.com/developers/topics/oauth2#shared-resources-oauth2-scopes). */
const KNOWN: ReadonlySet<string> = new Set([
  'activities.read',
  'activities.write',
  'applications.builds.read',
  'applications.builds.upload',
  'applications.commands',
  'applications.commands.permissions.update',
  'applications.commands.update',
  'applications.entitlements',
  'applications.store.update',
  'bot',
  'connections',
  'dm_channels.read',
  'email',
  'gdm.join',
  'guilds',
  'guilds.join',
  'guilds.members.read',
  'identify',
  'identify.premium',
  'messages.read',
  'openid',
  'relationships.read',
  'role_connections.write',
  'rpc',
  'rpc.activities.write',
  'rpc.notifications.read',
  'rpc.voice.read',
  'rpc.voice.write',
  'voice',
  'webhook.incoming',
])

/** The scopes of a request, each once; null when one is unknown or there is none. */
export function parseScopes(text: string | undefined): readonly string[] | null {
  const scopes = [...new Set((text ?? '').split(/[\s+]+/).filter(Boolean))]
  return scopes.length > 0 && scopes.every((scope) => KNOWN.has(scope)) ? scopes : null
}

/** What Discord answers when a scope is unknown. */
export const INVALID_SCOPE = {
  error: 'invalid_scope',
  error_description: 'The requested scope is invalid, unknown, or malformed.',
} as const
