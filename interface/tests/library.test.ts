import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findUserByDiscordId } from '@dcs/shared/db'
import { DEMO } from '@dcs/discord-twin'
import type { ClipPage } from '../src/lib/api-types.ts'
import { addClip, ask, BYTES, CHANNELS, signIn, startTestInterface } from './test-interface.ts'

let stop: () => Promise<void>
let clips: { open: string; staff: string; lan: string }
let cookies: { owner: string; member: string; stranger: string }

beforeAll(async () => {
  const started = await startTestInterface()
  stop = started.stop
  clips = {
    open: await addClip(CHANNELS.open, { filename: 'Größe.mov' }, BYTES, 'video/quicktime'),
    staff: await addClip(CHANNELS.staff, {}, Buffer.from('for the owner')),
    lan: await addClip(CHANNELS.lan, {}, Buffer.from('elsewhere')),
  }
  cookies = { owner: await signIn('mara'), member: await signIn('sam'), stranger: await signIn('guest') }
})

afterAll(() => stop())

const list = async (cookie: string, search = '') => {
  const response = await ask('clips', `/api/clips${search}`, { cookie })
  return { status: response.status, body: (await response.json()) as ClipPage & { error?: { message: string } } }
}

const idsOf = async (cookie: string, search = '') => (await list(cookie, search)).body.clips.map(({ id }) => id)

describe('signing in', () => {
  it('stores who signed in, with what Discord said about them', async () => {
    const user = await findUserByDiscordId(DEMO.people.sam)
    expect(user).toMatchObject({ username: 'samsam', globalName: 'Sam' })
    expect(user?.lastLoginAt).toBeInstanceOf(Date)
  })

  it('keeps the tokens of Discord encrypted', async () => {
    const { database } = await import('@dcs/shared/db')
    const { rows } = await database().$client.query('select access_token, refresh_token from auth.account')
    expect(rows).toHaveLength(3)
    for (const row of rows) for (const token of Object.values(row)) expect(String(token)).toMatch(/^[0-9a-f]{60,}$/)
  })

  it.each(['clips', 'clip', 'video', 'poster', 'guilds', 'scans', 'events', 'startScans', 'stopScans'] as const)(
    'is needed for %s',
    async (name) => {
      const response = await ask(name, '/api/x', { params: { id: clips.open } })
      expect(response.status).toBe(401)
      expect(await response.json()).toEqual({ error: { code: 'unauthenticated', message: 'Sign in first.' } })
    },
  )
})

describe('the library', () => {
  it('holds the clips of readable channels in all guilds of the viewer, newest first', async () => {
    expect(await idsOf(cookies.owner)).toEqual([clips.lan, clips.staff, clips.open])
    expect(await idsOf(cookies.member)).toEqual([clips.open])
    expect(await idsOf(cookies.stranger)).toEqual([])
  })

  it('can be narrowed to one guild, and a guild one is not in does not exist', async () => {
    expect(await idsOf(cookies.owner, `?guild=${DEMO.guilds.lan}`)).toEqual([clips.lan])
    expect((await list(cookies.member, `?guild=${DEMO.guilds.lan}`)).status).toBe(404)
  })

  it('never shows the signed address of Discord', async () => {
    expect(JSON.stringify((await list(cookies.owner)).body)).not.toContain('secret')
  })

  it('is paged without gaps or repeats', async () => {
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await list(cookies.owner, `?limit=1${cursor && `&cursor=${cursor}`}`)
      seen.push(...body.clips.map(({ id }) => id))
      cursor = body.next
    }
    expect(seen).toEqual([clips.lan, clips.staff, clips.open])
  })

  it.each(['?cursor=nonsense', '?limit=0', '?limit=many', '?guild=1; drop table clips'])(
    'refuses %s in words',
    async (search) => {
      const { status, body } = await list(cookies.owner, search)
      expect(status).toBe(400)
      expect(body.error?.message).toMatch(/^(cursor|limit|guild): /)
    },
  )

  it('gives one clip with the next older one', async () => {
    const response = await ask('clip', '/api/clips/x', { cookie: cookies.owner, params: { id: clips.staff } })
    expect(await response.json()).toMatchObject({ clip: { id: clips.staff, state: 'ready' }, olderId: clips.open })
  })
})

describe('bytes', () => {
  const get = (
    name: 'video' | 'poster',
    id: string,
    headers: Record<string, string> = {},
    search = '',
    method = 'GET',
  ) => ask(name, `/api/clips/${id}/${name}${search}`, { cookie: cookies.member, params: { id }, headers, method })

  it('come whole, with what a player needs to seek', async () => {
    const response = await get('video', clips.open)
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      'content-length': '65536',
      'content-type': 'video/mp4',
    })
    expect(Buffer.from(await response.arrayBuffer()).equals(BYTES)).toBe(true)
  })

  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=100-199', 100, 199],
    ['bytes=65000-', 65_000, 65_535],
    ['bytes=-1', 65_535, 65_535],
    ['bytes=65000-99999999', 65_000, 65_535],
  ])('come in part for %s', async (range, start, end) => {
    const response = await get('video', clips.open, { range })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/65536`)
    expect(Buffer.from(await response.arrayBuffer()).equals(BYTES.subarray(start, end + 1))).toBe(true)
  })

  it('say 416 with the size for a part that is not there', async () => {
    const response = await get('video', clips.open, { range: 'bytes=65536-' })
    expect(response.status).toBe(416)
    expect(response.headers.get('content-range')).toBe('bytes */65536')
  })

  it('come whole when If-Range names other bytes, in part when it names these', async () => {
    const etag = (await get('video', clips.open)).headers.get('etag') ?? ''
    expect((await get('video', clips.open, { range: 'bytes=0-9', 'if-range': '"other"' })).status).toBe(200)
    expect((await get('video', clips.open, { range: 'bytes=0-9', 'if-range': etag })).status).toBe(206)
    expect((await get('video', clips.open, { 'if-none-match': etag })).status).toBe(304)
  })

  it('answer HEAD without a body', async () => {
    const response = await get('video', clips.open, {}, '', 'HEAD')
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '65536', ''])
  })

  it('are saved under the original name', async () => {
    const response = await get('video', clips.open, {}, '?download=1')
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="Gr__e.mov"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.mov`,
    )
    await response.body?.cancel()
  })

  it('of a poster are kept by the browser alone', async () => {
    const response = await get('poster', clips.open)
    expect(response.headers.get('content-type')).toBe('image/webp')
    expect(response.headers.get('cache-control')).toBe('private, no-cache')
    expect(await response.text()).toBe(`poster of ${clips.open}`)
  })

  it.each(['clip', 'video', 'poster'] as const)('and %s of a clip one may not see do not exist', async (name) => {
    for (const id of [clips.staff, clips.lan, '1']) {
      const response = await ask(name, '/api/clips/x', { cookie: cookies.member, params: { id } })
      expect(response.status).toBe(404)
    }
  })
})
