import { spawn, type ChildProcess } from 'node:child_process'
import { getEventListeners, once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startCheckedTwin, type CheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import type { TwinOptions } from '../../discord-twin/src/index.ts'
import { closeDb, initDb } from '../src/db/config.ts'
import { rateUsage } from '../src/db/repositories/rate-usage.repo.ts'
import { openRateBudget, tokenKey, type RateBudget, type RateBudgetOptions } from '../src/discord/budget.ts'
import { fetchMessagesBefore } from '../src/discord/history.ts'
import { createDiscordRest, toDiscordFailure } from '../src/discord/rest.ts'
import type { ChildTask } from './rate-budget-child.ts'
import { createMigratedDatabase, withClient, type TestDatabase } from './test-database.ts'

/** Windows of the twin pass ten times as fast: a second is 100 ms, the five seconds of a channel are 500 ms. */
const SPEED = 10
const WINDOW_MS = 1_000 / SPEED

let db: TestDatabase
let twin: CheckedTwin
let children: ChildProcess[]
let budgets: RateBudget[]

beforeEach(async () => {
  children = []
  budgets = []
  db = await createMigratedDatabase()
  await initDb({ url: db.url, migrate: false })
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  for (const budget of budgets) await budget.stop()
  await closeDb()
  await twin?.close()
  await db.drop()
})

const startTwin = async (options: TwinOptions = {}) => {
  twin = await startCheckedTwin({ enforceRateLimits: true, timeScale: SPEED, ...options })
}
const open = async (options: Partial<RateBudgetOptions> = {}) => {
  const budget = await openRateBudget({ token: 'a token', requestsPerSecond: 50, windowMs: WINDOW_MS, ...options })
  budgets.push(budget)
  return budget
}
const openRest = async (priority: 'live' | 'viewer' | 'backfill', options: Partial<RateBudgetOptions> = {}) => {
  const budget = await open({ token: twin.botToken, ...options })
  return createDiscordRest({ apiUrl: twin.apiUrl, token: twin.botToken, priority, budget })
}
const channels = (count: number) => {
  const [guild] = [...twin.world.guilds.values()]
  return Array.from({ length: count }, (_, index) => {
    return twin.world.createChannel({ guildId: guild!.id, name: `channel-${index}` }).id
  })
}
const child = async (task: Partial<ChildTask>) => {
  const defaults = { databaseUrl: db.url, apiUrl: twin?.apiUrl, token: twin?.botToken, priority: 'backfill' }
  const program = path.resolve(import.meta.dirname, 'rate-budget-child.ts')
  const values = { ...defaults, requestsPerSecond: 50, windowMs: WINDOW_MS, channels: [], ...task }
  const started = spawn(process.execPath, [program, JSON.stringify(values)], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(started)
  const lines = createInterface(started.stdout)[Symbol.asyncIterator]()
  await lines.next()
  return {
    kill: () => started.kill('SIGKILL'),
    run: async () => {
      started.stdin.write('\n')
      return JSON.parse((await lines.next()).value ?? 'null') as { sent: number } | null
    },
    exited: once(started, 'exit'),
  }
}
const counters = async () => {
  const response = await fetch(`${twin.url}/_twin/limits`)
  return (await response.json()) as { requests: number; refused: Record<string, number> }
}
const NOTHING_REFUSED = { user: 0, shared: 0, global: 0, cloudflare: 0 }
const rows = (text: string, values: unknown[] = []) =>
  withClient(db.url, async (client) => (await client.query(text, values)).rows as Record<string, unknown>[])
const until = async (condition: () => Promise<boolean>) => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20))
}
const route = (major: string) => ({ route: 'GET /channels/:id', major, needsSlot: true })

it('lets several processes use the whole limit, and none is ever refused', { timeout: 60_000 }, async () => {
  await startTwin()
  const all = channels(80)
  const programs = await Promise.all(
    [0, 1, 2, 3].map((index) => child({ channels: all.filter((_, place) => place % 4 === index), requests: 15 })),
  )
  const begun = performance.now()
  const results = await Promise.all(programs.map((program) => program.run()))
  const seconds = (performance.now() - begun) / 1_000
  expect(results.reduce((sum, result) => sum + (result?.sent ?? 0), 0)).toBe(80 * 15)
  const { requests, refused } = await counters()
  expect(refused).toEqual(NOTHING_REFUSED)
  expect(requests).toBeGreaterThanOrEqual(80 * 15)
  // 2.4 s when nothing else runs here. A slot that is lost is free again after 5 s only.
  expect(seconds).toBeLessThan(25)
})

