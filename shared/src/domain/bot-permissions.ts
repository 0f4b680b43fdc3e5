import { guildPermissions, Permission, type GuildFacts, type MemberFacts } from './permissions.ts'

/**
 * What the bot is invited with: each permission that it needs, by the name in Discord's settings, and what for. Nothing else is asked for: commands answer through
 * the interaction, which needs no permission.
 */
export const BOT_PERMISSIONS = [
  { name: 'View Channels', bit: Permission.ViewChannel, reason: 'Sees channels, and hears of new messages in them.' },
  {
    name: 'Read Message History',
    bit: Permission.ReadMessageHistory,
    reason: 'Finds the clips that were posted before it came, and those it missed.',
  },
  {
    name: 'Connect',
    bit: Permission.Connect,
    reason:
      'Reads the chat of voice and stage channels, which Discord shows only to those who may connect. It never joins a call.',
  },
] as const

/** Scopes of an invitation: the bot itself, and its slash commands (https://docs.discord.com/developers/topics/oauth2#bot-authorization-flow). */
export const BOT_SCOPES = ['bot', 'applications.commands'] as const

/** The permissions of an invitation as one number, as Discord takes them. */
export function invitedPermissions(): string {
  return BOT_PERMISSIONS.reduce((sum, { bit }) => sum | bit, 0n).toString()
}

/** Those of them that the bot has not got in a guild as a whole; single channels may still refuse or allow. */
export function missingBotPermissions(guild: GuildFacts, bot: MemberFacts): { name: string; reason: string }[] {
  const held = guildPermissions(guild, bot)
  return BOT_PERMISSIONS.filter(({ bit }) => (held & bit) === 0n).map(({ name, reason }) => ({ name, reason }))
}
