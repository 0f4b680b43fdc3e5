import { DiscordAPIError, type REST } from '@discordjs/rest'
import { Routes, type APIGuild, type APIUser } from 'discord-api-types/v10'
import { toDiscordFailure } from './rest.ts'

/** A guild as far as it decides who may do what. */
export type DiscordGuild = {
  guildId: string
  ownerId: string
  roles: { roleId: string; permissions: string }[]
}

/** A guild as Discord has it now, or null for one that the bot is not in. */
export async function fetchGuild(rest: REST, guildId: string, signal?: AbortSignal): Promise<DiscordGuild | null> {
  try {
    const guild = (await rest.get(Routes.guild(guildId), signal ? { signal } : {})) as APIGuild
    return {
      guildId,
      ownerId: guild.owner_id,
      roles: guild.roles.map(({ id, permissions }) => ({ roleId: id, permissions })),
    }
  } catch (error) {
    if (error instanceof DiscordAPIError && (error.status === 404 || error.status === 403)) return null
    throw toDiscordFailure(error, `reading guild ${guildId}`)
  }
}

/** The id of the bot's account, which is not the application's for old applications. */
export async function fetchOwnId(rest: REST, signal?: AbortSignal): Promise<string> {
  try {
    return ((await rest.get(Routes.user('@me'), signal ? { signal } : {})) as APIUser).id
  } catch (error) {
    throw toDiscordFailure(error, "reading the bot's own account")
  }
}
