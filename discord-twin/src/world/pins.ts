import { MessageType } from 'discord-api-types/v10'
import { compareIds } from '../snowflake.ts'
import type { Channel, Message } from './types.ts'
import type { World } from './world.ts'

/** Pins a message, which the channel is told by a message of the person's. Nothing happens when it is pinned. */
export function pinMessage(world: World, { channelId, id }: Pick<Message, 'channelId' | 'id'>, userId: string): void {
  const message = world.requireMessage(channelId, id)
  if (message.pinnedAt) return
  const channel = world.requireChannel(channelId)
  const pinnedAt = world.now()
  channel.lastPinAt = pinnedAt
  world.updateMessage(channelId, id, { pinnedAt })
  world.emit({ kind: 'pins-changed', channel })
  world.postMessage({ channelId, authorId: userId, type: MessageType.ChannelPinnedMessage, replyTo: id })
}

/** Unpins a message. Nothing happens when it is not pinned. */
export function unpinMessage(world: World, { channelId, id }: Pick<Message, 'channelId' | 'id'>): void {
  if (!world.requireMessage(channelId, id).pinnedAt) return
  const channel = world.requireChannel(channelId)
  world.updateMessage(channelId, id, { pinnedAt: null })
  channel.lastPinAt = listPins(channel)[0]?.pinnedAt ?? null
  world.emit({ kind: 'pins-changed', channel })
}

/** The pinned messages, those pinned last first. */
export function listPins({ messages }: Channel): (Message & { pinnedAt: Date })[] {
  return [...messages.withMedia('pins')]
    .filter((message): message is Message & { pinnedAt: Date } => message.pinnedAt !== null)
    .toSorted((a, b) => b.pinnedAt.getTime() - a.pinnedAt.getTime() || compareIds(b.id, a.id))
}
