import type { Message, Reaction } from './types.ts'
import type { World } from './world.ts'

/** A reaction by one person. Nothing happens when it is there already. */
export function addReaction(
  world: World,
  message: Pick<Message, 'channelId' | 'id'>,
  userId: string,
  emoji: Reaction['emoji'],
): void {
  const { reactions } = world.requireMessage(message.channelId, message.id)
  const known = reactions.find((reaction) => isSameEmoji(reaction.emoji, emoji))
  if (known?.userIds.includes(userId)) return
  const changed = known
    ? reactions.map((reaction) =>
        reaction === known ? { ...reaction, userIds: [...reaction.userIds, userId] } : reaction,
      )
    : [...reactions, { emoji, userIds: [userId] }]
  const { now, channel } = change(world, message, changed)
  world.emit({ kind: 'reaction-added', message: now, channel, userId, emoji: known?.emoji ?? emoji })
}

/** Takes one person's reaction back. Nothing happens when there is none. */
export function removeReaction(
  world: World,
  message: Pick<Message, 'channelId' | 'id'>,
  userId: string,
  emoji: Reaction['emoji'],
): void {
  const { reactions } = world.requireMessage(message.channelId, message.id)
  const known = reactions.find((reaction) => isSameEmoji(reaction.emoji, emoji))
  if (!known?.userIds.includes(userId)) return
  const changed = reactions
    .map((reaction) =>
      reaction === known ? { ...reaction, userIds: reaction.userIds.filter((id) => id !== userId) } : reaction,
    )
    .filter(({ userIds }) => userIds.length > 0)
  const { now, channel } = change(world, message, changed)
  world.emit({ kind: 'reaction-removed', message: now, channel, userId, emoji: known.emoji })
}

/** Takes all reactions away, or those with one emoji. */
export function clearReactions(
  world: World,
  message: Pick<Message, 'channelId' | 'id'>,
  emoji: Reaction['emoji'] | null = null,
): void {
  const { reactions } = world.requireMessage(message.channelId, message.id)
  const kept = emoji === null ? [] : reactions.filter((reaction) => !isSameEmoji(reaction.emoji, emoji))
  if (kept.length === reactions.length) return
  const { now, channel } = change(world, message, kept)
  world.emit({ kind: 'reactions-cleared', message: now, channel, emoji })
}

/** Emojis of guilds are the same by id, others by themselves. */
export function isSameEmoji(a: Reaction['emoji'], b: Reaction['emoji']): boolean {
  return a.id === null && b.id === null ? a.name === b.name : a.id === b.id
}

function change(world: World, { channelId, id }: Pick<Message, 'channelId' | 'id'>, reactions: Reaction[]) {
  const channel = world.requireChannel(channelId)
  channel.messages.update(id, { reactions })
  return { now: world.requireMessage(channelId, id), channel }
}
