import { MessageType } from 'discord-api-types/v10'
import { contentOf, plainMessage, toMessage, type NewMessage } from './drafts.ts'
import type { Channel, Forward, Message } from './types.ts'
import { required } from './unknown-thing.ts'
import { toUploads } from './uploads.ts'
import type { World } from './world.ts'

/** Posts a message and keeps its files; a message by somebody in an archived thread opens it again. */
export function postMessage(world: World, post: NewMessage): Message {
  const channel = world.requireChannel(post.channelId)
  if (!post.webhook) required(world.people.get(post.authorId), `person ${post.authorId}`)
  const createdAt = post.date ?? world.now()
  const message = toMessage(post, {
    id: post.id ?? world.nextId(createdAt),
    createdAt,
    files: toUploads(post.files ?? [], channel.id, () => world.nextId(createdAt)),
    forward: post.forwardOf ? snapshot(world, post.forwardOf) : null,
  })
  if (!post.date) openThread(world, channel, post.authorId)
  world.keepFiles(message)
  channel.messages.add(message)
  // The first message of a thread is not counted.
  if (channel.thread && message.id !== channel.id && message.type !== MessageType.ThreadStarterMessage)
    channel.thread.totalMessages += 1
  world.emit({ kind: 'message-created', message, channel, guild: world.requireGuild(channel.guildId) })
  return message
}

const CONTENT = ['content', 'embeds', 'attachments', 'components', 'componentFiles'] as const

/** Changes a message; `editedAt` becomes now when what it says changes. */
export function updateMessage(world: World, channelId: string, messageId: string, changes: Partial<Message>): Message {
  const channel = world.requireChannel(channelId)
  const before = world.requireMessage(channelId, messageId)
  const wasKept = !channel.messages.isUntouched(messageId)
  const isEdit = CONTENT.some((key) => key in changes)
  const message = required(
    channel.messages.update(messageId, { ...(isEdit ? { editedAt: world.now() } : {}), ...changes }),
    `message ${messageId}`,
  )
  world.keepFiles(message)
  if (wasKept) world.releaseFiles(before)
  world.emit({ kind: 'message-updated', message, channel, guild: world.requireGuild(channel.guildId) })
  return message
}

/** Takes a message out of a channel, with its files, and tells nobody. Undefined when there is none. */
export function removeMessage(world: World, channel: Channel, messageId: string): Message | undefined {
  const wasKept = !channel.messages.isUntouched(messageId)
  const message = channel.messages.remove(messageId)
  if (message && wasKept) world.releaseFiles(message)
  return message
}

/** How `addHistory` writes messages: one a minute. */
export type OldMessages = { authorId: string; clipEvery?: number; mediaKey?: string; from?: Date }

/** Adds old messages without telling the gateway. Returns the ids of the clips. */
export function addHistory(world: World, channelId: string, count: number, options: OldMessages): string[] {
  const channel = world.requireChannel(channelId)
  const { authorId, clipEvery = 0, mediaKey: key = 'one-second' } = options
  required(world.people.get(authorId), `person ${authorId}`)
  const from = (options.from ?? new Date('2024-11-05T10:00:00Z')).getTime()
  const messages = Array.from({ length: count }, (_, index) => {
    const createdAt = new Date(from + index * 60_000)
    const withClip = clipEvery > 0 && index % clipEvery === 0
    return plainMessage({
      id: world.nextId(createdAt),
      channelId,
      authorId,
      content: `message ${index + 1}`,
      createdAt,
      attachments: withClip ? toUploads([{ key }], channelId, () => world.nextId(createdAt)) : [],
    })
  })
  for (const message of messages) world.keepFiles(message)
  channel.messages.addAll(messages)
  if (channel.thread) channel.thread.totalMessages += count
  return messages.flatMap(({ attachments }) => attachments.map(({ id }) => id))
}

function openThread(world: World, channel: Channel, authorId: string): void {
  const { thread } = channel
  if (!thread) return
  if (thread.archived)
    world.updateChannel(channel.id, { thread: { ...thread, archived: false, archivedAt: world.now() } })
  if (channel.thread?.members.has(authorId) || !world.people.has(authorId)) return
  channel.thread?.members.set(authorId, world.now())
  world.emit({ kind: 'thread-members-changed', thread: channel, addedIds: [authorId], removedIds: [] })
}

function snapshot(world: World, { channelId, messageId }: NonNullable<NewMessage['forwardOf']>): Forward {
  const original = world.requireMessage(channelId, messageId)
  // A forward of a forward shows the first original.
  const shown = original.forward ?? original
  return { guildId: world.requireChannel(channelId).guildId, channelId, messageId, ...contentOf(shown) }
}
