/** What the budget reads of an answer of Discord. */
export type RateAnswer = {
  status: number
  /** When it was counted, in milliseconds of Discord's clock; null when the headers do not say it to the millisecond. */
  discordAt: number | null
  bucket: { name: string | null; limit: number; remaining: number; resetsInMs: number } | null
  /** 429: until when nobody asks for this bucket, or, `isGlobal`, for anything. */
  waitMs: number
  isGlobal: boolean
  /** Counts toward the limit of invalid requests. */
  isInvalid: boolean
}

/** How long nothing is sent after a ban that does not say how long it lasts. */
const BAN_SECONDS = 120

/** Reads the limits out of the headers of an answer (https://docs.discord.com/developers/topics/rate-limits#header-format). Times are milliseconds from the answer on. */
export function readRateAnswer(status: number, headers: { get: (name: string) => string | null }): RateAnswer {
  const limit = toNumber(headers.get('x-ratelimit-limit'))
  const remaining = toNumber(headers.get('x-ratelimit-remaining'))
  const resetAfter = toNumber(headers.get('x-ratelimit-reset-after'))
  const bucket =
    limit === null || remaining === null || resetAfter === null
      ? null
      : {
          name: headers.get('x-ratelimit-bucket'),
          limit: Math.trunc(limit),
          remaining: Math.max(0, Math.trunc(remaining)),
          resetsInMs: resetAfter * 1_000,
        }
  const isLimited = status === 429
  const scope = headers.get('x-ratelimit-scope')
  // Without a scope it is not Discord that answers but Cloudflare before it, and that shuts out everything.
  const isGlobal = isLimited && (scope === null || scope === 'global' || headers.get('x-ratelimit-global') !== null)
  const retryAfterMs = (toNumber(headers.get('retry-after')) ?? (scope === null ? BAN_SECONDS : 1)) * 1_000
  // Retry-After is in whole seconds. A bucket that is empty says more exactly when it is full again; one that is not was refused for a reason it does not name.
  const isEmpty = scope === 'user' && bucket !== null && bucket.remaining === 0
  return {
    status,
    discordAt: resetAfter === null ? null : toDiscordTime(headers.get('x-ratelimit-reset'), resetAfter),
    bucket,
    waitMs: isLimited ? (isEmpty && bucket ? bucket.resetsInMs : retryAfterMs) : 0,
    isGlobal,
    isInvalid: status === 401 || status === 403 || (isLimited && scope !== 'shared'),
  }
}

/** The moment from which `resetAfter` counts. */
function toDiscordTime(reset: string | null, resetAfter: number): number | null {
  return reset !== null && /^\d+\.\d{2,}$/.test(reset) ? Math.round((Number(reset) - resetAfter) * 1_000) : null
}

function toNumber(text: string | null): number | null {
  const value = text === null || text === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) && value >= 0 ? value : null
}
