import { ChannelType, OverwriteType, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { TwinContext } from '../context.ts'
import { channelPayload } from '../payloads/channels.ts'
import type { Channel } from '../world/types.ts'
import type { World } from '../world/world.ts'

/** Name of a channel the bot may not view. */
const HIDDEN_NAME = '___hidden___'
/** CHANNEL_OBFUSCATED of https://docs.discord.com/developers/resources/channel#channel-object-channel-flags. */
const HIDDEN_FLAG = 1 << 17

/** Channels that came into sight or went out of it. */
export type Changes = { revealed: Channel[]; hidden: Channel[] }

/** Whether the bot may view a channel or thread. */
export function canView(world: World, channel: Channel): boolean {
  return Boolean(world.permissionsIn(channel, world.botId) & Bits.ViewChannel)
}

/** The channels of a guild that the bot sees, threads left out. A category is seen with any of its channels. */
export function visibleChannels(world: World, guildId: string): Set<string> {
  const visible = new Set<string>()
  for (const channel of world.channelsOf(guildId)) {
    if (channel.thread || !canView(world, channel)) continue
    visible.add(channel.id)
    if (channel.parentId !== null) visible.add(channel.parentId)
  }
  return visible
}

/** A channel as the bot gets it: whole, or with only id, type, place and parent when it is not seen. */
export function channelAsSeen(channel: Channel, isVisible: boolean) {
  if (isVisible) return channelPayload(channel)
  return {
    id: channel.id,
    type: channel.type,
    guild_id: channel.guildId,
    name: HIDDEN_NAME,
    position: channel.position,
    parent_id: channel.parentId,
    permission_overwrites: [
      {
        id: channel.guildId,
        type: OverwriteType.Role,
        allow: '0',
        deny: Bits.ViewChannel.toString(),
      },
    ],
    flags: HIDDEN_FLAG,
  }
}

/** Remembers what the bot saw, because events come after the change. */
export class Visibility {
  readonly #world: World
  readonly #seen = new Map<string, Set<string>>()

  constructor({ world }: Pick<TwinContext, 'world'>) {
    this.#world = world
    for (const guildId of world.botGuilds) this.start(guildId)
  }

  /** Begins to watch a guild. */
  start(guildId: string): void {
    this.#seen.set(guildId, visibleChannels(this.#world, guildId))
  }

  stop(guildId: string): void {
    this.#seen.delete(guildId)
  }

  sees(channel: Channel): boolean {
    return this.#seen.get(channel.guildId)?.has(channel.id) ?? false
  }

  /** Looks at a new channel, which may bring its category into sight. */
  add(channel: Channel): Changes {
    const seen = this.#seen.get(channel.guildId)
    if (!seen || !canView(this.#world, channel)) return { revealed: [], hidden: [] }
    seen.add(channel.id)
    const parent = this.#world.channels.get(channel.parentId ?? '')
    if (!parent || seen.has(parent.id)) return { revealed: [], hidden: [] }
    seen.add(parent.id)
    return { revealed: parent.type === ChannelType.GuildCategory ? [parent] : [], hidden: [] }
  }

  /** Looks at all channels of a guild again. */
  refresh(guildId: string): Changes {
    const before = this.#seen.get(guildId)
    if (!before) return { revealed: [], hidden: [] }
    const after = visibleChannels(this.#world, guildId)
    this.#seen.set(guildId, after)
    const found = (ids: Set<string>, others: Set<string>) =>
      [...ids].filter((id) => !others.has(id)).flatMap((id) => this.#world.channels.get(id) ?? [])
    return { revealed: found(after, before), hidden: found(before, after) }
  }
}
