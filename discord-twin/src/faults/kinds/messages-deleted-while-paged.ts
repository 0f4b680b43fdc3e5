import * as z from 'zod'
import { defineFault } from '../definition.ts'
import type { Message } from '../../world/types.ts'

/** Messages that go between two pages. */
export const messagesDeletedWhilePaged = defineFault({
  kind: 'messages-deleted-while-paged',
  doc: 'Before a page of messages is answered, messages of its channel are deleted; `after: 2, times: 1` does it before the third page.',
  strikes: 'request',
  options: {
    count: z.int().min(1).max(100).default(1).describe('How many are deleted.'),
    which: z
      .enum(['newest', 'oldest', 'boundary', 'random'])
      .default('boundary')
      .describe(
        'The newest or the oldest of the channel; those around the page boundary, first the message that the page was asked for with; or any of the hundred on each side of it.',
      ),
  },
  create: ({ count, which }, { world, random }) => ({
    request: {
      stage: 'arrival',
      only: ['GET /channels/{channel_id}/messages'],
      strike: ({ facts, request }) => {
        const channel = world.channels.get(facts.channelId ?? '')
        if (!channel) return undefined
        const { messages } = channel
        const { before, after, around } = request.query as Record<string, string | undefined>
        const cursor = [before, after, around].find((id) => id !== undefined && /^\d{1,20}$/.test(id))
        const at = cursor === undefined ? undefined : messages.get(cursor)
        const older = (limit: number) => messages.before(cursor ?? null, limit)
        const newer = (limit: number) => (cursor === undefined ? [] : messages.after(cursor, limit))
        const chosen: Record<typeof which, () => Message[]> = {
          newest: () => messages.before(null, count),
          oldest: () => messages.after(null, count),
          boundary: () => [...(at ? [at] : []), ...(after === undefined ? older(count) : newer(count))].slice(0, count),
          random: () => pick([...older(100), ...(at ? [at] : []), ...newer(100)], count, random),
        }
        for (const { id } of chosen[which]()) world.deleteMessage(channel.id, id)
        return undefined
      },
    },
  }),
})

function pick<Item>(items: readonly Item[], count: number, random: () => number): Item[] {
  const left = [...items]
  return Array.from({ length: Math.min(count, left.length) }).flatMap(() =>
    left.splice(Math.floor(random() * left.length), 1),
  )
}
