import { once } from 'node:events'
import { closeDb, initDb } from '../src/db/config.ts'
import { openRateBudget, type RatePriority } from '../src/discord/budget.ts'
import { fetchMessagesBefore } from '../src/discord/history.ts'
import { createDiscordRest } from '../src/discord/rest.ts'

/** What the program is to do, as JSON in its first argument. */
export type ChildTask = {
  databaseUrl: string
  apiUrl: string
  token: string
  channels: string[]
  priority: RatePriority
  requestsPerSecond: number
  windowMs: number
  /** Requests in each channel; until the time is over when left out. */
  requests?: number
  seconds?: number
}

/** Reads channels as a worker would: `ready`, then a line on stdin starts it, then one line with what it did. */
const task = JSON.parse(process.argv[2] ?? '') as ChildTask
await initDb({ url: task.databaseUrl, migrate: false })
const budget = await openRateBudget(task)
const rest = createDiscordRest({ ...task, budget })
process.stdout.write('ready\n')
await once(process.stdin, 'data')
const end = AbortSignal.timeout((task.seconds ?? 3_600) * 1_000)
let sent = 0
let waitedMs = 0
await Promise.all(
  task.channels.map(async (channelId) => {
    for (let left = task.requests ?? Infinity; left > 0; left -= 1) {
      const begun = performance.now()
      const page = await fetchMessagesBefore(rest, channelId, null, end).catch((error: unknown) => {
        if (end.aborted) return null
        throw error
      })
      if (page === null) return
      sent += 1
      waitedMs = Math.max(waitedMs, performance.now() - begun)
    }
  }),
)
process.stdout.write(`${JSON.stringify({ sent, waitedMs })}\n`)
await budget.stop()
await closeDb()
process.stdin.destroy()
