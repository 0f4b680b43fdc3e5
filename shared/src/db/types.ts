/** A permission overwrite of a channel; `allow` and `deny` are permission bits as decimal numbers. */
export type PermissionOverwrite = { id: string; type: 'role' | 'member'; allow: string; deny: string }

/** A guild as the bot sees it now. What is left out stays as it is stored, except the icon. */
export type GuildSnapshot = {
  id: string
  name: string
  /** Full URL of the icon; null or left out when the guild has none. */
  icon?: string | null
  /** The web user who claimed the guild. Left out, the stored one stays. */
  ownerUserId?: string | null
  /** When the bot joined; kept from the first time. */
  joinedAt?: Date | null
  /** The guild's owner in Discord. */
  discordOwnerId?: string | null
  roles?: readonly RoleSnapshot[]
  channels?: readonly ChannelSnapshot[]
}

/** A role of a guild. */
export type RoleSnapshot = { id: string; name: string; position: number; permissions: string }

/** A channel as the bot sees it now. What is left out stays as it is stored, except that `isNsfw` counts as false. */
export type ChannelSnapshot = {
  id: string
  name: string
  /** Name of the channel type: text, voice, category, news, forum, … */
  type: string
  isNsfw?: boolean
  /** Merged over the channel's stored settings; nothing given or `{}` leaves them alone. */
  settingsOverrides?: Record<string, unknown> | null
  position?: number | null
  parentId?: string | null
  permissionOverwrites?: readonly PermissionOverwrite[] | null
  /** Threads only; left out, the stored one stays. */
  isArchived?: boolean | null
  /** Names of a forum post's tags; left out, the stored ones stay. */
  tags?: readonly string[] | null
  /** Forums only: its tags by id; left out, the stored ones stay. */
  availableTags?: Readonly<Record<string, string>> | null
}

/** The settings of a guild as stored. */
export type GuildSettings = { guildId: string; settings: Record<string, unknown>; updatedAt: Date | null }

/** How far down each question to the search index has come: the lowest id seen, and whether there is no more. `channelIds` null asks about the whole guild. */
export type SearchCursors = Record<string, { maxId: string | null; isDone: boolean; channelIds: string[] | null }>
