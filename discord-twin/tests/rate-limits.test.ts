import { setTimeout as wait } from 'node:timers/promises'
import { REST, Routes } from 'discord.js'
import { afterEach, describe, expect, it } from 'vitest'
import { DEMO, type Twin, type TwinOptions } from '../src/index.ts'
import { startCheckedTwin } from './checked-twin.ts'

// Ten times as slow, so that no window ends while a busy machine is at it.
const SLOW = 0.1

const twins: Twin[] = []
afterEach(async () => {
  for (const twin of twins.splice(0)) await twin.close()
})

async function start(options: TwinOptions): Promise<Twin> {
  const twin = await startCheckedTwin({ enforceRateLimits: true, ...options })
  twins.push(twin)
  return twin
}

function send(twin: Twin, path: string, options: RequestInit & { anonymous?: boolean } = {}): Promise<Response> {
  const { anonymous = false, ...rest } = options
  return fetch(`${twin.apiUrl}/v10${path}`, {
    ...rest,
    headers: {
      ...(anonymous ? {} : { authorization: `Bot ${twin.botToken}` }),
      ...(rest.body ? { 'content-type': 'application/json' } : {}),
    },
  })
}

const counters = async (twin: Twin) =>
  (await (await fetch(`${twin.url}/_twin/limits`)).json()) as {
    requests: number
    refused: Record<string, number>
    invalid_requests: { ip: string; count: number; banned_for: number }[]
  }

const newChannel = (twin: Twin, name: string) =>
  twin.world.createChannel({ guildId: DEMO.guilds.squad, name, type: 0, parentId: null, nsfw: false, overwrites: [] })

const statusesOf = (responses: Response[]) => responses.map(({ status }) => status)

describe('a client that reads the headers', () => {
  it('makes 100 requests over 20 channels at once and never sees 429', async () => {
    const twin = await start({ timeScale: 10 })
    const rest = new REST({ version: '10', api: twin.apiUrl }).setToken(twin.botToken)
    // 8 and 2 in turn: half of the channels need a second window.
    const channels = Array.from({ length: 20 }, (_, index) => newChannel(twin, `many-${index}`))
    const requests = channels.flatMap(({ id }, index) => Array.from({ length: index % 2 === 0 ? 8 : 2 }, () => id))
    const pages = await Promise.all(requests.map((id) => rest.get(Routes.channelMessages(id))))
    expect(pages).toHaveLength(100)
    const { requests: made, refused } = await counters(twin)
    expect(made).toBe(100)
    expect(refused).toEqual({ user: 0, shared: 0, global: 0, cloudflare: 0 })
  })

  it('waits for its bucket by itself', async () => {
    const twin = await start({ timeScale: 20 })
    const rest = new REST({ version: '10', api: twin.apiUrl }).setToken(twin.botToken)
    let waits = 0
    rest.on('rateLimited', () => (waits += 1))
    const { id } = newChannel(twin, 'one')
    await Promise.all(Array.from({ length: 12 }, () => rest.get(Routes.channelMessages(id))))
    expect(waits).toBeGreaterThan(0)
    expect((await counters(twin)).refused.user).toBe(0)
  })
})

