import { mediaFiles, truthOfClips, type Channel, type Message, type World } from '@dcs/discord-twin'
import {
  ChannelType,
  ComponentType,
  EmbedType,
  MessageFlags,
  OverwriteType,
  PermissionFlagsBits as Bits,
} from 'discord.js'
import type { TrafficKind } from './plan.ts'
import { createRandom, type Random } from './random.ts'
import { isReadable, placesOf, VIDEO_SITE } from './world.ts'

/** Videos that every browser plays and that are small. */
const KEYS = mediaFiles.filter(({ playable, sizeBytes }) => playable && sizeBytes < 200_000).map(({ key }) => key)

/** Does what people do in Discord. Nothing happens when the world leaves no room for it. */
export function createTraffic(world: World) {
  /** Messages with clips, among them such as are gone. */
  const messages: { channelId: string; messageId: string }[] = []
  const seen = new Set<string>()
  for (const { channelId, messageId } of truthOfClips(world)) {
    if (!seen.has(messageId)) messages.push({ channelId, messageId })
    seen.add(messageId)
  }
  let count = 0

  const author = (channel: Channel, random: Random) => {
    const members = [...(world.guilds.get(channel.guildId)?.members.keys() ?? [])]
    return random.pick(members.filter((id) => id !== world.botId))
  }
  const words = (random: Random) => `chaos ${(count += 1)} ${random.below(1_000_000)}`
  const keep = ({ channelId, id }: Message) => messages.push({ channelId, messageId: id })
  const place = (random: Random) => random.pick(placesOf(world).filter((channel) => isReadable(world, channel)))
  /** Mostly a young message, since live events are what is hard. */
  const existing = (random: Random): Message | null => {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const young = messages.slice(-30)
      const chosen = random.pick(random.next() < 0.7 ? young : messages)
      const message = world.findMessage(chosen.channelId, chosen.messageId)
      if (message) return message
    }
    return null
  }

  const actions: Record<TrafficKind, (random: Random) => void> = {
    'post-clip': (random) => {
      const channel = place(random)
      const files = Array.from({ length: 1 + random.below(2) }, () => ({
        key: random.pick(KEYS),
        spoiler: random.next() < 0.1,
      }))
      keep(
        world.postMessage({ channelId: channel.id, authorId: author(channel, random), content: words(random), files }),
      )
    },
    'post-text': (random) => {
      const channel = place(random)
      world.postMessage({ channelId: channel.id, authorId: author(channel, random), content: words(random) })
    },
    'post-in-components': (random) => {
      const channel = place(random)
      const file = { key: random.pick(KEYS), fileName: `shown-${(count += 1)}.mp4` }
      keep(
        world.postMessage({
          channelId: channel.id,
          authorId: author(channel, random),
          files: [file],
          filesInComponents: true,
          flags: MessageFlags.IsComponentsV2,
          components: [
            { type: ComponentType.MediaGallery, items: [{ media: { url: `attachment://${file.fileName}` } }] },
          ],
        }),
      )
    },
    'post-in-embed': (random) => {
      const channel = place(random)
      const file = { key: random.pick(KEYS), fileName: `embedded-${(count += 1)}.mp4` }
      keep(
        world.postMessage({
          channelId: channel.id,
          authorId: author(channel, random),
          content: words(random),
          files: [file],
          embeds: [
            {
              type: EmbedType.Video,
              url: `${VIDEO_SITE}${count}`,
              title: 'A clip',
              video: { url: `attachment://${file.fileName}` },
            },
          ],
        }),
      )
    },
    forward: (random) => {
      const original = existing(random)
      const channel = place(random)
      if (!original) return
      const { channelId, id: messageId } = original
      keep(
        world.postMessage({
          channelId: channel.id,
          authorId: author(channel, random),
          forwardOf: { channelId, messageId },
        }),
      )
    },
    'edit-text': (random) => {
      const message = existing(random)
      if (message && !message.forward) world.updateMessage(message.channelId, message.id, { content: words(random) })
    },
    'remove-attachment': (random) => {
      const message = existing(random)
      if (!message || message.attachments.length === 0) return
      const gone = random.below(message.attachments.length)
      world.updateMessage(message.channelId, message.id, {
        attachments: message.attachments.filter((_, index) => index !== gone),
      })
    },
    delete: (random) => {
      const message = existing(random)
      if (message) world.deleteMessage(message.channelId, message.id)
    },
    'bulk-delete': (random) => {
      const message = existing(random)
      const channel = message && world.channels.get(message.channelId)
      if (!channel) return
      // The message itself and those before it.
      world.deleteMessages(channel.id, [message.id, ...channel.messages.before(message.id, 3).map(({ id }) => id)])
    },
    'create-thread': (random) => {
      const parents = [...world.channels.values()].filter(
        (channel) =>
          (channel.type === ChannelType.GuildText || channel.type === ChannelType.GuildForum) &&
          isReadable(world, channel),
      )
      const parent = random.pick(parents)
      const ownerId = author(parent, random)
      const type = ChannelType.PublicThread
      const thread = world.createChannel({
        guildId: parent.guildId,
        name: words(random),
        type,
        parentId: parent.id,
        ownerId,
      })
      // The first message of a post in a forum has the id of the post.
      const id = parent.forum ? { id: thread.id } : {}
      keep(
        world.postMessage({
          ...id,
          channelId: thread.id,
          authorId: ownerId,
          content: words(random),
          files: [{ key: random.pick(KEYS) }],
        }),
      )
    },
    'archive-thread': (random) => {
      const open = placesOf(world).filter(({ thread }) => thread && !thread.archived)
      if (open.length === 0) return
      const { id, thread } = random.pick(open)
      if (thread) world.updateChannel(id, { thread: { ...thread, archived: true, archivedAt: world.now() } })
    },
    'lose-permission': (random) => {
      const channels = placesOf(world).filter((channel) => !channel.thread && isReadable(world, channel))
      // Most of the world stays readable.
      if (taken(world).length >= 2 || channels.length < 4) return
      const channel = random.pick(channels)
      const deny = random.next() < 0.5 ? Bits.ViewChannel : Bits.ReadMessageHistory
      const overwrite = { id: world.botId, type: OverwriteType.Member, allow: '0', deny: String(deny) }
      world.updateChannel(channel.id, { overwrites: [...channel.overwrites, overwrite] })
    },
    'gain-permission': (random) => {
      const channels = taken(world)
      if (channels.length > 0) giveBack(world, random.pick(channels))
    },
  }

  return {
    act: (what: TrafficKind, seed: number) => actions[what](createRandom(seed)),
    /** Gives back every permission that was taken. */
    restorePermissions: () => {
      for (const channel of taken(world)) giveBack(world, channel)
    },
  }
}

/** Channels in which the bot was denied something by an overwrite of its own. */
function taken(world: World): Channel[] {
  return [...world.channels.values()].filter(({ overwrites }) => overwrites.some(({ id }) => id === world.botId))
}

function giveBack(world: World, channel: Channel): void {
  world.updateChannel(channel.id, { overwrites: channel.overwrites.filter(({ id }) => id !== world.botId) })
}
