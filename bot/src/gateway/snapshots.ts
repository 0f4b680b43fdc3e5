import type { ChannelSnapshot, GuildSnapshot, RoleSnapshot } from '@dcs/shared/db'
import { guildIconUrl, isHiddenChannel } from '@dcs/shared/discord'
import { channelTypeName, isThread } from '@dcs/shared/domain'
import { OverwriteType, type APIRole, type GatewayGuildCreateDispatchData } from 'discord-api-types/v10'

/** What we read of a channel or thread, whichever event or answer it came with. */
export type RawChannel = {
  id: string
  type: number
  name?: string | null
  nsfw?: boolean
  position?: number
  parent_id?: string | null
  permission_overwrites?: { id: string; type: OverwriteType; allow: string; deny: string }[]
  flags?: number
  last_message_id?: string | null
  /** Threads only. */
  thread_metadata?: { archived?: boolean }
  /** Posts of a forum: ids of their tags. */
  applied_tags?: string[]
  /** Forums only. */
  available_tags?: { id: string; name: string }[]
}

/** The names of a forum's tags by id. */
export type TagNames = Readonly<Record<string, string>>

/** `tagNames`: those of the forum a post is in; without them the stored tags of the post stay. */
export function toChannelSnapshot(channel: RawChannel, tagNames: TagNames | null = null): ChannelSnapshot {
  return {
    id: channel.id,
    name: channel.name ?? '',
    type: channelTypeName(channel.type),
    isNsfw: channel.nsfw ?? false,
    position: channel.position ?? 0,
    parentId: channel.parent_id ?? null,
    permissionOverwrites: (channel.permission_overwrites ?? []).map(({ id, type, allow, deny }) => ({
      id,
      type: type === OverwriteType.Role ? 'role' : 'member',
      allow,
      deny,
    })),
    isArchived: channel.thread_metadata?.archived ?? null,
    tags: tagNames && channel.applied_tags ? channel.applied_tags.flatMap((id) => tagNames[id] ?? []) : null,
    availableTags: tagNamesOf(channel),
  }
}

/** The tags a forum has; null for other channels. */
export function tagNamesOf({ available_tags: tags }: RawChannel): TagNames | null {
  return tags ? Object.fromEntries(tags.map(({ id, name }) => [id, name])) : null
}

export function toRoleSnapshot({ id, name, position, permissions }: APIRole): RoleSnapshot {
  return { id, name, position, permissions }
}

/** A guild with its roles, channels and active threads. Hidden channels are left out: what is stored of them stays. */
export function toGuildSnapshot(guild: GatewayGuildCreateDispatchData, cdnHosts: readonly string[]): GuildSnapshot {
  const forums = new Map(rawChannels(guild).map((channel) => [channel.id, tagNamesOf(channel)]))
  return {
    id: guild.id,
    name: guild.name,
    icon: guildIconUrl(cdnHosts, guild.id, guild.icon),
    joinedAt: new Date(guild.joined_at),
    discordOwnerId: guild.owner_id,
    roles: guild.roles.map(toRoleSnapshot),
    channels: visibleChannels(guild).map((channel) => toChannelSnapshot(channel, forums.get(channel.parent_id ?? ''))),
  }
}

/** Channels and active threads of a guild, also those that the bot may not view. */
export function rawChannels(guild: GatewayGuildCreateDispatchData): RawChannel[] {
  return [...guild.channels, ...guild.threads] as RawChannel[]
}

/** Channels and active threads of a guild that the bot may view. */
export function visibleChannels(guild: GatewayGuildCreateDispatchData): RawChannel[] {
  return rawChannels(guild).filter((channel) => !isHiddenChannel(channel))
}

/**
 * The newest message that Discord names of each channel; of a forum it is its newest post. A post that names none has at least its first message, whose
 * id is the post's. `parentType`: that of the channels' parent, where it is not among them.
 */
export function newestMessages(
  channels: readonly RawChannel[],
  parentType: string | null = null,
): { channelId: string; messageId: string }[] {
  const types = new Map(channels.map(({ id, type }) => [id, channelTypeName(type)]))
  return channels.flatMap(({ id, type, parent_id: parentId, last_message_id: last }) => {
    const parent = types.get(parentId ?? '') ?? parentType
    const isPost = isThread(channelTypeName(type)) && (parent === 'forum' || parent === 'media')
    const messageId = last ?? (isPost ? id : null)
    return messageId === null ? [] : [{ channelId: id, messageId }]
  })
}