it('counts the requests of two processes for one channel together', async () => {
  await startTwin()
  const [channelId = ''] = channels(1)
  const programs = await Promise.all([1, 2, 3].map(() => child({ channels: [channelId], requests: 8 })))
  const results = await Promise.all(programs.map((program) => program.run()))
  expect(results.map((result) => result?.sent)).toEqual([8, 8, 8])
  expect((await counters()).refused).toEqual(NOTHING_REFUSED)
})

it('lets a live request pass a crowd of backfill requests of other processes', async () => {
  const urls: string[] = []
  await startTwin({ timeScale: 1, observe: ({ url }) => void urls.push(url) })
  const crowd = channels(120)
  const [fresh = ''] = channels(1)
  const options = { requestsPerSecond: 20, windowMs: 1_000 }
  const programs = await Promise.all(
    [0, 1].map((half) => child({ channels: crowd.filter((_, place) => place % 2 === half), ...options })),
  )
  const rest = await openRest('live', options)
  const running = programs.map((program) => program.run())
  await until(async () => urls.length >= 30)
  const before = urls.length
  await fetchMessagesBefore(rest, fresh, null)
  const passed = urls.findIndex((url) => url.includes(fresh)) - before
  // A hundred wait. Only what is already reserved, a tenth of a window, goes first.
  expect(passed).toBeLessThan(10)
  for (const program of programs) program.kill()
  await Promise.all(running)
})

it('gives the slots of a killed process back', { timeout: 30_000 }, async () => {
  await startTwin({ timeScale: 1 })
  twin.faults.add({ kind: 'hold' })
  const program = await child({ channels: channels(3), requestsPerSecond: 3 })
  const running = program.run()
  const budget = await open({ token: twin.botToken, requestsPerSecond: 3 })
  const free = async () => (await rateUsage(tokenKey(twin.botToken))).available
  await until(async () => (await free()) === 0)
  program.kill()
  await running
  const permits = await Promise.all(['1', '2', '3'].map((id) => budget.take(route(id), 'backfill')))
  expect(permits).toHaveLength(3)
  twin.faults.removeAll()
})

it('loses no slot and keeps nobody waiting when callers give up', async () => {
  const budget = await open({ requestsPerSecond: 3, windowMs: 200 })
  const reason = new Error('given up')
  const takes = Array.from({ length: 60 }, async (_, index) => {
    const giveUp = new AbortController()
    setTimeout(() => giveUp.abort(reason), (index * 7) % 50)
    const permit = await budget.take(route(String(index)), 'backfill', giveUp.signal)
    setTimeout(() => permit.cancel(), index % 5)
  })
  const outcomes = await Promise.allSettled(takes)
  for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBe(reason)
  expect(budget.state().waiting).toEqual({ live: 0, viewer: 0, backfill: 0 })
  // The lease of a slot that is not given back would end in five seconds, but its holder would stay.
  await until(async () => (await rows('select from rate_slots where holder is not null')).length === 0)
  const permits = await Promise.all(['1', '2', '3'].map((id) => budget.take(route(id), 'backfill')))
  expect(permits).toHaveLength(3)
})

it('has as many slots as it was told last', async () => {
  const key = tokenKey('a token')
  await open({ requestsPerSecond: 7 })
  expect((await rateUsage(key)).requestsPerSecond).toBe(7)
  await open({ requestsPerSecond: 3 })
  expect((await rateUsage(key)).requestsPerSecond).toBe(3)
  expect(await rows('select distinct token from rate_slots')).toEqual([{ token: key }])
})

