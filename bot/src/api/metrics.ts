import { countWaitingRequests, listRateMinutes, rateUsage, RATE_PRIORITIES, type RateCounts } from '@dcs/shared/db'
import { MINUTE } from '@dcs/shared/core'
import { Counter, Gauge, Registry } from 'prom-client'

/** Minutes that ended longer ago than this get nothing more from anybody. */
const SETTLED_AFTER_MS = 2 * MINUTE

/**
 * What Prometheus is told of the requests to Discord, of all programs with the token together (https://prometheus.io/docs/instrumenting/exposition_formats).
 * Everything comes out of the database when it is asked for. `key`: `tokenKey` of the token.
 */
export function createMetrics(key: string): { contentType: string; render: () => Promise<string> } {
  const registry = new Registry()
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `dcs_discord_${name}`, help, labelNames, registers: [registry] })
  const counter = (name: string, help: string) =>
    new Counter({ name: `dcs_discord_${name}`, help, labelNames: ['priority'], registers: [registry] })

  const totals = {
    requests: counter('requests_total', 'Requests to Discord since the bot started.'),
    invalid: counter(
      'invalid_requests_total',
      'Answers 401, 403 and 429 that count toward the limit of invalid requests.',
    ),
    rateLimited: counter('rate_limited_total', 'Answers 429.'),
  }
  const lastMinute = gauge('requests_last_minute', 'Requests in the last full minute.', ['priority'])
  const slots = gauge('slots', 'Requests per second that Discord allows.')
  const available = gauge('slots_available', 'Requests that may be sent at once now.')
  const used = gauge(
    'requests_last_second',
    'Requests that count in the second that ends now, with those on their way.',
  )
  const invalid = gauge('invalid_requests_10m', 'Invalid requests of the last 10 minutes; at 5,000 everything stops.')
  const stopped = gauge('stopped', '1 while no request is sent because too many were invalid.')
  const waiting = gauge('waiting_requests', 'Requests that wait for their turn, as bot and workers said last.', [
    'priority',
  ])

  const count = createTotals(key)

  const refresh = async () => {
    const [usage, waits, sums] = await Promise.all([rateUsage(key), countWaitingRequests(), count()])
    slots.set(usage.requestsPerSecond)
    available.set(usage.available)
    used.set(usage.usedLastSecond)
    invalid.set(usage.invalidLast10Minutes)
    stopped.set(usage.isStopped ? 1 : 0)
    for (const total of Object.values(totals)) total.reset()
    for (const priority of RATE_PRIORITIES) {
      const sum = sums.totals.get(priority) ?? NONE
      totals.requests.inc({ priority }, sum.requests)
      totals.invalid.inc({ priority }, sum.invalid)
      totals.rateLimited.inc({ priority }, sum.rateLimited)
      lastMinute.set({ priority }, sums.lastMinute.get(priority)?.requests ?? 0)
      waiting.set({ priority }, waits.get(priority) ?? 0)
    }
  }
  return {
    contentType: registry.contentType,
    render: async () => {
      await refresh()
      return registry.metrics()
    },
  }
}

const NONE: RateCounts = { requests: 0, invalid: 0, rateLimited: 0 }
type Sums = Map<string, RateCounts>

/** Sums that only grow, although the rows they come from are kept for a day: minutes that are over are added once. */
function createTotals(key: string): () => Promise<{ totals: Sums; lastMinute: Sums }> {
  const settled: Sums = new Map()
  let since = startOfMinute(Date.now() - MINUTE)
  return async () => {
    const rows = await listRateMinutes(key, new Date(since))
    const now = Date.now()
    const settledBefore = startOfMinute(now - SETTLED_AFTER_MS)
    for (const row of rows) if (row.minute.getTime() < settledBefore) add(settled, row)
    since = Math.max(since, settledBefore)
    const totals = new Map(settled)
    for (const row of rows) if (row.minute.getTime() >= settledBefore) add(totals, row)
    const lastMinute: Sums = new Map()
    const last = startOfMinute(now - MINUTE)
    for (const row of rows.filter(({ minute }) => minute.getTime() === last)) add(lastMinute, row)
    return { totals, lastMinute }
  }
}

function add(sums: Sums, row: RateCounts & { priority: string }): void {
  const known = sums.get(row.priority) ?? NONE
  sums.set(row.priority, {
    requests: known.requests + row.requests,
    invalid: known.invalid + row.invalid,
    rateLimited: known.rateLimited + row.rateLimited,
  })
}

function startOfMinute(time: number): number {
  return time - (time % MINUTE)
}
