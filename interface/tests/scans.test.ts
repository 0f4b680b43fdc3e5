import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { listNewestScans, notifyClips, notifyScan, startHeartbeat, upsertChannelsForGuild } from '@dcs/shared/db'
import { DEMO } from '@dcs/discord-twin'
import type { GuildScans, ScanRunPage, ThreadScans } from '../src/lib/api-types.ts'
import { addClip, ask, BYTES, CHANNELS, hideClip, ORIGIN, signIn, startTestInterface } from './test-interface.ts'

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

const change = (
  name: Parameters<typeof ask>[0],
  method: string,
  cookie: string,
  json: unknown,
  params: Record<string, string> = squad,
) => ask(name, '/api/guilds/x', { cookie, params, method, headers: { origin: ORIGIN }, json })

const listOf = async (cookie: string) =>
  (await (await ask('scans', '/api/guilds/x/scans', { cookie, params: squad })).json()) as GuildScans

const post = (cookie: string, json: unknown, headers: Record<string, string> = { origin: ORIGIN }) =>
  ask('startScans', '/api/guilds/x/scans', { cookie, params: squad, method: 'POST', headers, json })

const rowsOf = async (cookie: string) => {
  const response = await ask('scans', '/api/guilds/x/scans', { cookie, params: squad })
  const { guild, channels } = (await response.json()) as GuildScans
  return { guild, channels: channels.map(({ channelName, status }) => [channelName, status]) }
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
  [{ mode: 'all' }, 'mode: must be quick, complete or recheck'],
  [{ switchOn: 1 }, 'switchOn: must be true or false'],
])('says what is wrong with %j', async (body, message) => {
  const response = await post(owner, body)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: 'invalid-input', message } })
})

it('has nothing to scan while no channel is switched on', async () => {
  const response = await post(owner, {})
  expect(response.status).toBe(409)
  expect(await response.json()).toMatchObject({
    error: { code: 'conflict', message: 'No channel of this server is read. Switch one on first.' },
  })
})

it('starts one channel, or none when one of those named cannot be read', async () => {
  expect((await post(owner, { channelIds: [CHANNELS.open, CHANNELS.lan] })).status).toBe(404)
  expect(await listNewestScans([CHANNELS.open])).toEqual([])
  const response = await post(owner, { channelIds: [CHANNELS.open] })
  expect(response.status).toBe(202)
  expect(await response.json()).toMatchObject({
    created: true,
    started: 1,
    channels: [
      { status: 'queued', isReading: true, mode: 'complete', coverage: { sentence: 'Nothing has been read yet' } },
      { status: 'never', isReading: false },
    ],
    manager: { scan: { mode: 'complete', channels: 1, requestedBy: 'Mara' }, problems: 0 },
  })
  expect(await listNewestScans([CHANNELS.open])).toMatchObject([{ requestedBy: DEMO.people.mara }])
})

it('starts all, once, however often and fast the button is pressed', async () => {
  const responses = await Promise.all([
    post(owner, { switchOn: true }),
    post(owner, { switchOn: true }),
    post(owner, { switchOn: true }),
  ])
  const started = await Promise.all(
    responses.map(async (response) => ((await response.json()) as { started: number }).started),
  )
  expect(started.toSorted((a, b) => a - b)).toEqual([0, 0, 1])
  const runs = await listNewestScans(Object.values(CHANNELS))
  expect(Object.fromEntries(runs.map(({ channelId, status }) => [channelId, status]))).toEqual({
    [CHANNELS.open]: 'queued',
    [CHANNELS.staff]: 'queued',
  })
})

it('pauses and resumes one channel or all', async () => {
  const paused = async () => (await listOf(owner)).channels.map(({ isPaused }) => isPaused)
  expect(
    await (await change('changeScans', 'PATCH', owner, { action: 'pause', channelIds: [CHANNELS.open] })).json(),
  ).toMatchObject({ channels: [{ isPaused: true, status: 'queued' }, { isPaused: false }] })
  await change('changeScans', 'PATCH', owner, { action: 'pause' })
  expect(await paused()).toEqual([true, true])
  expect((await listOf(owner)).manager).toMatchObject({ scan: { isPaused: true } })
  await change('changeScans', 'PATCH', owner, { action: 'resume' })
  expect(await paused()).toEqual([false, false])
  expect((await change('changeScans', 'PATCH', owner, { action: 'stop' })).status).toBe(400)
})

