import { ChannelType, GatewayDispatchEvents as Events, GatewayIntentBits as Intents } from 'discord-api-types/v10'
import type { TwinContext } from '../../context.ts'
import { channelForBot, channelPayload, threadMemberPayload } from '../../payloads/channels.ts'
import type { WorldEvent } from '../../world/events.ts'
import type { Channel } from '../../world/types.ts'
import { canView } from '../visibility.ts'
import { inChannel, inGuild, type Dispatch } from './dispatch.ts'

/** Discord stops counting the members of a thread here. */
const COUNTED_MEMBERS = 50

type ChannelEvent = Extract<WorldEvent, { kind: `channel-${string}` }>
type MembersEvent = Extract<WorldEvent, { kind: 'thread-members-changed' }>

/** What sessions are told of a thread. */
export function threadDispatches(context: TwinContext, { kind, channel }: ChannelEvent): Dispatch[] {
  const { id, guildId, parentId, type } = channel
  switch (kind) {
    case 'channel-created':
      return inChannel(context, channel, Events.ThreadCreate, () => ({
        ...channelForBot(context, channel),
        newly_created: true,
      }))
    case 'channel-updated':
      return inChannel(context, channel, Events.ThreadUpdate, () => channelPayload(channel))
    case 'channel-deleted':
      return inChannel(context, channel, Events.ThreadDelete, () => ({
        id,
        guild_id: guildId,
        parent_id: parentId,
        type,
      }))
  }
}

/** Who came to a thread and who left. Without the intent for members, only what happens to the bot itself is told. */
export function threadMembersDispatches(context: TwinContext, event: MembersEvent): Dispatch[] {
  const { world } = context
  const { thread, addedIds, removedIds } = event
  const isBotAdded = addedIds.includes(world.botId)
  const isBotMeant = isBotAdded || removedIds.includes(world.botId)
  // Who is taken out of a private thread is still told so.
  if (!canView(world, thread) && !removedIds.includes(world.botId)) return []
  const invited =
    isBotAdded && thread.type === ChannelType.PrivateThread
      ? inChannel(context, thread, Events.ThreadCreate, () => channelForBot(context, thread))
      : []
  const changed = inGuild(
    context,
    thread.guildId,
    Events.ThreadMembersUpdate,
    ({ intents }) => {
      const isTold = (userId: string) => Boolean(intents & Intents.GuildMembers) || userId === world.botId
      const added = addedIds.filter(isTold)
      const removed = removedIds.filter(isTold)
      return {
        id: thread.id,
        guild_id: thread.guildId,
        member_count: Math.min(thread.thread?.members.size ?? 0, COUNTED_MEMBERS),
        ...(added.length > 0
          ? {
              added_members: added.map((userId) => ({
                ...threadMemberPayload(context, thread, userId, { withMember: true }),
                presence: null,
              })),
            }
          : {}),
        ...(removed.length > 0 ? { removed_member_ids: removed } : {}),
      }
    },
    { channelId: thread.id, ...(isBotMeant ? {} : { intents: Intents.GuildMembers }) },
  )
  return [...invited, ...changed]
}

/** The active threads of channels that came into sight. */
export function threadListDispatches(context: TwinContext, guildId: string, revealed: readonly Channel[]): Dispatch[] {
  const { world } = context
  const parents = new Set(revealed.map(({ id }) => id))
  const threads = world
    .channelsOf(guildId)
    .filter((it) => it.thread && !it.thread.archived && parents.has(it.parentId ?? '') && canView(world, it))
  if (threads.length === 0) return []
  const channelIds = [...new Set(threads.map(({ parentId }) => parentId))]
  return inGuild(context, guildId, Events.ThreadListSync, () => ({
    guild_id: guildId,
    channel_ids: channelIds,
    threads: threads.map((thread) => channelPayload(thread)),
    members: threads
      .filter(({ thread }) => thread?.members.has(world.botId))
      .map((thread) => threadMemberPayload(context, thread, world.botId)),
  }))
}
