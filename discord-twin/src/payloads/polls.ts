import { PollLayoutType, type APIPoll } from 'discord-api-types/v10'
import type { Poll } from '../world/types.ts'
import type { World } from '../world/world.ts'
import { timestamp } from './time.ts'

/** A poll with its votes; they count as final once it has ended. */
export function pollPayload(world: World, poll: Poll): APIPoll {
  return {
    question: { text: poll.question },
    answers: poll.answers.map(({ id, text, emoji }) => ({
      answer_id: id,
      poll_media: { text, ...(emoji ? { emoji } : {}) },
    })),
    expiry: timestamp(poll.expiresAt),
    allow_multiselect: poll.multiselect,
    layout_type: PollLayoutType.Default,
    results: {
      is_finalized: poll.expiresAt.getTime() <= world.clock.now(),
      answer_counts: poll.answers.map(({ id, voterIds }) => ({
        id,
        count: voterIds.length,
        me_voted: voterIds.includes(world.botId),
      })),
    },
  }
}
