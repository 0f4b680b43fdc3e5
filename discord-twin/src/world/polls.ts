import { EmbedType, MessageType } from 'discord-api-types/v10'
import type { Message, Poll } from './types.ts'
import type { World } from './world.ts'

/** A person's votes in a poll instead of those given before; an empty list takes them back. */
export function vote(
  world: World,
  { channelId, id }: Pick<Message, 'channelId' | 'id'>,
  userId: string,
  answerIds: readonly number[],
): void {
  const { poll } = world.requireMessage(channelId, id)
  if (!poll) throw new RangeError(`message ${id} has no poll`)
  if (poll.expiresAt.getTime() <= world.clock.now()) throw new RangeError(`the poll of message ${id} has ended`)
  if (answerIds.length > 1 && !poll.multiselect) throw new RangeError(`the poll of message ${id} takes one answer`)
  const channel = world.requireChannel(channelId)
  const answers = poll.answers.map((answer) => {
    const others = answer.voterIds.filter((voter) => voter !== userId)
    return { ...answer, voterIds: answerIds.includes(answer.id) ? [...others, userId] : others }
  })
  channel.messages.update(id, { poll: { ...poll, answers } })
  const message = world.requireMessage(channelId, id)
  for (const [index, { id: answerId, voterIds }] of answers.entries()) {
    const before = poll.answers[index]?.voterIds.includes(userId) ?? false
    const now = voterIds.includes(userId)
    if (before !== now) world.emit({ kind: now ? 'vote-added' : 'vote-removed', message, channel, userId, answerId })
  }
}

/** Ends a poll now; the channel is told the result by a message of its author's. */
export function endPoll(world: World, { channelId, id }: Pick<Message, 'channelId' | 'id'>): Message {
  const { poll, authorId } = world.requireMessage(channelId, id)
  if (!poll) throw new RangeError(`message ${id} has no poll`)
  const ended = world.updateMessage(channelId, id, { poll: { ...poll, expiresAt: world.now() } })
  world.postMessage({
    channelId,
    authorId,
    type: MessageType.PollResult,
    replyTo: id,
    embeds: [{ type: EmbedType.PollResult, fields: resultFields(poll) }],
  })
  return ended
}

/** What the embed of a result says (https://docs.discord.com/developers/resources/message#embed-fields-by-embed-type-poll-result-embed-fields). */
function resultFields({ question, answers }: Poll) {
  const most = Math.max(...answers.map(({ voterIds }) => voterIds.length))
  const best = answers.filter(({ voterIds }) => voterIds.length === most)
  const [winner] = best.length === 1 ? best : []
  const values = {
    poll_question_text: question,
    victor_answer_votes: String(most),
    total_votes: String(answers.reduce((sum, { voterIds }) => sum + voterIds.length, 0)),
    ...(winner ? { victor_answer_id: String(winner.id), victor_answer_text: winner.text } : {}),
  }
  return Object.entries(values).map(([name, value]) => ({ name, value, inline: false }))
}
