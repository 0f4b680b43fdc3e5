/** Why the twin does not serve a group of routes; a route belongs to the first group that matches its path. */
export const reasons: readonly { group: string; paths: RegExp; reason: string }[] = [
  {
    group: 'Lobbies and the SDK for games',
    paths: /^\/(lobbies|partner-sdk)/,
    reason: 'No part of a clip archive: for games with Discord’s chat inside.',
  },
  {
    group: 'Shop',
    paths: /entitlements|^\/skus/,
    reason: 'No part of a clip archive: nothing is sold.',
  },
  {
    group: 'Stickers',
    paths: /sticker/,
    reason: 'No part of a clip archive: a sticker is never a clip.',
  },
  {
    group: 'Emojis',
    paths: /\/emojis/,
    reason: 'Reactions take any emoji by name; guilds of the twin have no emojis of their own.',
  },
  {
    group: 'Soundboard',
    paths: /soundboard/,
    reason: 'No part of a clip archive: sounds have no video.',
  },
  {
    group: 'Voice and stages',
    paths: /stage-instances|voice|\/regions$/,
    reason: 'The twin has no voice connections; voice channels only carry messages.',
  },
  {
    group: 'Scheduled events',
    paths: /scheduled-events/,
    reason: 'No part of a clip archive: they have no messages.',
  },
  {
    group: 'Moderation',
    paths: /auto-moderation|\/bans|bulk-ban|\/prune|incident-actions|\/requests|audit-logs/,
    reason: 'Who is in a guild changes through the control API; a clip archive moderates nobody.',
  },
  {
    group: 'Invites and templates',
    paths: /invites|templates|vanity-url/,
    reason: 'Guilds and their members come from the world; nobody joins by a link.',
  },
  {
    group: 'Front doors of a guild',
    paths: /onboarding|welcome|widget|\/preview$|integrations/,
    reason: 'No part of a clip archive: what newcomers and websites see of a guild.',
  },
  {
    group: 'Group conversations',
    paths: /\/recipients/,
    reason: 'Bots are in none.',
  },
  {
    group: 'Announcements',
    paths: /\/followers|\/crosspost/,
    reason: 'No channel of the twin follows another one.',
  },
  {
    group: 'Linked accounts and roles',
    paths: /role-connection|\/connections$/,
    reason: 'People of the twin have no accounts elsewhere.',
  },
  {
    group: 'Activities',
    paths: /activity-instances|\/attachment$/,
    reason: 'No part of a clip archive: programs that run inside Discord.',
  },
  {
    group: 'Webhooks of other services',
    paths: /\/(github|slack)$/,
    reason: 'Other services’ formats; the same webhook takes Discord’s own.',
  },
  {
    group: 'Settings of an application',
    paths: /^\/applications\/(@me|\{application_id\})$/,
    reason: 'The one application is what `TwinOptions` say.',
  },
  {
    group: 'OpenID',
    paths: /oauth2\/(keys|userinfo)/,
    reason: 'Signing in uses OAuth2 and `/users/@me`; the twin signs no identity tokens.',
  },
]