describe('a client that ignores the headers', () => {
  it('is refused beyond five history pages in five seconds, with what it needs to wait', async () => {
    const twin = await start({ timeScale: SLOW })
    const { id } = newChannel(twin, 'history')
    const responses = await Promise.all(Array.from({ length: 8 }, () => send(twin, `/channels/${id}/messages`)))
    const refused = responses.filter(({ status }) => status === 429)
    expect(statusesOf(responses).filter((status) => status === 200)).toHaveLength(5)
    expect(refused).toHaveLength(3)
    for (const response of refused) {
      const body = (await response.json()) as { retry_after: number }
      expect(body).toEqual({ message: 'You are being rate limited.', retry_after: expect.any(Number), global: false })
      const { headers } = response
      expect(headers.get('x-ratelimit-limit')).toBe('5')
      expect(headers.get('x-ratelimit-remaining')).toBe('0')
      expect(headers.get('x-ratelimit-scope')).toBe('user')
      expect(headers.has('x-ratelimit-global')).toBe(false)
      expect(Number(headers.get('x-ratelimit-reset-after'))).toBe(body.retry_after)
      expect(Number(headers.get('retry-after'))).toBe(Math.ceil(body.retry_after))
      expect(body.retry_after).toBeGreaterThan(0)
      expect(body.retry_after).toBeLessThanOrEqual(5 / SLOW)
    }
    expect((await counters(twin)).refused.user).toBe(3)
  })

  it('counts down, and a refusal does not prolong the block', async () => {
    const twin = await start({ timeScale: 20 })
    const { id } = newChannel(twin, 'block')
    const first = Array.from({ length: 5 }, () => send(twin, `/channels/${id}/messages`))
    const remaining = (await Promise.all(first)).map(({ headers }) => Number(headers.get('x-ratelimit-remaining')))
    expect(remaining.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4])
    const refused = await send(twin, `/channels/${id}/messages`)
    const { retry_after: seconds } = (await refused.json()) as { retry_after: number }
    const end = performance.now() + seconds * 1_000
    for (let i = 0; i < 8; i += 1) {
      await send(twin, `/channels/${id}/messages`)
      await wait(seconds * 100)
    }
    await wait(Math.max(0, end - performance.now()) + 1)
    expect((await send(twin, `/channels/${id}/messages`)).status).toBe(200)
  })

  it('has a bucket for each method and channel, and one for all reactions of a channel', async () => {
    const twin = await start({ timeScale: SLOW })
    const [one, two] = [newChannel(twin, 'one').id, newChannel(twin, 'two').id]
    for (let i = 0; i < 6; i += 1) await send(twin, `/channels/${one}/messages`)
    const [blocked, other, post] = await Promise.all([
      fetch(`${twin.apiUrl}/channels/${one}/messages`, { headers: { authorization: `Bot ${twin.botToken}` } }),
      send(twin, `/channels/${two}/messages`),
      send(twin, `/channels/${one}/messages`, { method: 'POST', body: '{"content":"hi"}' }),
    ])
    expect(statusesOf([blocked, other, post])).toEqual([429, 200, 200])
    const bucket = (response: Response) => response.headers.get('x-ratelimit-bucket')
    expect(bucket(other)).toBe(bucket(blocked))
    expect(bucket(post)).not.toBe(bucket(blocked))

    const { id: message } = (await post.json()) as { id: string }
    const reactions = `/channels/${one}/messages/${message}/reactions`
    const added = await send(twin, `${reactions}/%F0%9F%91%8D/@me`, { method: 'PUT' })
    const cleared = await send(twin, reactions, { method: 'DELETE' })
    expect(bucket(added)).toBe(bucket(cleared))
    expect(statusesOf([added, cleared])).toEqual([204, 429])
  })

  it('is refused beyond 50 requests a second of all routes together, except for interactions', async () => {
    const twin = await start({ timeScale: SLOW })
    const responses = await Promise.all(Array.from({ length: 60 }, () => send(twin, '/gateway')))
    const refused = responses.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(10)
    for (const response of refused) {
      expect(await response.json()).toEqual({
        message: 'You are being rate limited.',
        retry_after: expect.any(Number),
        global: true,
      })
      expect(response.headers.get('x-ratelimit-global')).toBe('true')
      expect(response.headers.get('x-ratelimit-scope')).toBe('global')
      expect(response.headers.has('x-ratelimit-bucket')).toBe(false)
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    const callback = await send(twin, '/interactions/1180000000000000001/token/callback', {
      method: 'POST',
      body: '{"type":5}',
    })
    expect(callback.status).toBe(404)
    // Without a token, requests count for the address.
    const anonymous = await Promise.all(Array.from({ length: 52 }, () => send(twin, '/gateway', { anonymous: true })))
    expect(statusesOf(anonymous).filter((status) => status === 429)).toHaveLength(2)
  })

  it('is refused a third name of a channel in ten minutes, which is not its own doing', async () => {
    const twin = await start({ timeScale: SLOW })
    const { id } = newChannel(twin, 'named')
    const rename = (name: string) => send(twin, `/channels/${id}`, { method: 'PATCH', body: JSON.stringify({ name }) })
    await rename('a')
    await rename('b')
    const before = (await counters(twin)).invalid_requests[0]?.count ?? 0
    const third = await rename('c')
    expect(third.status).toBe(429)
    expect(third.headers.get('x-ratelimit-scope')).toBe('shared')
    expect(Number(third.headers.get('x-ratelimit-remaining'))).toBeGreaterThan(0)
    expect(await third.json()).toEqual({
      message: 'The resource is being rate limited.',
      retry_after: expect.any(Number),
      global: false,
    })
    const after = await counters(twin)
    expect(after.invalid_requests[0]?.count ?? 0).toBe(before)
    expect(after.refused.shared).toBe(1)
  })

  it('is shut out by a page without JSON after too many invalid requests', async () => {
    const twin = await startCheckedTwin({ enforceRateLimits: true, invalidRequestLimit: 4, timeScale: SLOW })
    twins.push(twin)
    const { id } = newChannel(twin, 'forbidden')
    for (let i = 0; i < 4; i += 1) expect((await send(twin, '/users/@me', { anonymous: true })).status).toBe(401)
    const response = await send(twin, `/channels/${id}`)
    expect(response.status).toBe(429)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(response.headers.get('cf-ray')).toMatch(/^\w{16}-\w{3}$/)
    expect([...response.headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([])
    expect(await response.text()).toContain('<html')
    expect((await counters(twin)).invalid_requests[0]).toMatchObject({ count: 4, banned_for: expect.any(Number) })
    await fetch(`${twin.url}/_twin/limits`, { method: 'DELETE' })
    expect((await send(twin, `/channels/${id}`)).status).toBe(200)
  })
})

describe('the headers', () => {
  it('say that there is room while limits are not enforced', async () => {
    const twin = await start({ enforceRateLimits: false })
    const { id } = newChannel(twin, 'free')
    for (let i = 0; i < 12; i += 1) {
      const response = await send(twin, `/channels/${id}/messages`)
      expect(response.status).toBe(200)
      expect(Number(response.headers.get('x-ratelimit-remaining'))).toBeGreaterThan(0)
    }
  })

  it("give the reset by the twin's clock, and the wait in real seconds", async () => {
    const twin = await start({ timeScale: 5 })
    twin.world.clock.skewMs = 3_600_000
    const { id } = newChannel(twin, 'skewed')
    const { headers } = await send(twin, `/channels/${id}/messages`)
    const after = Number(headers.get('x-ratelimit-reset-after'))
    expect(after).toBeLessThanOrEqual(1)
    expect(Number(headers.get('x-ratelimit-reset')) - after - 3_600).toBeCloseTo(Date.now() / 1_000, -1)
    expect(Date.parse(headers.get('date')!)).toBeGreaterThan(Date.now() + 3_500_000)
  })
})
