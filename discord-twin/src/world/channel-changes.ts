import { compareIds } from '../snowflake.ts'
import { toChannel, type NewChannel } from './drafts.ts'
import type { Channel } from './types.ts'
import type { World } from './world.ts'

/** What can be changed of a channel. */
export type ChannelChanges = Partial<
  Pick<
    Channel,
    | 'name'
    | 'topic'
    | 'nsfw'
    | 'overwrites'
    | 'position'
    | 'parentId'
    | 'rateLimitPerUser'
    | 'forum'
    | 'thread'
    | 'type'
    | 'settings'
  >
>

/** Creates a channel or thread; a thread in a forum becomes its last post. */
export function createChannel(world: World, channel: NewChannel): Channel {
  const date = channel.date ?? world.now()
  const created = toChannel(channel, {
    id: channel.id ?? world.nextId(date),
    guildId: world.requireGuild(channel.guildId).id,
    date,
    position: world.channelsOf(channel.guildId).filter(({ thread }) => !thread).length,
  })
  world.channels.set(created.id, created)
  const forum = created.thread && world.channels.get(created.parentId ?? '')?.forum
  if (forum && compareIds(forum.lastPostId ?? '0', created.id) < 0) forum.lastPostId = created.id
  world.emit({ kind: 'channel-created', channel: created })
  return created
}

/** Deletes a channel. Its threads go silently with it; the channels of a category stay. Returns all that are gone. */
export function deleteChannel(world: World, channelId: string): Channel[] {
  const channel = world.requireChannel(channelId)
  const children = world.channelsOf(channel.guildId).filter(({ parentId }) => parentId === channelId)
  const gone = [channel, ...children.filter(({ thread }) => thread)]
  for (const { id } of gone) world.channels.delete(id)
  for (const { id, thread } of children) if (!thread) world.updateChannel(id, { parentId: null })
  world.emit({ kind: 'channel-deleted', channel })
  return gone
}
