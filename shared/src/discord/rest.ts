import {
  DefaultRestOptions,
  DiscordAPIError,
  HTTPError,
  RateLimitError,
  REST,
  type InternalRequest,
} from '@discordjs/rest'
import { AppError, PermanentFailure, RetryLater } from '../core/errors.ts'
import { MINUTE, SECOND } from '../core/time.ts'
import { readRateAnswer } from './budget-answer.ts'
import { toRateRoute } from './budget-route.ts'
import type { RateBudget, RatePriority } from './budget.ts'

/** How long Discord may take to answer; waiting for the budget is not part of it. */
const REQUEST_TIMEOUT_MS = 20 * SECOND
/** Limits longer than this fail with `RetryLater` instead of being waited for. */
const LONGEST_WAIT_MS = MINUTE
/** As long as a timer can be: the library's own timeout would count the waiting. */
const NO_TIMEOUT = 2 ** 31 - 1

/** The library leaves a listener behind on the signal of every request. Here each has a signal of its own, so that one caller may ask any number of times. */
class Rest extends REST {
  override async request(options: InternalRequest): Promise<unknown> {
    const { signal } = options
    if (!signal) return super.request(options)
    signal.throwIfAborted()
    const own = new AbortController()
    const abort = () => own.abort(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await super.request({ ...options, signal: own.signal })
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }
}

/**
 * A REST client of the bot. Every request takes its part of the budget that all processes share, and goes before those of a lower priority.
 * The caller's AbortSignal ends the waiting too.
 */
export function createDiscordRest(options: {
  apiUrl: string
  token: string
  priority: RatePriority
  budget: RateBudget
}): REST {
  const { budget, priority } = options
  return new Rest({
    api: options.apiUrl,
    version: '10',
    globalRequestsPerSecond: Number.POSITIVE_INFINITY,
    offset: 0,
    timeout: NO_TIMEOUT,
    retries: 3,
    rejectOnRateLimit: ({ timeToReset, retryAfter }) => Math.max(timeToReset, retryAfter) > LONGEST_WAIT_MS,
    makeRequest: async (url, init) => {
      const given = init.signal ?? undefined
      const permit = await budget.take(toRateRoute(init.method ?? 'GET', url), priority, given)
      const ending = new AbortController()
      // The library makes this signal for the one request; reading the body, which comes later, ends with it too.
      given?.addEventListener('abort', () => ending.abort(given.reason), { once: true })
      if (given?.aborted) ending.abort(given.reason)
      const timer = setTimeout(() => ending.abort(), REQUEST_TIMEOUT_MS)
      try {
        const answer = await DefaultRestOptions.makeRequest(url, { ...init, signal: ending.signal })
        permit.done(readRateAnswer(answer.status, answer.headers))
        return answer
      } catch (error) {
        permit.done(null)
        throw error
      } finally {
        clearTimeout(timer)
      }
    },
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
  // The client drops a token that was refused once, and sends nothing with it again.
  if (error instanceof Error && error.message.startsWith('Expected token to be set'))
    return new PermanentFailure(
      'unauthenticated',
      `Discord has refused the bot token before (${what}). Check BOT_TOKEN and start again.`,
      { cause: error },
    )
  if (error instanceof HTTPError)
    return new RetryLater(`Discord answers ${error.status}: ${what}`, 10_000, { cause: error })
  return new RetryLater(`Discord cannot be reached: ${what}`, 10_000, { cause: error })
}