it('stops everything before Discord shuts the address out, says so, and goes on by itself', async () => {
  await startTwin({ timeScale: 1 })
  const key = tokenKey(twin.botToken)
  await rows(
    `insert into rate_minutes (token, minute, priority, requests, invalid) values ($1, date_trunc('minute', now()), 'backfill', 9000, 4999)`,
    [key],
  )
  const rest = await openRest('live')
  expect((await rateUsage(key)).isStopped).toBe(false)
  twin.faults.add({ kind: 'rate-limited', scope: 'user', retryAfter: 0.05, times: 1 })
  const [channelId = ''] = channels(1)
  await fetchMessagesBefore(rest, channelId, null).catch(() => {})
  await until(async () => (await rateUsage(key)).isStopped)
  const { requests } = await counters()
  await expect(fetchMessagesBefore(rest, channelId, null)).rejects.toMatchObject({
    name: 'RetryLater',
    message: expect.stringMatching(
      /No request is sent to Discord until .* refused 5000 in 10 minutes.*goes on by itself/,
    ),
  })
  expect((await counters()).requests).toBe(requests)
  expect(await rateUsage(key)).toMatchObject({ isStopped: true, invalidLast10Minutes: 5_000 })

  await rows(`update rate_minutes set minute = minute - interval '12 minutes'`)
  await until(async () => budgets.every((budget) => budget.state().stoppedUntil === null))
  expect(await fetchMessagesBefore(rest, channelId, null)).toEqual([])
})

it('lets nobody send while Discord refuses the whole bot', async () => {
  const times: number[] = []
  await startTwin({ timeScale: 1, observe: () => void times.push(performance.now()) })
  const rests = [await openRest('live'), await openRest('backfill')]
  const ids = channels(10)
  twin.faults.add({ kind: 'rate-limited', scope: 'global', retryAfter: 1, times: 1 })
  const [first] = rests
  const refused = fetchMessagesBefore(first!, ids[0]!, null)
  await until(async () => times.length === 1)
  // What another process had reserved before it knew may still go; it takes nothing new.
  await until(async () => (await rateUsage(tokenKey(twin.botToken))).available === 0)
  await Promise.all([refused, ...ids.slice(1).map((id, index) => fetchMessagesBefore(rests[index % 2]!, id, null))])
  expect(times).toHaveLength(11)
  const [at = 0, next = 0] = times
  expect(next - at).toBeGreaterThanOrEqual(950)
})

it('sends nothing more with a token that was refused', async () => {
  await startTwin()
  const budget = await open({ token: 'revoked' })
  const rest = createDiscordRest({ apiUrl: twin.apiUrl, token: 'revoked', priority: 'backfill', budget })
  const ask = () => rest.get('/users/@me').catch((error: unknown) => toDiscordFailure(error, 'asking who we are'))
  expect(await ask()).toMatchObject({ name: 'PermanentFailure', code: 'unauthenticated' })
  expect(await ask()).toMatchObject({ name: 'PermanentFailure', code: 'unauthenticated' })
  expect((await counters()).requests).toBe(1)
})

it('answers interactions when every slot is taken', async () => {
  const budget = await open({ requestsPerSecond: 1 })
  await budget.take(route('1'), 'live')
  const permit = await budget.take(
    { route: 'POST /interactions/:id/:token/callback', major: '2', needsSlot: false },
    'live',
  )
  permit.done(null)
})

it('leaves nothing on the signal of a caller who asks often', async () => {
  await startTwin()
  const rest = await openRest('backfill')
  const [channel = ''] = channels(1)
  const { signal } = new AbortController()
  for (let page = 0; page < 3; page++) await fetchMessagesBefore(rest, channel, null, signal)
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

it('ends the request of a caller who gives up, while it waits for its turn and while it waits for the answer', async () => {
  await startTwin()
  const held = twin.faults.add({ kind: 'hold' })
  const rest = await openRest('backfill', { requestsPerSecond: 1 })
  const pages = channels(2).map((id) => {
    const giveUp = new AbortController()
    return { giveUp, page: fetchMessagesBefore(rest, id, null, giveUp.signal) }
  })
  await held.struck(1)
  for (const { giveUp, page } of pages) {
    giveUp.abort(new Error('not needed any more'))
    await expect(page).rejects.toThrow('not needed any more')
    expect(getEventListeners(giveUp.signal, 'abort')).toHaveLength(0)
  }
  held.remove()
})
