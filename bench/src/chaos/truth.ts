import { mediaFile, truthOfClips, type Message, type TrueClip } from '@dcs/discord-twin'
import type { Policy } from './managers.ts'
import { embedKey, isReadable, type ChaosWorld } from './world.ts'

/** A clip that is in Discord, with all places where it stands: its message and the forwards of it. */
export type WantedClip = {
  id: string
  places: {
    channelId: string
    messageId: string
    guildId: string
    isForward: boolean
    authorId: string
    content: string
  }[]
  sha256: string | null
  /** Whether its bytes are a video that can be stored. */
  isVideo: boolean
}

/** What the product should know at the end. */
export type Truth = {
  /** In channels that the bot can read, by id. */
  wanted: Map<string, WantedClip>
  /** In Discord where the bot cannot read now: whatever is stored of them is right. */
  unreadable: Set<string>
  /** Every id that ever was a video. */
  ever: Set<string>
  policies: Map<string, Policy>
  /** Readable channels with the ids of their messages, oldest first. */
  messages: Map<string, bigint[]>
  /** Channels that the bot could not read at any time. */
  neverReadable: Set<string>
}

/** Reads the truth out of the twin. */
export function readTruth({ world, everClips, everReadable }: ChaosWorld, policies: Map<string, Policy>): Truth {
  const wanted = new Map<string, WantedClip>()
  const unreadable = new Set<string>()
  for (const clip of truthOfClips(world)) {
    if (clip.id === null) continue
    const channel = world.channels.get(clip.channelId)
    const message = world.requireMessage(clip.channelId, clip.messageId)
    // What stands in an embed is told by the file that the twin keeps for it.
    const id = (message.forward ?? message).embeds.some(({ video }) => video) ? embedKey(message.id) : clip.id
    if (!channel || !isReadable(world, channel)) {
      unreadable.add(id)
      continue
    }
    const known = wanted.get(id) ?? { id, places: [], sha256: clip.sha256, isVideo: isVideo(clip) }
    known.places.push(placeOf(clip, message))
    wanted.set(id, known)
  }
  const channels = [...world.channels.values()]
  const readable = channels.filter((channel) => isReadable(world, channel))
  return {
    wanted,
    unreadable,
    ever: everClips,
    policies,
    messages: new Map(
      readable.map((channel) => [channel.id, [...channel.messages.forwards()].map(({ id }) => BigInt(id))]),
    ),
    neverReadable: new Set(channels.flatMap(({ id }) => (everReadable.has(id) ? [] : [id]))),
  }
}

function placeOf({ channelId, messageId, guildId, source }: TrueClip, { authorId, content, forward }: Message) {
  const isForward = source === 'forward'
  return { channelId, messageId, guildId, isForward, authorId, content: isForward ? (forward?.content ?? '') : content }
}

function isVideo({ mediaKey }: TrueClip): boolean {
  return mediaKey !== null && mediaFile(mediaKey).playable
}
