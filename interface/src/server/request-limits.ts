import { createHmac, randomBytes } from 'node:crypto'
import { AppError, describeError, HOUR, MINUTE, SECOND, sleep, type Logger } from '@dcs/shared/core'
import { countRequests, purgeRequestLimits } from '@dcs/shared/db'

/** Kinds of requests that are counted apart. */
export type LimitKind = 'read' | 'bytes' | 'change' | 'sign-in' | 'privacy'

/** Whose requests are counted. */
export type LimitedBy = 'person' | 'address'

/** How many requests are allowed in a window. docs/operations.md says the same. */
export const REQUEST_LIMITS: Readonly<Record<LimitKind, { windowMs: number } & Partial<Record<LimitedBy, number>>>> = {
  read: { windowMs: MINUTE, person: 600, address: 1200 },
  bytes: { windowMs: MINUTE, person: 3000, address: 6000 },
  change: { windowMs: MINUTE, person: 120, address: 240 },
  'sign-in': { windowMs: 10 * MINUTE, address: 120 },
  privacy: { windowMs: HOUR, person: 30 },
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

/** `own`: what this process counted, of which `sent` is in the database; `others`: what other processes, and this one before it started, had there last. */
type Window = { own: number; sent: number; others: number; until: number; windowMs: number; first: Promise<void> }

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
    for (const [name, { until }] of windows) if (until <= now) windows.delete(name)
    const due = [...windows].flatMap(([name, window]) => {
      const points = window.own - window.sent
      return points > 0 ? [{ name, window, points }] : []
    })
    try {
      await options.open()
      const counted = await countRequests(
        due.map(({ name, window, points }) => ({ key: name, points, windowMs: window.windowMs })),
      )
      const byKey = new Map(counted.map((it) => [it.key, it]))
      for (const { name, window, points } of due) {
        const stored = byKey.get(name)
        window.sent += points
        window.others = Math.max(0, (stored?.points ?? 0) - window.sent)
        if (stored) window.until = Date.now() + stored.remainingMs
      }
      if (now - purgedAt > PURGE_MS) {
        purgedAt = now
        await purgeRequestLimits()
      }
    } catch (error) {
      warn(error)
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
    const until = Date.now() + windowMs
    const made: Window = { own: 0, sent: 0, others: 0, until, windowMs, first: Promise.resolve() }
    windows.set(name, made)
    made.first = Promise.race([
      new Promise<void>((resolve) => setImmediate(resolve)).then(() => (flushing = flushing.then(flush))),
      sleep(FIRST_TIMEOUT_MS),
    ])
    return made
  }

  const countLater = async (name: string, windowMs: number): Promise<{ points: number; remainingMs: number }> => {
    const window = windowOf(name, windowMs)
    const place = ++window.own
    await window.first
    if (window.own > window.sent) flushSoon(FLUSH_MS)
    return { points: window.others + place, remainingMs: window.until - Date.now() }
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
      const most = limit[by]
      if (most === undefined) return
      const isRead = kind === 'read' || kind === 'bytes'
      const count = isRead ? countLater : countNow
      const { points, remainingMs } = await count(nameOf(kind, by, who), limit.windowMs)
      if (points > Math.max(1, most * factor)) throw new TooManyRequests(kind, remainingMs)
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
