import type { APIReaction } from 'discord-api-types/v10'
import type { Reaction } from '../world/types.ts'

/** A reaction as a message shows it to the bot. Super reactions are not part of the twin. */
export function reactionPayload({ emoji, userIds }: Reaction, botId: string): APIReaction {
  return {
    emoji: { id: emoji.id, name: emoji.name },
    count: userIds.length,
    count_details: { burst: 0, normal: userIds.length },
    burst_colors: [],
    me: userIds.includes(botId),
    me_burst: false,
  }
}