it('cancels what waits, and tells the next in line what is before it', async () => {
  expect(new Set((await listOf(owner)).channels.map(({ queuePosition }) => queuePosition))).toEqual(new Set([0, 1]))
  const response = await change('stopScans', 'DELETE', owner, {})
  expect(await response.json()).toMatchObject({ channels: [{ status: 'canceled' }, { status: 'canceled' }] })
})

it('lists the runs of a channel page by page for managers', async () => {
  const params: Record<string, string> = { ...squad, channel: CHANNELS.open }
  const ofChannel = (cookie: string, target: string, at = params) => ask('scanRuns', target, { cookie, params: at })
  for (let run = 0; run < 21; run++) {
    await post(owner, { channelIds: [CHANNELS.open] })
    await change('stopScans', 'DELETE', owner, { channelIds: [CHANNELS.open] })
  }
  const first = (await (await ofChannel(owner, '/x')).json()) as ScanRunPage
  expect(first.runs).toHaveLength(20)
  expect(first.runs[0]).toMatchObject({ mode: 'complete', status: 'canceled', requestedBy: 'Mara' })
  const second = (await (await ofChannel(owner, `/x?after=${first.next}`)).json()) as ScanRunPage
  expect(second.next).toBeNull()
  const ids = [...first.runs, ...second.runs].map(({ runId }) => runId)
  expect(new Set(ids).size).toBe(22)
  expect((await ofChannel(owner, '/x?after=1')).status).toBe(400)
  expect((await ofChannel(member, '/x')).status).toBe(403)
  expect((await ofChannel(owner, '/x', { ...squad, channel: CHANNELS.lan })).status).toBe(404)
})

it('switches a channel off and on without a scan', async () => {
  const before = (await listNewestScans([CHANNELS.open])).map(({ id }) => id)
  const off = await change('switchReading', 'PATCH', owner, { channelIds: [CHANNELS.open], isReading: false })
  expect(await off.json()).toMatchObject({ channels: [{ isReading: false }, { isReading: true }] })
  await change('switchReading', 'PATCH', owner, { channelIds: [CHANNELS.open], isReading: true })
  expect((await listOf(owner)).channels[0]).toMatchObject({ isReading: true, status: 'canceled' })
  expect((await listNewestScans([CHANNELS.open])).map(({ id }) => id)).toEqual(before)
  expect((await change('switchReading', 'PATCH', owner, { channelIds: [CHANNELS.open] })).status).toBe(400)
})

it('ends the scans of a channel that is switched off, and no others', async () => {
  await post(owner, { channelIds: [CHANNELS.open, CHANNELS.staff] })
  const switched = { channelIds: [CHANNELS.open], isReading: false }
  expect(await (await change('switchReading', 'PATCH', owner, switched)).json()).toMatchObject({
    channels: [{ isReading: false, status: 'canceled' }, { status: 'queued' }],
  })
  await change('stopScans', 'DELETE', owner, {})
  await change('switchReading', 'PATCH', owner, { ...switched, isReading: true })
})

it('groups threads under their channel and lists them when asked', async () => {
  const threads = Array.from({ length: 51 }, (_, index) => ({
    id: String(300_000_000_000_000_000n + BigInt(index)),
    name: `thread ${index}`,
    type: 'public_thread',
    parentId: CHANNELS.open,
  }))
  const hidden = { id: '400000000000000000', name: 'secret', type: 'public_thread', parentId: CHANNELS.staff }
  await upsertChannelsForGuild(squad.id, [...threads, hidden])
  await addClip(threads[0]!.id, {}, BYTES)
  // Who may see what is looked up again after a moment.
  await vi.waitFor(async () => expect((await listOf(member)).channels[0]?.threads?.total).toBe(51), { timeout: 10_000 })
  const { channels } = await listOf(member)
  expect(channels.map(({ channelId }) => channelId)).toEqual([CHANNELS.open])
  const ofChannel = (target: string, channel: string) =>
    ask('threadScans', target, { cookie: member, params: { ...squad, channel } })
  const first = (await (await ofChannel('/x', CHANNELS.open)).json()) as ThreadScans
  expect(first.threads.map(({ channelName }) => channelName).slice(0, 2)).toEqual(['thread 50', 'thread 49'])
  const second = (await (await ofChannel(`/x?after=${first.next}`, CHANNELS.open)).json()) as ThreadScans
  expect(second).toMatchObject({ threads: [{ channelName: 'thread 0', clips: { ready: 1 } }], next: null })
  expect((await ofChannel('/x', CHANNELS.staff)).status).toBe(404)
})

