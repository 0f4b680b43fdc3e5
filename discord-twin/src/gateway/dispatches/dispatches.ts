import { GatewayDispatchEvents as Events } from 'discord-api-types/v10'
import type { TwinContext } from '../../context.ts'
import type { WorldEvent } from '../../world/events.ts'
import type { Visibility } from '../visibility.ts'
import { channelDispatches, pinsDispatches, visibilityDispatches, webhooksDispatches } from './channels.ts'
import { inGuild, type Dispatch } from './dispatch.ts'
import { guildDispatches, roleDispatches } from './guilds.ts'
import { memberDispatches, userDispatches } from './members.ts'
import {
  bulkDispatches,
  clearedDispatches,
  messageDispatches,
  reactionDispatches,
  typingDispatches,
  voteDispatches,
} from './messages.ts'
import { threadDispatches, threadMembersDispatches } from './threads.ts'

/** What the bot's sessions are told of an event: nothing of guilds it is not in and of channels it may not view. */
export function toDispatches(context: TwinContext, visibility: Visibility, event: WorldEvent): Dispatch[] {
  switch (event.kind) {
    case 'guild-added':
    case 'guild-outage-ended':
      visibility.start(event.guildId)
      return guildDispatches(context, event)
    case 'guild-removed':
      visibility.stop(event.guildId)
      return guildDispatches(context, event)
    case 'guild-outage-began':
      return guildDispatches(context, event)
    case 'guild-updated':
      return [...guildDispatches(context, event), ...seenAnew(context, visibility, event.guildId)]
    case 'channel-created': {
      const { channel } = event
      if (channel.thread) return threadDispatches(context, event)
      const changes = visibility.add(channel)
      return [
        ...channelDispatches(context, event, visibility.sees(channel)),
        ...visibilityDispatches(context, channel.guildId, changes, channel),
      ]
    }
    case 'channel-updated':
    case 'channel-deleted': {
      const { channel } = event
      if (channel.thread) return threadDispatches(context, event)
      const before = visibility.sees(channel)
      const changes = visibility.refresh(channel.guildId)
      const isVisible = event.kind === 'channel-deleted' ? before : visibility.sees(channel)
      return [
        ...channelDispatches(context, event, isVisible),
        ...visibilityDispatches(context, channel.guildId, changes, channel),
      ]
    }
    case 'thread-members-changed':
      return threadMembersDispatches(context, event)
    case 'pins-changed':
      return pinsDispatches(context, event.channel)
    case 'webhooks-changed':
      return webhooksDispatches(context, event.channel)
    case 'role-created':
      return roleDispatches(context, event)
    case 'role-updated':
    case 'role-deleted':
      return [...roleDispatches(context, event), ...seenAnew(context, visibility, event.guildId)]
    case 'member-updated':
      return [
        ...memberDispatches(context, event),
        ...(event.member.userId === context.world.botId ? seenAnew(context, visibility, event.guildId) : []),
      ]
    case 'member-added':
    case 'member-removed':
      return memberDispatches(context, event)
    case 'user-updated':
      return userDispatches(context, event.person)
    case 'message-created':
    case 'message-updated':
    case 'message-deleted':
      return messageDispatches(context, event)
    case 'messages-deleted':
      return bulkDispatches(context, event.channel, event.messageIds)
    case 'vote-added':
    case 'vote-removed':
      return voteDispatches(context, event)
    case 'reaction-added':
    case 'reaction-removed':
      return reactionDispatches(context, event)
    case 'reactions-cleared':
      return clearedDispatches(context, event)
    case 'typing':
      return typingDispatches(context, event.channel, event.userId)
    // Whether the bot sees the channel does not matter.
    case 'interaction-created':
      return inGuild(context, event.guildId, Events.InteractionCreate, () => event.payload)
  }
}

function seenAnew(context: TwinContext, visibility: Visibility, guildId: string): Dispatch[] {
  return visibilityDispatches(context, guildId, visibility.refresh(guildId))
}
