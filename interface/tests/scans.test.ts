import { afterAll, beforeAll, expect, it } from 'vitest'
import { database, listNewestScans, notifyScan, startHeartbeat } from '@dcs/shared/db'
import { DEMO } from '@dcs/discord-twin'
import type { GuildScans } from '../src/lib/api-types.ts'
import { ask, CHANNELS, ORIGIN, signIn, startTestInterface } from './test-interface.ts'

let stop: () => Promise<void>
let owner: string
let member: string
const squad = { id: DEMO.guilds.squad }

beforeAll(async () => {
  const started = await startTestInterface()
  stop = started.stop
  owner = await signIn('mara')
  member = await signIn('sam')
})

afterAll(() => stop())

const post = (cookie: string, json: unknown, headers: Record<string, string> = { origin: ORIGIN }) =>
  ask('startScans', '/api/guilds/x/scans', { cookie, params: squad, method: 'POST', headers, json })

const rowsOf = async (cookie: string) => {
  const response = await ask('scans', '/api/guilds/x/scans', { cookie, params: squad })
  const { guild, channels } = (await response.json()) as GuildScans
  return { guild, channels: channels.map(({ channelName, status }) => [channelName, status]) }
}

const countJobs = async () => {
  const { rows } = await database().$client.query(
    `select data from pgboss.job where name = 'scan-channel' order by created_on`,
  )
  return rows.map(({ data }) => (data as { channelId: string }).channelId).toSorted()
}

it('shows the channels that the viewer may read, and who may start', async () => {
  expect(await rowsOf(owner)).toMatchObject({
    guild: { name: 'The Night Squad', canManage: true },
    channels: [
      ['open', 'never'],
      ['staff', 'never'],
    ],
  })
  expect(await rowsOf(member)).toMatchObject({ guild: { canManage: false }, channels: [['open', 'never']] })
})

it('refuses a member without the right, a page of another site, and a guild that is not theirs', async () => {
  expect((await post(member, {})).status).toBe(403)
  expect((await post(owner, {}, { origin: 'https://evil.example' })).status).toBe(403)
  const elsewhere = {
    cookie: member,
    params: { id: DEMO.guilds.lan },
    method: 'POST',
    headers: { origin: ORIGIN },
    json: {},
  }
  expect((await ask('startScans', '/api/guilds/x/scans', elsewhere)).status).toBe(404)
  expect(await listNewestScans(Object.values(CHANNELS))).toEqual([])
})

it.each([
  [{ channelIds: [] }, 'channelIds: must name at least one channel'],
  [{ channelIds: 'all' }, 'channelIds: must be a list of channel ids'],
  [{ channelIds: ['x'] }, 'channelIds.0: must be a Discord id: 17 to 19 digits as text'],
])('says what is wrong with %j', async (body, message) => {
  const response = await post(owner, body)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: 'invalid-input', message } })
})

it('starts one channel, or none when one of those named cannot be read', async () => {
  expect((await post(owner, { channelIds: [CHANNELS.open, CHANNELS.lan] })).status).toBe(404)
  expect(await listNewestScans([CHANNELS.open])).toEqual([])
  const response = await post(owner, { channelIds: [CHANNELS.open] })
  expect(response.status).toBe(202)
  expect(await response.json()).toMatchObject({
    started: 1,
    channels: [{ status: 'queued', isReading: true }, { status: 'never' }],
  })
  expect(await countJobs()).toEqual([CHANNELS.open])
  expect(await listNewestScans([CHANNELS.open])).toMatchObject([{ requestedBy: DEMO.people.mara }])
})

it('starts all, once, however often and fast the button is pressed', async () => {
  const responses = await Promise.all([post(owner, {}), post(owner, {}), post(owner, {})])
  const started = await Promise.all(
    responses.map(async (response) => ((await response.json()) as { started: number }).started),
  )
  expect(started.toSorted((a, b) => a - b)).toEqual([0, 0, 1])
  expect(await countJobs()).toEqual([CHANNELS.open, CHANNELS.staff])
})

it('stops what waits', async () => {
  const response = await ask('stopScans', '/api/guilds/x/scans', {
    cookie: owner,
    params: squad,
    method: 'DELETE',
    headers: { origin: ORIGIN },
    json: {},
  })
  expect(await response.json()).toMatchObject({
    stopped: 2,
    channels: [{ status: 'canceled' }, { status: 'canceled' }],
  })
})

it('tells browsers about changes in their guilds and not in others', async () => {
  const leaving = new AbortController()
  const { serverSide } = await import('../src/lib/server-side.ts')
  const request = new Request(`${ORIGIN}/api/events`, { headers: { cookie: member }, signal: leaving.signal })
  const response = await serverSide().routes.events(request, {})
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  await reader.read()
  await notifyScan(DEMO.guilds.lan)
  await notifyScan(DEMO.guilds.squad)
  expect(await reader.read()).toMatchObject({ value: `event: scan\ndata: {"guildId":"${DEMO.guilds.squad}"}\n\n` })
  leaving.abort()
})

it('is healthy when bot and worker run, and says which does not', async () => {
  const health = async () => {
    const response = await ask('health', '/api/health')
    const { parts } = (await response.json()) as { parts: Record<string, { status: string; reason?: string }> }
    return [response.status, Object.entries(parts).map(([name, { status, reason }]) => [name, reason ?? status])]
  }
  const bot = await startHeartbeat('bot', () => ({ isHealthy: true, detail: {} }))
  expect(await health()).toEqual([
    503,
    [
      ['database', 'up'],
      ['bot', 'up'],
      ['worker', 'not running'],
      ['interface', 'up'],
    ],
  ])
  const worker = await startHeartbeat('worker', () => ({ isHealthy: true, detail: {} }))
  expect((await health())[0]).toBe(200)
  await bot.stop()
  expect((await health())[0]).toBe(503)
  await worker.stop()
})
