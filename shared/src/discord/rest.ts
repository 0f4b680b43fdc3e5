import { DiscordAPIError, HTTPError, RateLimitError, REST } from '@discordjs/rest'
import { AppError, PermanentFailure, RetryLater } from '../core/errors.ts'

/** What each program may use of the bot's 50 requests a second, so that together they stay below (https://docs.discord.com/developers/topics/rate-limits). */
export const REQUESTS_PER_SECOND = { bot: 10, worker: 30, interface: 8 } as const

/** A REST client of the bot with this program's share of the rate budget. It waits for rate limits by itself. */
export function createDiscordRest(options: {
  apiUrl: string
  token: string
  program: keyof typeof REQUESTS_PER_SECOND
}): REST {
  return new REST({
    api: options.apiUrl,
    version: '10',
    globalRequestsPerSecond: REQUESTS_PER_SECOND[options.program],
    timeout: 20_000,
    retries: 3,
  }).setToken(options.token)
}

/** Sorts a failed request: what can pass is `RetryLater`, what cannot is `PermanentFailure`; each says what happened in words. */
export function toDiscordFailure(error: unknown, what: string): AppError {
  if (error instanceof AppError) return error
  if (error instanceof RateLimitError)
    return new RetryLater(`Discord asks to wait: ${what}`, error.retryAfter, { cause: error })
  if (error instanceof DiscordAPIError) {
    if (error.status === 401)
      return new PermanentFailure(
        'unauthenticated',
        `Discord does not accept the bot token (${what}). Check BOT_TOKEN.`,
        { cause: error },
      )
    if (error.status === 403)
      return new PermanentFailure('forbidden', `The bot may not do this in Discord: ${what} (${error.message}).`, {
        cause: error,
      })
    if (error.status === 404)
      return new PermanentFailure('not-found', `It is not there in Discord any more: ${what} (${error.message}).`, {
        cause: error,
      })
    if (error.status < 500)
      return new PermanentFailure('upstream', `Discord refuses: ${what} (${error.message}).`, { cause: error })
  }
  if (error instanceof HTTPError)
    return new RetryLater(`Discord answers ${error.status}: ${what}`, 10_000, { cause: error })
  return new RetryLater(`Discord cannot be reached: ${what}`, 10_000, { cause: error })
}
