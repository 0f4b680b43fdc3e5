import { DiscordAPIError, type REST } from '@discordjs/rest'
import { Routes, type APIGuildMember } from 'discord-api-types/v10'
import { toDiscordFailure } from './rest.ts'

/** A member as far as access depends on it. */
export type DiscordMember = {
  roleIds: string[]
  /** Has not accepted the rules of the guild yet (https://docs.discord.com/developers/resources/guild#guild-member-object). */
  isPending: boolean
  timeoutUntil: Date | null
}

/** What a member event or answer says about access. */
export function toMember(
  member: Pick<APIGuildMember, 'roles'> & {
    pending?: boolean | undefined
    communication_disabled_until?: string | null | undefined
  },
): DiscordMember {
  const until = member.communication_disabled_until
  return {
    roleIds: [...member.roles],
    isPending: member.pending === true,
    timeoutUntil: until ? new Date(until) : null,
  }
}

/** A member, or null for somebody who is not in the guild or a guild the bot is not in. */
export async function fetchMember(
  rest: REST,
  guildId: string,
  userId: string,
  signal?: AbortSignal,
): Promise<DiscordMember | null> {
  try {
    const options = signal ? { signal } : {}
    return toMember((await rest.get(Routes.guildMember(guildId, userId), options)) as APIGuildMember)
  } catch (error) {
    if (isRefused(error)) return null
    throw toDiscordFailure(error, `reading a member of guild ${guildId}`)
  }
}

/** The role ids of a member, or null for somebody who is not in the guild or a guild the bot is not in. */
export async function fetchMemberRoles(rest: REST, guildId: string, userId: string): Promise<string[] | null> {
  return (await fetchMember(rest, guildId, userId))?.roleIds ?? null
}

/** Whether somebody is in a private thread; false also where the bot may not look. */
export async function isInThread(rest: REST, threadId: string, userId: string, signal?: AbortSignal): Promise<boolean> {
  try {
    await rest.get(Routes.threadMembers(threadId, userId), signal ? { signal } : {})
    return true
  } catch (error) {
    if (isRefused(error)) return false
    throw toDiscordFailure(error, `reading a member of thread ${threadId}`)
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof DiscordAPIError && (error.status === 404 || error.status === 403)
}
