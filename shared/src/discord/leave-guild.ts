import { DiscordAPIError, type REST } from '@discordjs/rest'
import { Routes } from 'discord-api-types/v10'
import { toDiscordFailure } from './rest.ts'

/** Takes the bot out of a guild; one it is not in any more is left already. */
export async function leaveGuild(rest: REST, guildId: string): Promise<void> {
  try {
    await rest.delete(Routes.userGuild(guildId))
  } catch (error) {
    if (error instanceof DiscordAPIError && (error.status === 404 || error.status === 403)) return
    throw toDiscordFailure(error, `leaving guild ${guildId}`)
  }
}
