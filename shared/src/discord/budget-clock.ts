import { MINUTE } from '../core/time.ts'

/** By how much the clocks of Discord's machines may differ from each other. */
const MARGIN_MS = 20
const RELEARN_MS = 5 * MINUTE

/**
 * Finds the latest moment at which a request can have been counted, which is before its answer came. All times are milliseconds; `sentAt` and `answeredAt` by our clock,
 * `discordAt` by Discord's (what `X-RateLimit-Reset` and `-Reset-After` are apart), null when it said nothing.
 *
 * An answer cannot have left later than it came, so Discord's clock is ahead of ours by at least `discordAt - answeredAt`; of all answers the largest is the best
 * bound. Counted back with it, `discordAt` is never too early, however long this answer took afterwards. A slow answer then holds its slot no longer than a quick one.
 */
export function createDiscordClock() {
  let ahead: number | null = null
  let learnedAt = 0
  return {
    countedBy: (sentAt: number, answeredAt: number, discordAt: number | null): number => {
      if (discordAt === null) return answeredAt
      // Nothing is counted before it is sent: a clock that seems to say so was set back.
      const isWrong = ahead !== null && discordAt - ahead + MARGIN_MS < sentAt
      if (ahead === null || isWrong || answeredAt - learnedAt > RELEARN_MS) {
        ahead = discordAt - answeredAt
        learnedAt = answeredAt
      }
      ahead = Math.max(ahead, discordAt - answeredAt)
      return Math.min(answeredAt, discordAt - ahead + MARGIN_MS)
    },
  }
}
