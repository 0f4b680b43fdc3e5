import { createLargeWorld, truthOfClips, type Channel, type World } from '@dcs/discord-twin'
import { ChannelType, PermissionFlagsBits as Bits } from 'discord.js'

/** How big the world is at the start. */
export type WorldSize = { messages: number; channels: number; clips: number; guilds: number }

/** A seeded world, and what is remembered of it beside what it is now. */
export type ChaosWorld = {
  world: World
  /** Ids of all files that were ever a video in it. */
  everClips: Set<string>
  /** Channels whose messages the bot could read at some time. */
  everReadable: Set<string>
  close: () => void
}

/** Makes the world; the same for the same seed. */
export function createChaosWorld(seed: number, size: WorldSize): ChaosWorld {
  const world = createLargeWorld({ seed, people: 30, ...size })
  const everClips = new Set<string>()
  const everReadable = new Set<string>()
  const look = (channel: Channel) => {
    if (isReadable(world, channel)) everReadable.add(channel.id)
  }
  for (const { id } of truthOfClips(world)) if (id !== null) everClips.add(id)
  for (const channel of world.channels.values()) look(channel)
  const close = world.onEvent((event) => {
    if (event.kind === 'message-created') {
      const { id: messageId, attachments, componentFiles } = event.message
      for (const { id } of [...attachments, ...componentFiles]) everClips.add(id)
      everClips.add(embedKey(messageId))
    }
    if (event.kind === 'channel-created' || event.kind === 'channel-updated') {
      look(event.channel)
      for (const thread of threadsOf(world, event.channel.id)) look(thread)
    }
  })
  return { world, everClips, everReadable, close }
}

/** Where videos are from that stand in embeds: Discord shows them through a proxy of its own. */
export const VIDEO_SITE = 'https://videos.example/'

/** An embed has no id: it goes by its message. */
export function embedKey(messageId: string): string {
  return `embed ${messageId}`
}

/** Whether the bot may see a channel and read its past. */
export function isReadable(world: World, channel: Channel): boolean {
  const bits = world.permissionsIn(channel, world.botId)
  return world.botGuilds.has(channel.guildId) && (bits & NEEDED) === NEEDED
}

/** Channels and threads in which people write. */
export function placesOf(world: World): Channel[] {
  return [...world.channels.values()].filter(({ type }) => !HOLDERS.has(type))
}

function threadsOf(world: World, channelId: string): Channel[] {
  return [...world.channels.values()].filter(({ thread, parentId }) => thread && parentId === channelId)
}

const NEEDED = Bits.ViewChannel | Bits.ReadMessageHistory
const HOLDERS = new Set([ChannelType.GuildCategory, ChannelType.GuildForum, ChannelType.GuildMedia])
