import fs from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { DEMO, renderFaults, type FaultKind } from '../src/index.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'

describe('the control API of faults', () => {
  let twin: CheckedTwin

  beforeAll(async () => {
    twin = await startCheckedTwin({ timeScale: 100 })
  })
  afterEach(() => twin.faults.removeAll())
  afterAll(() => twin.close())

  const get = (route: string) =>
    fetch(`${twin.apiUrl}/v10${route}`, { headers: { authorization: `Bot ${twin.botToken}` } })
  const control = async (method: string, route: string, body?: unknown) => {
    const answer = await fetch(`${twin.url}/_twin/faults${route}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
  }

  it('adds, lists with strikes, releases and removes', async () => {
    const added = await control('POST', '', { kind: 'server-error', status: 502, times: 2, route: '/users/@me' })
    expect(added).toMatchObject({ status: 201, body: { kind: 'server-error', strikes: 0 } })
    await get('/users/@me')
    expect((await control('GET', '')).body).toEqual([
      expect.objectContaining({ id: added.body.id, kind: 'server-error', status: 502, times: 2, strikes: 1 }),
    ])
    expect(await control('DELETE', `/${added.body.id}`)).toEqual({ status: 204, body: null })
    expect((await control('DELETE', `/${added.body.id}`)).status).toBe(404)
    expect((await get('/users/@me')).status).toBe(200)

    const held = await control('POST', '', { kind: 'hold' })
    const waiting = get('/users/@me')
    await vi.waitFor(async () => expect((await control('GET', '')).body[0].strikes).toBe(1))
    expect((await control('POST', `/${held.body.id}/release`)).body).toEqual({ released: 1 })
    expect((await waiting).status).toBe(200)
    expect((await control('POST', '/unknown/release')).status).toBe(404)
    expect((await control('DELETE', '')).status).toBe(204)
    expect((await control('GET', '')).body).toEqual([])
  })

  it.each([
    ['no kind', {}, 'kind'],
    ['an unknown kind', { kind: 'earthquake' }, 'kind'],
    ['an unknown option', { kind: 'server-error', colour: 'red' }, 'colour'],
    ['an option of another kind', { kind: 'server-error', delayMs: 1 }, 'delayMs'],
    ['a wrong value', { kind: 'server-error', status: 404 }, 'status'],
    ['a wrong limit', { kind: 'slow-headers', probability: 2 }, 'probability'],
    ['no path', { kind: 'slow-headers', route: 'users' }, 'route'],
    ['a limit of requests for events', { kind: 'lost-events', route: '/users/@me' }, 'route'],
    ['what must be given', { kind: 'clock-skew' }, 'skewMs'],
  ])('refuses %s with the name of the field', async (_, body, field) => {
    const { status, body: answer } = await control('POST', '', body)
    expect([status, answer]).toEqual([400, { error: expect.stringContaining(field) }])
    expect(twin.faults.list()).toEqual([])
  })

  it('describes every kind', async () => {
    const { body } = await control('GET', '/kinds')
    const names = body.map(({ name }: { name: FaultKind }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(body).toContainEqual({
      name: 'cut-body',
      description: expect.stringMatching(/^The headers are right.*\.$/),
      options: expect.objectContaining({ properties: expect.objectContaining({ afterBytes: expect.anything() }) }),
    })
  })

  it('adds a rough day that is the same for the same seed', async () => {
    const day = async (body: unknown) => {
      const { status, body: faults } = await control('POST', '/presets/rough-day', body)
      expect(status).toBe(201)
      expect((await control('GET', '')).body).toEqual(faults)
      twin.faults.removeAll()
      return faults.map(({ id: _id, ...fault }: { id: string }) => fault)
    }
    const first = await day({ seed: 5, intensity: 0.3 })
    expect(first.length).toBeGreaterThan(10)
    expect(await day({ seed: 5, intensity: 0.3 })).toEqual(first)
    expect(await day({ seed: 6, intensity: 0.3 })).not.toEqual(first)
    expect(await day({ seed: 5, intensity: 0 })).toEqual([])
    expect((await control('POST', '/presets/rough-day', { intensity: 2 })).body.error).toContain('intensity')
  })

  it('a client that tries again gets everything on a rough day', async () => {
    const { id } = twin.world.createChannel({ guildId: DEMO.guilds.squad, name: 'rough' })
    twin.world.addHistory(id, 500, { authorId: DEMO.people.mara })
    const expected = [...twin.world.requireChannel(id).messages.backwards()].map((message) => message.id)
    const day = twin.faults.addRoughDay({ seed: 2, intensity: 1 })
    const page = async (before: string): Promise<string[]> => {
      try {
        const answer = await get(`/channels/${id}/messages?limit=10${before}`)
        if (answer.ok) return ((await answer.json()) as { id: string }[]).map((message) => message.id)
        await answer.arrayBuffer()
      } catch {
        // A broken connection or broken JSON.
      }
      return page(before)
    }
    const found: string[] = []
    while (found.length < expected.length)
      found.push(...(await page(found.length > 0 ? `&before=${found.at(-1)}` : '')))
    expect(found).toEqual(expected)
    expect(day.reduce((sum, { strikes }) => sum + strikes, 0)).toBeGreaterThan(10)
  })

  it('a kind knows its own options at compile time', () => {
    // @ts-expect-error an option of another kind
    expect(() => twin.faults.add({ kind: 'server-error', delayMs: 1 })).toThrow('delayMs')
    // @ts-expect-error only what holds can release
    expect(twin.faults.add({ kind: 'server-error' }).release).toBeTypeOf('function')
  })

  it('FAULTS.md is what the definitions say', () => {
    const file = path.resolve(import.meta.dirname, '../FAULTS.md')
    expect(renderFaults(), 'run npm run generate').toBe(fs.readFileSync(file, 'utf8'))
  })
})
