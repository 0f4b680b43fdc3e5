import { DiscordAPIError, type REST } from '@discordjs/rest'
import { OverwriteType, Routes, type APIGuild, type APIGuildChannel, type APIUser } from 'discord-api-types/v10'
import { channelTypeName } from '../domain/channel-types.ts'
import type { ChannelFacts } from '../domain/permissions.ts'
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

/** A channel as far as it decides who sees what; its overwrites are null where Discord hides them. */
export type DiscordChannel = ChannelFacts & { isNsfw: boolean }

/** The channels of a guild, without threads, as Discord has them now; null for a guild that the bot is not in. */
export async function fetchChannels(
  rest: REST,
  guildId: string,
  signal?: AbortSignal,
): Promise<DiscordChannel[] | null> {
  try {
    const channels = (await rest.get(Routes.guildChannels(guildId), signal ? { signal } : {})) as APIGuildChannel[]
    return channels.map((channel) => ({
      channelId: channel.id,
      type: channelTypeName(channel.type),
      parentId: channel.parent_id ?? null,
      isNsfw: 'nsfw' in channel ? channel.nsfw === true : false,
      permissionOverwrites: isHiddenChannel(channel)
        ? null
        : (channel.permission_overwrites ?? []).map(({ id, type, allow, deny }) => ({
            id,
            type: type === OverwriteType.Role ? ('role' as const) : ('member' as const),
            allow,
            deny,
          })),
    }))
  } catch (error) {
    if (error instanceof DiscordAPIError && (error.status === 404 || error.status === 403)) return null
    throw toDiscordFailure(error, `reading the channels of guild ${guildId}`)
  }
}

/** CHANNEL_OBFUSCATED: the bot may not view it, and only id, type, position and parent are real. */
const OBFUSCATED = 1 << 17

/** Whether Discord hides what a channel is called and who may read it. */
export function isHiddenChannel({ flags, name }: { flags?: number; name?: string | null }): boolean {
  return ((flags ?? 0) & OBFUSCATED) !== 0 || name === '___hidden___'
}

/** The id of the bot's account, which is not the application's for old applications. */
export async function fetchOwnId(rest: REST, signal?: AbortSignal): Promise<string> {
  try {
    return ((await rest.get(Routes.user('@me'), signal ? { signal } : {})) as APIUser).id
  } catch (error) {
    throw toDiscordFailure(error, "reading the bot's own account")
  }
}
