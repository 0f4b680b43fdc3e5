import { DiscordAPIError, REST } from '@discordjs/rest'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { DEMO, type Channel, type FaultInput } from '../src/index.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'

describe('faults of requests', () => {
  let twin: CheckedTwin
  let general: Channel
  let clips: Channel

  beforeAll(async () => {
    twin = await startCheckedTwin()
    const inSquad = twin.world.channelsOf(DEMO.guilds.squad)
    general = inSquad.find(({ name }) => name === 'general')!
    clips = inSquad.find(({ name }) => name === 'clips')!
  })
  afterEach(() => twin.faults.removeAll())
  afterAll(() => twin.close())

  const get = (route: string, headers: Record<string, string> = { authorization: `Bot ${twin.botToken}` }) =>
    fetch(`${twin.apiUrl}/v10${route}`, { headers })
  const page = (channel: Channel, query = '') => get(`/channels/${channel.id}/messages${query}`)
  const ids = async (answer: Response) => ((await answer.json()) as { id: string }[]).map(({ id }) => id)
  const channelWith = (messages: number) => {
    const channel = twin.world.createChannel({ guildId: DEMO.guilds.squad, name: 'paged' })
    twin.world.addHistory(channel.id, messages, { authorId: DEMO.people.mara })
    return channel
  }
  const aFile = async () => {
    const { id } = twin.world.postMessage({
      channelId: clips.id,
      authorId: DEMO.people.mara,
      files: [{ key: 'one-second' }],
    })
    const message = (await (await get(`/channels/${clips.id}/messages/${id}`)).json()) as {
      attachments: [{ id: string; url: string; size: number }]
    }
    return message.attachments[0]
  }
  const refresh = async (url: string) => {
    const answer = await fetch(`${twin.apiUrl}/v10/attachments/refresh-urls`, {
      method: 'POST',
      headers: { authorization: `Bot ${twin.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ attachment_urls: [url] }),
    })
    return ((await answer.json()) as { refreshed_urls: [{ original: string; refreshed: string }] }).refreshed_urls[0]
  }

  it('rate-limited answers as Discord does, for each scope', async () => {
    const ask = async (fault: Omit<Extract<FaultInput, { kind: 'rate-limited' }>, 'kind'>) => {
      twin.faults.add({ kind: 'rate-limited', times: 1, ...fault })
      const answer = await page(general)
      const { headers, status } = answer
      return {
        status,
        body: await answer.json(),
        after: headers.get('retry-after'),
        scope: headers.get('x-ratelimit-scope'),
        global: headers.get('x-ratelimit-global'),
        bucket: headers.has('x-ratelimit-bucket'),
      }
    }
    expect(await ask({ retryAfter: 1.5 })).toEqual({
      status: 429,
      body: { message: 'You are being rate limited.', retry_after: 1.5, global: false },
      after: '2',
      scope: 'user',
      global: null,
      bucket: true,
    })
    expect(await ask({ scope: 'global' })).toMatchObject({
      body: { global: true },
      scope: 'global',
      global: 'true',
      bucket: false,
    })
    expect(await ask({ scope: 'shared' })).toMatchObject({ scope: 'shared', global: null, bucket: true })
    expect(await ask({ headers: false })).toMatchObject({
      status: 429,
      body: { retry_after: 1 },
      after: null,
      scope: null,
      bucket: false,
    })
  })

  it('cloudflare-ban and server-error answer HTML where JSON is expected', async () => {
    twin.faults.add({ kind: 'cloudflare-ban', times: 1, retryAfter: 60 })
    const ban = await get('/users/@me')
    expect([ban.status, ban.headers.get('content-type'), ban.headers.get('retry-after')]).toEqual([
      429,
      'text/html; charset=UTF-8',
      '60',
    ])
    expect(await ban.text()).toContain('Error 1015')
    for (const [status, body, type] of [
      [500, undefined, 'application/json'],
      [502, undefined, 'text/html; charset=UTF-8'],
      [503, 'json', 'application/json'],
      [500, 'html', 'text/html; charset=UTF-8'],
    ] as const) {
      twin.faults.add({ kind: 'server-error', status, times: 1, ...(body ? { body } : {}) })
      const answer = await get('/users/@me')
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type])
    }
  })

  it('a burst of 500s and a limit are sat out by discord.js, and one longer than its patience is told', async () => {
    const rest = new REST({ version: '10', api: twin.apiUrl, retries: 3 }).setToken(twin.botToken)
    const burst = twin.faults.add({ kind: 'server-error', status: 500, times: 3 })
    expect(await rest.get('/users/@me')).toMatchObject({ id: DEMO.bot })
    expect(burst.strikes).toBe(3)
    const limited = twin.faults.add({ kind: 'rate-limited', retryAfter: 0.01, times: 1 })
    expect(await rest.get('/users/@me')).toMatchObject({ id: DEMO.bot })
    expect(limited.strikes).toBe(1)
    twin.faults.add({ kind: 'server-error', status: 503 })
    await expect(rest.get('/users/@me')).rejects.toThrow('Service Unavailable')
    twin.faults.removeAll()
    twin.faults.add({ kind: 'token-revoked' })
    await expect(rest.get('/users/@me')).rejects.toThrow(DiscordAPIError)
  })

  it('a failed answer to something that was done leaves it done', async () => {
    const post = () =>
      fetch(`${twin.apiUrl}/v10/channels/${general.id}/messages`, {
        method: 'POST',
        headers: { authorization: `Bot ${twin.botToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ content: 'gg' }),
      })
    const before = general.messages.length
    twin.faults.add({ kind: 'server-error', times: 1 })
    expect((await post()).status).toBe(500)
    expect(general.messages.length).toBe(before)
    twin.faults.add({ kind: 'server-error', handled: true, times: 1 })
    expect((await post()).status).toBe(500)
    expect(general.messages.length).toBe(before + 1)
    twin.faults.add({ kind: 'connection-reset', when: 'handled', times: 1 })
    await expect(post()).rejects.toThrow('fetch failed')
    expect(general.messages.length).toBe(before + 2)
  })

  it('connection-reset breaks a connection before the answer, in its body, and one that waits', async () => {
    const early = twin.faults.add({ kind: 'connection-reset', times: 1 })
    await expect(get('/users/@me')).rejects.toThrow('fetch failed')
    expect(early.strikes).toBe(1)
    twin.faults.add({ kind: 'connection-reset', when: 'body', times: 1 })
    await expect(get('/users/@me').then((answer) => answer.text())).rejects.toThrow()
    const held = twin.faults.add({ kind: 'hold' })
    const waiting = get('/users/@me')
    await held.struck(1)
    twin.faults.add({ kind: 'connection-reset', inFlight: true })
    await expect(waiting).rejects.toThrow('fetch failed')
    held.remove()
    expect((await get('/users/@me')).status).toBe(200)
  })

  it('slow-headers and slow-body are late and right, and end when they are removed', async () => {
    const right = await (await page(general)).text()
    const started = performance.now()
    twin.faults.add({ kind: 'slow-headers', delayMs: 60, times: 1 })
    expect(await (await page(general)).text()).toBe(right)
    expect(performance.now() - started).toBeGreaterThan(55)

    const slow = twin.faults.add({ kind: 'slow-body', bytesPerSecond: 20 })
    const answer = await page(general)
    expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(right)))
    const body = answer.text()
    await slow.struck(1)
    slow.remove()
    expect(await body).toBe(right)

    const forever = twin.faults.add({ kind: 'slow-headers', delayMs: 1e8 })
    const waiting = get('/users/@me')
    await forever.struck(1)
    forever.remove()
    expect((await waiting).status).toBe(200)
  })

  it('cut-body and wrong-content-length give bodies that no client takes for whole', async () => {
    const file = await aFile()
    twin.faults.add({ kind: 'cut-body', afterBytes: 100, times: 1, part: 'cdn' })
    const cut = await fetch(file.url)
    expect([cut.status, cut.headers.get('content-length')]).toEqual([200, String(file.size)])
    const received: number[] = []
    await expect(async () => {
      for await (const chunk of cut.body!) received.push(chunk.byteLength)
    }).rejects.toThrow('terminated')
    expect(received.reduce((sum, size) => sum + size, 0)).toBe(100)

    twin.faults.add({ kind: 'wrong-content-length', difference: 10, times: 1 })
    const long = await fetch(file.url)
    expect(long.headers.get('content-length')).toBe(String(file.size + 10))
    await expect(long.arrayBuffer()).rejects.toThrow('terminated')
    twin.faults.add({ kind: 'wrong-content-length', difference: -10, times: 1 })
    const short = await fetch(file.url)
    expect(short.headers.get('content-length')).toBe(String(file.size - 10))
    await short.arrayBuffer().catch(() => undefined)
    expect((await (await fetch(file.url)).arrayBuffer()).byteLength).toBe(file.size)
  })

  it('malformed-json breaks every JSON answer and nothing else', async () => {
    const file = await aFile()
    const empty = twin.world.createChannel({ guildId: DEMO.guilds.squad, name: 'empty' })
    const fault = twin.faults.add({ kind: 'malformed-json' })
    for (const channel of [general, empty]) {
      const answer = await page(channel)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
      await expect(answer.json()).rejects.toThrow(SyntaxError)
    }
    expect((await fetch(file.url)).status).toBe(200)
    expect(fault.strikes).toBe(2)
  })

  it('hold keeps answers until they are released one batch at a time', async () => {
    const held = twin.faults.add({ kind: 'hold', channel: general.id, after: 1 })
    expect((await page(general)).status).toBe(200)
    let answered = 0
    const waiting = [page(general), page(general)].map((answer) => answer.then(() => (answered += 1)))
    await held.struck(2)
    expect((await page(clips)).status).toBe(200)
    expect(answered).toBe(0)
    expect(held.release()).toBe(2)
    await Promise.all(waiting)
    const later = page(general)
    await held.struck(3)
    held.remove()
    expect((await later).status).toBe(200)
    expect((await page(general)).status).toBe(200)
  })

  it('expired-link refuses a signed address, unknown-link and a deleted attachment for good', async () => {
    const [file, other] = [await aFile(), await aFile()]
    const status = async (url: string, method = 'GET') => (await fetch(url, { method })).status
    const expired = twin.faults.add({ kind: 'expired-link', times: 1 })
    const refused = await fetch(file.url)
    expect([refused.status, await refused.text()]).toEqual([404, 'This content is no longer available.'])
    expect([expired.strikes, await status(file.url)]).toEqual([1, 200])

    const stale = file.url.replace(/\?.*/, '')
    twin.faults.add({ kind: 'unknown-link' })
    expect(await refresh(stale)).toEqual({ original: stale, refreshed: stale })
    expect(await status(file.url, 'HEAD')).toBe(404)
    twin.faults.removeAll()
    expect((await refresh(stale)).refreshed).toMatch(/\?ex=/)

    const deleted = twin.faults.add({ kind: 'deleted-attachment-still-listed', times: 1 })
    expect([await status(file.url), await status((await refresh(stale)).refreshed), await status(other.url)]).toEqual([
      404, 404, 200,
    ])
    expect(await (await page(clips)).text()).toContain(file.id)
    expect(deleted.strikes).toBe(1)
    deleted.remove()
    twin.faults.add({ kind: 'deleted-attachment-still-listed', attachments: [other.id] })
    expect([await status(file.url), await status(other.url)]).toEqual([200, 404])
  })

  it.each([
    ['newest', [0, 1]],
    ['oldest', [298, 299]],
    ['boundary', [99, 100]],
  ] as const)('messages-deleted-while-paged deletes the %s before the page', async (which, positions) => {
    const channel = channelWith(300)
    const all = [...channel.messages.backwards()].map(({ id }) => id)
    twin.faults.add({
      kind: 'messages-deleted-while-paged',
      which,
      count: 2,
      channel: channel.id,
      after: 1,
      times: 1,
    })
    const first = await ids(await page(channel, '?limit=100'))
    const second = await ids(await page(channel, `?limit=100&before=${first.at(-1)}`))
    const third = await ids(await page(channel, `?limit=100&before=${second.at(-1)}`))
    const left = all.filter((_, index) => !(positions as readonly number[]).includes(index))
    expect([...channel.messages.backwards()].map(({ id }) => id)).toEqual(left)
    expect(first).toEqual(all.slice(0, 100))
    expect([...second, ...third]).toEqual(left.filter((id) => !first.includes(id)))
  })

  it('messages-deleted-while-paged takes the same random messages for the same seed', async () => {
    const survivors = async (seed: number) => {
      const channel = channelWith(50)
      const all = [...channel.messages].map(({ id }) => id)
      twin.faults.add({ kind: 'messages-deleted-while-paged', which: 'random', count: 5, seed, channel: channel.id })
      await page(channel)
      const left = new Set([...channel.messages].map(({ id }) => id))
      return all.map((id) => left.has(id))
    }
    const first = await survivors(3)
    expect(first.filter((isLeft) => !isLeft)).toHaveLength(5)
    expect(await survivors(3)).toEqual(first)
    expect(await survivors(4)).not.toEqual(first)
  })

  it('permission-change-while-paged takes a permission and gives it back', async () => {
    const channel = channelWith(10)
    const status = async () => (await page(channel)).status
    const overwrites = structuredClone(channel.overwrites)
    const limits = { channel: channel.id, after: 1 }
    twin.faults.add({ kind: 'permission-change-while-paged', restoreAfter: 2, ...limits })
    expect([await status(), await status(), await status(), await status()]).toEqual([200, 403, 403, 200])
    expect(channel.overwrites).toEqual(overwrites)
    twin.faults.removeAll()
    const silent = twin.faults.add({
      kind: 'permission-change-while-paged',
      permission: 'ReadMessageHistory',
      ...limits,
    })
    expect([await ids(await page(channel)), await ids(await page(channel))]).toEqual([expect.any(Array), []])
    silent.remove()
    expect(channel.overwrites).toEqual(overwrites)
    expect(await ids(await page(channel))).toHaveLength(10)
  })

  it('missing-read-history gives an empty list and no single message', async () => {
    twin.faults.add({ kind: 'missing-read-history', channel: general.id })
    expect(await ids(await page(general))).toEqual([])
    const one = await get(`/channels/${general.id}/messages/${general.messages.last()!.id}`)
    expect([one.status, await one.json()]).toEqual([404, { message: 'Unknown Message', code: 10_008 }])
    expect(await ids(await page(clips))).not.toEqual([])
  })

  it('search-index-late answers the first searches 202', async () => {
    twin.faults.add({ kind: 'search-index-late', times: 2, retryAfter: 3 })
    const search = () => get(`/guilds/${DEMO.guilds.squad}/messages/search`)
    const first = await search()
    expect([first.status, await first.json()]).toEqual([
      202,
      { message: expect.any(String), code: 110_000, documents_indexed: 0, retry_after: 3 },
    ])
    expect((await search()).status).toBe(202)
    expect((await search()).status).not.toBe(202)
  })

  it('clock-skew moves dates, ids and the Date header, until it is removed', async () => {
    const hour = 3_600_000
    const skew = twin.faults.add({ kind: 'clock-skew', skewMs: -hour })
    const date = (answer: Response) => Date.parse(answer.headers.get('date')!)
    expect(Math.abs(date(await get('/users/@me')) + hour - Date.now())).toBeLessThan(5_000)
    const { id, createdAt } = twin.world.postMessage({ channelId: general.id, authorId: DEMO.people.mara })
    expect(Math.abs(createdAt.getTime() + hour - Date.now())).toBeLessThan(5_000)
    expect(Math.abs(Number(BigInt(id) >> 22n) + 1_420_070_400_000 + hour - Date.now())).toBeLessThan(5_000)
    skew.remove()
    expect(Math.abs(date(await get('/users/@me')) - Date.now())).toBeLessThan(5_000)
  })

  it('token-revoked refuses the token and no other', async () => {
    twin.faults.add({ kind: 'token-revoked' })
    const answer = await page(general)
    expect([answer.status, await answer.json()]).toEqual([401, { message: '401: Unauthorized', code: 0 }])
    expect((await get('/gateway', {})).status).toBe(200)
    twin.faults.removeAll()
    expect((await page(general)).status).toBe(200)
  })
})
