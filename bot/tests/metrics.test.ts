import { loadConfig } from '@dcs/shared/config'
import { createLogger } from '@dcs/shared/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startCheckedTwin, type CheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { createMigratedDatabase, withClient, type TestDatabase } from '../../shared/tests/test-database.ts'
import { startBot, type Bot } from '../src/bot.ts'

let twin: CheckedTwin
let db: TestDatabase
let bot: Bot

beforeEach(async () => {
  twin = await startCheckedTwin()
  db = await createMigratedDatabase()
  const env = { DATABASE_URL: db.url, DISCORD_API_URL: twin.apiUrl, BOT_TOKEN: twin.botToken, BOT_PORT: '0' }
  bot = await startBot(loadConfig(env), createLogger('bot', 'silent'))
})
afterEach(async () => {
  await bot.stop()
  await db.drop()
  await twin.close()
})

const change = (text: string) => withClient(db.url, (client) => client.query(text))
const scrape = async () => {
  const response = await fetch(bot.healthUrl.replace('/health', '/metrics'))
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  const lines = (await response.text()).split('\n').filter((line) => line && !line.startsWith('#'))
  return Object.fromEntries(lines.map((line) => [line.replace(/ \S+$/, ''), Number(/\S+$/.exec(line)?.[0])]))
}
const until = async (condition: () => Promise<boolean>) => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20))
}

it('tells Prometheus what all programs together use of the limit', async () => {
  await until(async () => ((await scrape())['dcs_discord_requests_total{priority="live"}'] ?? 0) > 0)
  const before = (await scrape())['dcs_discord_requests_total{priority="backfill"}'] ?? 0
  await change(`insert into rate_minutes (token, minute, priority, requests, invalid, rate_limited)
    select distinct token, date_trunc('minute', now()), 'backfill', 70, 3, 2 from rate_slots`)
  await change(`insert into rate_minutes (token, minute, priority, requests)
    select token, date_trunc('minute', now()) - ago, 'viewer', 9
    from (select distinct token from rate_slots) t, (values (interval '0'), (interval '1 minute')) a(ago)`)
  await change(`insert into program_heartbeats (instance_id, program, backend_pid, backend_start, is_healthy, detail)
    values (gen_random_uuid(), 'worker', 0, now(), true, '{"waiting": {"backfill": 7}}')`)
  const metrics = await scrape()
  expect(metrics).toMatchObject({
    'dcs_discord_requests_total{priority="backfill"}': before + 70,
    'dcs_discord_invalid_requests_total{priority="backfill"}': 3,
    'dcs_discord_rate_limited_total{priority="backfill"}': 2,
    'dcs_discord_requests_last_minute{priority="viewer"}': 9,
    dcs_discord_slots: 50,
    dcs_discord_invalid_requests_10m: 3,
    dcs_discord_stopped: 0,
    'dcs_discord_waiting_requests{priority="backfill"}': 7,
  })
  expect(metrics.dcs_discord_slots_available! + metrics.dcs_discord_requests_last_second!).toBe(50)

  await change(`update rate_minutes set invalid = 5000 where priority = 'backfill'`)
  expect(await scrape()).toMatchObject({ dcs_discord_invalid_requests_10m: 5_000, dcs_discord_stopped: 1 })
})
