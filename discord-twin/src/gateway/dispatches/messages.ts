import { GatewayDispatchEvents as Events, GatewayIntentBits as Intents } from 'discord-api-types/v10'
import type { TwinContext } from '../../context.ts'
import { memberPayload } from '../../payloads/accounts.ts'
import { messagePayload } from '../../payloads/messages.ts'
import type { WorldEvent } from '../../world/events.ts'
import type { Channel, Message, Reaction } from '../../world/types.ts'
import { inChannel, type Dispatch } from './dispatch.ts'

type MessageEvent = Extract<WorldEvent, { kind: `message-${string}` }>
type ReactionEvent = Extract<WorldEvent, { kind: 'reaction-added' | 'reaction-removed' }>
type VoteEvent = Extract<WorldEvent, { kind: 'vote-added' | 'vote-removed' }>
type ClearedEvent = Extract<WorldEvent, { kind: 'reactions-cleared' }>

/** What sessions are told of a message. */
export function messageDispatches(context: TwinContext, { kind, message, channel }: MessageEvent): Dispatch[] {
  if (kind === 'message-deleted')
    return inChannel(context, channel, Events.MessageDelete, () => ({
      id: message.id,
      channel_id: channel.id,
      guild_id: channel.guildId,
    }))
  const name = kind === 'message-created' ? Events.MessageCreate : Events.MessageUpdate
  return inChannel(context, channel, name, ({ intents }) =>
    messageEventPayload(context, message, channel, Boolean(intents & Intents.MessageContent)),
  )
}

/** Several messages were deleted at once. */
export function bulkDispatches(context: TwinContext, channel: Channel, messageIds: readonly string[]): Dispatch[] {
  return inChannel(context, channel, Events.MessageDeleteBulk, () => ({
    ids: messageIds,
    channel_id: channel.id,
    guild_id: channel.guildId,
  }))
}

/** A reaction was added or taken back. */
export function reactionDispatches(context: TwinContext, event: ReactionEvent): Dispatch[] {
  const { kind, message, channel, userId, emoji } = event
  const member = memberOf(context, channel, userId)
  const common = {
    user_id: userId,
    channel_id: channel.id,
    message_id: message.id,
    guild_id: channel.guildId,
    emoji: emojiPayload(emoji),
    burst: false,
    type: 0,
  }
  if (kind === 'reaction-removed') return inChannel(context, channel, Events.MessageReactionRemove, () => common)
  return inChannel(context, channel, Events.MessageReactionAdd, () => ({
    ...common,
    message_author_id: message.authorId,
    ...(member ? { member: memberPayload(context, member) } : {}),
  }))
}

/** A vote in a poll was given or taken back. */
export function voteDispatches(context: TwinContext, event: VoteEvent): Dispatch[] {
  const { kind, message, channel, userId, answerId } = event
  return inChannel(
    context,
    channel,
    kind === 'vote-added' ? Events.MessagePollVoteAdd : Events.MessagePollVoteRemove,
    () => ({
      user_id: userId,
      channel_id: channel.id,
      message_id: message.id,
      guild_id: channel.guildId,
      answer_id: answerId,
    }),
  )
}

/** All reactions of a message were removed, or all with one emoji. */
export function clearedDispatches(context: TwinContext, { message, channel, emoji }: ClearedEvent): Dispatch[] {
  const common = { channel_id: channel.id, message_id: message.id, guild_id: channel.guildId }
  return emoji
    ? inChannel(context, channel, Events.MessageReactionRemoveEmoji, () => ({
        ...common,
        emoji: emojiPayload(emoji),
      }))
    : inChannel(context, channel, Events.MessageReactionRemoveAll, () => common)
}

/** Somebody types. */
export function typingDispatches(context: TwinContext, channel: Channel, userId: string): Dispatch[] {
  const member = memberOf(context, channel, userId)
  return inChannel(context, channel, Events.TypingStart, () => ({
    channel_id: channel.id,
    guild_id: channel.guildId,
    user_id: userId,
    timestamp: Math.floor(context.clock.now() / 1000),
    ...(member ? { member: memberPayload(context, member) } : {}),
  }))
}

/** A message with the members that events add, and blank where the session may not read it. */
function messageEventPayload(context: TwinContext, message: Message, channel: Channel, hasContentIntent: boolean) {
  const content = hasContentIntent && context.application.messageContent
  const payload = messagePayload(context, message, { content })
  const author = message.webhook ? undefined : memberOf(context, channel, message.authorId)
  return {
    ...payload,
    mentions: payload.mentions.map((user) => {
      const member = memberOf(context, channel, user.id)
      return { ...user, ...(member ? { member: withoutUser(context, member) } : {}) }
    }),
    guild_id: channel.guildId,
    ...(author ? { member: withoutUser(context, author) } : {}),
  }
}

function withoutUser(context: TwinContext, member: Parameters<typeof memberPayload>[1]) {
  const { user: _user, ...rest } = memberPayload(context, member)
  return rest
}

function memberOf({ world }: TwinContext, channel: Channel, userId: string) {
  return world.guilds.get(channel.guildId)?.members.get(userId)
}

function emojiPayload({ id, name }: Reaction['emoji']) {
  return { id, name }
}