it('does not count hidden clips', async () => {
  const count = async () => (await listOf(owner)).channels[0]!.clips.ready
  const before = await count()
  const clipId = await addClip(CHANNELS.open, {}, BYTES)
  expect(await count()).toBe(before + 1)
  await hideClip(clipId)
  expect(await count()).toBe(before)
})

it('refuses everything a manager can do to members, and hides it from strangers', async () => {
  const attempts = [
    ['startScans', 'POST', {}],
    ['changeScans', 'PATCH', { action: 'pause' }],
    ['stopScans', 'DELETE', {}],
    ['switchReading', 'PATCH', { channelIds: [CHANNELS.open], isReading: false }],
    ['scanSettings', 'GET', undefined],
    ['changeScanSettings', 'PATCH', { search_first: false }],
    ['problems', 'GET', undefined],
  ] as const
  for (const [name, method, json] of attempts) {
    const as = async (cookie: string, params: Record<string, string> = squad) =>
      (await change(name, method, cookie, json, params)).status
    expect([name, await as(member), await as(member, { id: DEMO.guilds.lan }), await as('')]).toEqual([
      name,
      403,
      404,
      401,
    ])
  }
  expect((await listOf(member)).manager).toBeNull()
})

it('tells browsers about changes in channels they are shown, and in no others', async () => {
  const leaving = new AbortController()
  const { serverSide } = await import('../src/lib/server-side.ts')
  const request = new Request(`${ORIGIN}/api/events`, { headers: { cookie: member }, signal: leaving.signal })
  const response = await serverSide().routes.events(request, {})
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  await reader.read()
  const { squad: guildId, lan } = DEMO.guilds
  /** All that is told of scans, up to a clip that everybody in the server may know of. */
  const readScans = async () => {
    await notifyClips({ guildId, channelId: CHANNELS.open })
    let told = ''
    while (!told.includes('event: clips')) told += (await reader.read()).value
    return told.match(/event: scan\ndata: .*/g) ?? []
  }
  await readScans()
  await notifyScan([
    { guildId: lan, channelId: CHANNELS.lan },
    { guildId, channelId: CHANNELS.staff },
    { guildId, channelId: null },
  ])
  expect(await readScans()).toEqual([])
  await notifyScan({ guildId, channelId: CHANNELS.open })
  expect(await readScans()).toEqual([`event: scan\ndata: {"guildId":"${guildId}"}`])
  leaving.abort()
})

it('opens no more streams for one person than they have tabs', async () => {
  const leaving = new AbortController()
  const { serverSide } = await import('../src/lib/server-side.ts')
  const open = async (cookie: string) => {
    const request = new Request(`${ORIGIN}/api/events`, { headers: { cookie }, signal: leaving.signal })
    return (await serverSide().routes.events(request, {})).status
  }
  const statuses = []
  for (let i = 0; i < 26; i++) statuses.push(await open(member))
  expect(statuses.filter((status) => status === 200)).toHaveLength(24)
  expect(statuses.slice(-2)).toEqual([429, 429])
  expect(await open(owner)).toBe(200)
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
  const detailFor = async (cookie?: string) => {
    const answer = await ask('health', '/api/health', cookie === undefined ? {} : { cookie })
    const { parts } = (await answer.json()) as { parts: { bot: { detail?: unknown } } }
    return parts.bot.detail
  }
  expect([await detailFor(member), await detailFor()]).toEqual([{}, undefined])
  await bot.stop()
  expect((await health())[0]).toBe(503)
  await worker.stop()
})
