import { DiscordAPIError, type REST } from '@discordjs/rest'
import { Routes, type APIGuildMember } from 'discord-api-types/v10'
import { toDiscordFailure } from './rest.ts'

/** The role ids of a member, or null for somebody who is not in the guild or a guild the bot is not in. */
export async function fetchMemberRoles(rest: REST, guildId: string, userId: string): Promise<string[] | null> {
  try {
    const member = (await rest.get(Routes.guildMember(guildId, userId))) as APIGuildMember
    return member.roles
  } catch (error) {
    if (error instanceof DiscordAPIError && (error.status === 404 || error.status === 403)) return null
    throw toDiscordFailure(error, `reading a member of guild ${guildId}`)
  }
}
