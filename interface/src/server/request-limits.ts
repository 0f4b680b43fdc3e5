import { createHmac, randomBytes } from 'node:crypto'
import { AppError, describeError, HOUR, MINUTE, SECOND, sleep, type Logger } from '@dcs/shared/core'
import { countRequests, purgeRequestLimits } from '@dcs/shared/db'

/** Kinds of requests that are counted apart. */
export type LimitKind = 'read' | 'bytes' | 'change' | 'sign-in' | 'privacy'

/** Whose requests are counted. */
export type LimitedBy = 'person' | 'address'

/** How many requests are allowed in a window. docs/operations.md says the same. */
export const REQUEST_LIMITS: Readonly<Record<LimitKind, { windowMs: number } & Record<LimitedBy, number>>> = {
  read: { windowMs: MINUTE, person: 600, address: 1200 },
  bytes: { windowMs: MINUTE, person: 3000, address: 6000 },
  change: { windowMs: MINUTE, person: 120, address: 240 },
  'sign-in': { windowMs: 10 * MINUTE, person: 60, address: 60 },
  privacy: { windowMs: HOUR, person: 30, address: 60 },
}

/** More requests than allowed. */
export class TooManyRequests extends AppError {
  override name = 'TooManyRequests'
  readonly retryAfterSeconds: number

  constructor(kind: LimitKind, remainingMs: number) {
    const seconds = Math.max(1, Math.ceil(remainingMs / SECOND))
    super('rate-limited', `more ${kind} requests than allowed`, {
      publicMessage: `Too many requests. Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`,
    })
    this.retryAfterSeconds = seconds
  }
}

/** Counts requests of people and addresses. */
export type RequestLimits = {
  /** Throws `TooManyRequests` over the limit, and `unavailable` for a change that cannot be counted. */
  check: (kind: LimitKind, by: LimitedBy, who: string) => Promise<void>
  stop: () => Promise<void>
}

type Window = {
  points: number
  pending: number
  sending: number
  until: number
  windowMs: number
  first: Promise<void>
}

const FLUSH_MS = SECOND
const PURGE_MS = 10 * MINUTE
const FIRST_TIMEOUT_MS = SECOND
const MOST_WINDOWS = 100_000

/**
 * Counts in the database, so that a restart or a second program forgets nothing. Changes are counted one by one, and refused when that fails. Reading is
 * counted here and added up once a second: it goes on when the database is away, then counted by this process alone. Addresses are stored as keyed hashes.
 */
export function createRequestLimits(options: {
  factor: number
  secret: string | undefined
  log: Logger
  /** Opens the database when that has not been done. */
  open: () => Promise<unknown>
}): RequestLimits {
  const { factor, log } = options
  const key = options.secret ?? randomBytes(32)
  const windows = new Map<string, Window>()
  let flushing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let warnedAt = 0
  let purgedAt = Date.now()

  const nameOf = (kind: LimitKind, by: LimitedBy, who: string) =>
    `${kind}:${by}:${by === 'person' ? who : createHmac('sha256', key).update(who).digest('base64url').slice(0, 22)}`

  const warn = (error: unknown) => {
    if (Date.now() - warnedAt < MINUTE) return
    warnedAt = Date.now()
    log.warn({ reason: describeError(error) }, 'requests cannot be counted in the database')
  }

  const flush = async () => {
    const now = Date.now()
    for (const [name, window] of windows) if (window.until <= now && window.pending === 0) windows.delete(name)
    const due = [...windows].filter(([, window]) => window.pending > 0)
    for (const [, window] of due) {
      window.sending = window.pending
      window.pending = 0
    }
    try {
      await options.open()
      const counted = await countRequests(
        due.map(([name, window]) => ({ key: name, points: window.sending, windowMs: window.windowMs })),
      )
      for (const { key: name, points, remainingMs } of counted) {
        const window = windows.get(name)
        if (window) Object.assign(window, { points, until: Date.now() + remainingMs })
      }
      if (now - purgedAt > PURGE_MS) {
        purgedAt = now
        await purgeRequestLimits()
      }
    } catch (error) {
      warn(error)
      for (const [, window] of due) window.points += window.sending
    } finally {
      for (const [, window] of due) window.sending = 0
    }
  }
  const flushSoon = (ms: number) => {
    timer ??= setTimeout(() => {
      timer = undefined
      flushing = flushing.then(flush)
    }, ms).unref()
  }

  /** The window of a key. What was counted before this process knew it is looked up first, for a second at most. */
  const windowOf = (name: string, windowMs: number): Window => {
    const known = windows.get(name)
    if (known && known.until > Date.now()) return known
    if (windows.size >= MOST_WINDOWS) windows.delete(windows.keys().next().value ?? '')
    const made: Window = {
      points: 0,
      pending: known?.pending ?? 0,
      sending: 0,
      until: Date.now() + windowMs,
      windowMs,
      first: Promise.resolve(),
    }
    windows.set(name, made)
    made.first = Promise.race([
      new Promise<void>((resolve) => setImmediate(resolve)).then(() => (flushing = flushing.then(flush))),
      sleep(FIRST_TIMEOUT_MS),
    ])
    return made
  }

  const countLater = async (name: string, windowMs: number): Promise<{ points: number; remainingMs: number }> => {
    const window = windowOf(name, windowMs)
    window.pending++
    await window.first
    if (window.pending > 0) flushSoon(FLUSH_MS)
    return { points: window.points + window.sending + window.pending, remainingMs: window.until - Date.now() }
  }

  const countNow = async (name: string, windowMs: number) => {
    try {
      await options.open()
      const [counted] = await countRequests([{ key: name, points: 1, windowMs }])
      if (counted) return counted
    } catch (cause) {
      warn(cause)
      throw new AppError('unavailable', 'a change cannot be counted', {
        publicMessage: 'The database cannot be reached right now. Try again in a moment.',
        cause,
      })
    }
    throw new AppError('internal', 'a change was not counted')
  }

  return {
    check: async (kind, by, who) => {
      if (factor === 0) return
      const limit = REQUEST_LIMITS[kind]
      const isRead = kind === 'read' || kind === 'bytes'
      const count = isRead ? countLater : countNow
      const { points, remainingMs } = await count(nameOf(kind, by, who), limit.windowMs)
      if (points > Math.max(1, limit[by] * factor)) throw new TooManyRequests(kind, remainingMs)
    },
    stop: async () => {
      clearTimeout(timer)
      flushing = flushing.then(flush)
      await Promise.race([flushing, sleep(FIRST_TIMEOUT_MS)])
    },
  }
}

let current: RequestLimits | undefined

/** Begins to count for this process. */
export function openRequestLimits(options: Parameters<typeof createRequestLimits>[0]): RequestLimits {
  current = createRequestLimits(options)
  return current
}

/** What counts the requests of this process. */
export function requestLimits(): RequestLimits {
  if (current) return current
  throw new AppError('internal', 'The request limits are not open.')
}
