import { PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { Channel } from '../../world/types.ts'
import type { World } from '../../world/world.ts'
import type { AllowedMentions } from './body.ts'

/** Whom a message of the application tells (https://docs.discord.com/developers/resources/message#allowed-mentions-object). */
export function mentionsIn(
  world: World,
  channel: Channel,
  { text, allowed, repliedTo }: { text: string; allowed: AllowedMentions | null; repliedTo: string | null },
): { ids: string[]; roleIds: string[]; everyone: boolean } {
  const guild = world.requireGuild(channel.guildId)
  const kinds = allowed ? new Set(allowed.parse) : new Set(['users', 'roles', 'everyone'] as const)
  const isAllowed = (kind: 'users' | 'roles', id: string) =>
    kinds.has(kind) || Boolean(allowed?.[kind === 'users' ? 'users' : 'roles']?.includes(id))
  const users = idsOf(text, /<@!?(\d+)>/g).filter((id) => world.people.has(id) && isAllowed('users', id))
  const roles = idsOf(text, /<@&(\d+)>/g).filter((id) => guild.roles.has(id) && isAllowed('roles', id))
  const pingsAuthor = repliedTo !== null && (allowed ? (allowed.replied_user ?? false) : true)
  const everyone =
    kinds.has('everyone') &&
    /@(everyone|here)\b/.test(text) &&
    Boolean(world.permissionsIn(channel, world.botId) & Bits.MentionEveryone)
  return { ids: [...new Set([...users, ...(pingsAuthor ? [repliedTo] : [])])], roleIds: roles, everyone }
}

function idsOf(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].flatMap(([, id]) => id ?? []))]
}
