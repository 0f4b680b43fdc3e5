import { ChannelFlags, ChannelType, MessageType } from 'discord-api-types/v10'
import { compareIds } from '../snowflake.ts'
import type { Channel, ChannelSettings, Message, Thread } from './types.ts'
import type { World } from './world.ts'

/** A thread to start. With `message` it is that message's thread and has its id. */
export type NewThread = {
  parent: Channel
  name: string
  ownerId: string
  type: ChannelType.PublicThread | ChannelType.PrivateThread | ChannelType.AnnouncementThread
  message?: Message
  autoArchiveMinutes?: Thread['autoArchiveMinutes']
  rateLimitPerUser?: number
  invitable?: boolean
  appliedTags?: string[]
}

/**
 * Starts a thread and leaves the messages that tell of it: one in the thread that points at the message it came from, or one in the channel that
 * names the thread (https://docs.discord.com/developers/resources/message#message-object-message-types). Posts of forums and private threads have neither.
 */
export function startThread(world: World, started: NewThread): Channel {
  const { parent, message, ownerId, type } = started
  const settings = parent.settings ?? {}
  const thread = world.createChannel({
    guildId: parent.guildId,
    parentId: parent.id,
    ...(message ? { id: message.id } : {}),
    type,
    name: started.name,
    ownerId,
    rateLimitPerUser: started.rateLimitPerUser ?? settings.threadRateLimit ?? 0,
    thread: {
      autoArchiveMinutes: started.autoArchiveMinutes ?? settings.autoArchiveMinutes ?? 1440,
      invitable: started.invitable ?? true,
      appliedTags: started.appliedTags ?? [],
    },
  })
  const none = { ids: [], roleIds: [], everyone: false }
  if (message) {
    world.updateMessage(parent.id, message.id, { threadId: thread.id })
    world.postMessage({
      channelId: thread.id,
      authorId: ownerId,
      type: MessageType.ThreadStarterMessage,
      replyTo: message.id,
      mentions: none,
    })
  } else if (!parent.forum && type !== ChannelType.PrivateThread)
    world.postMessage({
      channelId: parent.id,
      authorId: ownerId,
      type: MessageType.ThreadCreated,
      content: started.name,
      replyTo: thread.id,
      mentions: none,
    })
  return thread
}

/** What can be changed of a thread. */
export type ThreadChanges = Partial<
  Pick<Thread, 'archived' | 'locked' | 'invitable' | 'autoArchiveMinutes' | 'appliedTags'> &
    Pick<Channel, 'name' | 'rateLimitPerUser'> &
    Pick<ChannelSettings, 'flags'>
>

/** Changes a thread. A post that is pinned takes the pin from the one that was. */
export function changeThread(world: World, channel: Channel, changes: ThreadChanges): Channel {
  const { name, rateLimitPerUser, flags, ...about } = changes
  const { thread } = channel
  if (!thread) throw new RangeError(`${channel.id} is no thread`)
  const isTurned = about.archived !== undefined && about.archived !== thread.archived
  if ((flags ?? 0) & ChannelFlags.Pinned)
    for (const other of threadsOf(world, channel.parentId ?? '')) {
      const own = other.settings?.flags ?? 0
      if (other !== channel && own & ChannelFlags.Pinned)
        world.updateChannel(other.id, { settings: { ...other.settings, flags: own & ~ChannelFlags.Pinned } })
    }
  return world.updateChannel(channel.id, {
    ...(name === undefined ? {} : { name }),
    ...(rateLimitPerUser === undefined ? {} : { rateLimitPerUser }),
    ...(flags === undefined ? {} : { settings: { ...channel.settings, flags } }),
    thread: { ...thread, ...about, ...(isTurned ? { archivedAt: freeMoment(world, channel) } : {}) },
  })
}

/** Puts somebody into a thread; who is in it already stays as they are. */
export function addToThread(world: World, channel: Channel, userId: string): void {
  if (!channel.thread || channel.thread.members.has(userId)) return
  channel.thread.members.set(userId, world.now())
  world.emit({ kind: 'thread-members-changed', thread: channel, addedIds: [userId], removedIds: [] })
}

/** Takes somebody out of a thread. */
export function removeFromThread(world: World, channel: Channel, userId: string): void {
  if (channel.thread?.members.delete(userId))
    world.emit({ kind: 'thread-members-changed', thread: channel, addedIds: [], removedIds: [userId] })
}

/** The threads of a channel. */
export function threadsOf(world: World, parentId: string): Channel[] {
  return [...world.channels.values()].filter((channel) => channel.thread && channel.parentId === parentId)
}

/** The archived threads of a channel of some types, the one that was archived last first. */
export function archivedThreads(world: World, parentId: string, types: readonly ChannelType[]): Channel[] {
  return threadsOf(world, parentId)
    .filter(({ thread, type }) => thread?.archived && types.includes(type))
    .toSorted((a, b) => archivedAt(b) - archivedAt(a) || compareIds(b.id, a.id))
}

/** When a thread was archived or opened again, in milliseconds. */
export function archivedAt({ thread }: Channel): number {
  return thread?.archivedAt.getTime() ?? 0
}

/** Lists of archived threads are read page by page by this time, so no two threads of a channel may have the same. */
function freeMoment(world: World, channel: Channel): Date {
  const taken = new Set(threadsOf(world, channel.parentId ?? '').map(archivedAt))
  let at = world.now().getTime()
  while (taken.has(at)) at += 1
  return new Date(at)
}
