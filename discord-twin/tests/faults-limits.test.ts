import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { DEMO, type Channel, type FaultInput } from '../src/index.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'

describe('a fault strikes', () => {
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

  const get = (route: string) =>
    fetch(`${twin.apiUrl}/v10${route}`, { headers: { authorization: `Bot ${twin.botToken}` } })
  const page = (channel: Channel) => get(`/channels/${channel.id}/messages`)
  const statuses = async (requests: (() => Promise<Response>)[]) => {
    const answers: number[] = []
    for (const request of requests) {
      const answer = await request()
      await answer.arrayBuffer()
      answers.push(answer.status)
    }
    return answers
  }
  const everything = () => [
    () => page(general),
    () => page(clips),
    () => get(`/channels/${general.id}`),
    () => get('/users/@me'),
    () => get(`/guilds/${DEMO.guilds.lan}/channels`),
    () => get('/oauth2/@me'),
    () => fetch(`${twin.url}/attachments/${clips.id}/1/x.mp4`),
  ]
  it.each<[string, (places: { general: Channel; bot: string }) => Partial<FaultInput>, number[]]>([
    ['all requests', () => ({}), [503, 503, 503, 503, 503, 503, 503]],
    [
      'a route as documented',
      () => ({ route: 'GET /channels/{channel_id}/messages' }),
      [503, 503, 200, 200, 200, 401, 404],
    ],
    ['a route without a method', () => ({ route: '/users/@me' }), [200, 200, 200, 503, 200, 401, 404]],
    ['another method', () => ({ route: 'POST /users/@me' }), [200, 200, 200, 200, 200, 401, 404]],
    ['a pattern for one part', () => ({ route: '/channels/*' }), [200, 200, 503, 200, 200, 401, 404]],
    ['a pattern for many parts', () => ({ route: 'GET /channels/**' }), [503, 503, 503, 200, 200, 401, 404]],
    ['a channel', (places) => ({ channel: places.general.id }), [503, 200, 503, 200, 200, 401, 404]],
    ['a guild and its channels', () => ({ guild: DEMO.guilds.squad }), [503, 503, 503, 200, 200, 401, 503]],
    ['the bot', () => ({ caller: 'bot' }), [503, 503, 503, 503, 503, 503, 404]],
    ['the bot by its id', (places) => ({ caller: places.bot }), [503, 503, 503, 503, 503, 503, 404]],
    ['another account', () => ({ caller: DEMO.people.mara }), [200, 200, 200, 200, 200, 401, 404]],
    ['REST', () => ({ part: 'rest' }), [503, 503, 503, 503, 503, 401, 404]],
    ['OAuth', () => ({ part: 'oauth' }), [200, 200, 200, 200, 200, 503, 404]],
    ['the CDN', () => ({ part: 'cdn' }), [200, 200, 200, 200, 200, 401, 503]],
    ['a time that is over', () => ({ until: 0.000_001 }), [200, 200, 200, 200, 200, 401, 404]],
    ['a time to come', () => ({ from: 1e9 }), [200, 200, 200, 200, 200, 401, 404]],
    ['the first', () => ({ times: 2 }), [503, 503, 200, 200, 200, 401, 404]],
    ['the later ones', () => ({ after: 5 }), [200, 200, 200, 200, 200, 503, 503]],
    ['some in between', () => ({ after: 1, times: 2 }), [200, 503, 503, 200, 200, 401, 404]],
  ])('%s', async (_, limits, expected) => {
    const limit = limits({ general, bot: DEMO.bot })
    twin.faults.add({ kind: 'server-error', status: 503, ...limit } as FaultInput)
    expect(await statuses(everything())).toEqual(expected)
    twin.faults.removeAll()
    expect(await statuses(everything())).toEqual([200, 200, 200, 200, 200, 401, 404])
  })

  it('never the twin itself', async () => {
    twin.faults.add({ kind: 'server-error' })
    expect((await fetch(`${twin.url}/`)).status).toBe(200)
    expect((await fetch(`${twin.url}/_twin/faults`)).status).toBe(200)
  })

  it('the same by chance when the seed is the same', async () => {
    const run = async (seed: number) => {
      const fault = twin.faults.add({ kind: 'server-error', probability: 0.5, seed })
      const found = await statuses(Array.from({ length: 30 }, () => () => get('/users/@me')))
      expect(fault.strikes).toBe(found.filter((status) => status === 500).length)
      fault.remove()
      return found
    }
    const first = await run(7)
    expect(await run(7)).toEqual(first)
    expect(await run(8)).not.toEqual(first)
    expect(new Set(first)).toEqual(new Set([200, 500]))
  })

  it('only requests that were in flight when it was switched on', async () => {
    const held = twin.faults.add({ kind: 'hold', times: 1 })
    const before = get('/users/@me')
    await held.struck(1)
    twin.faults.add({ kind: 'server-error', inFlight: true })
    const after = await get('/users/@me')
    held.release()
    expect([(await before).status, after.status]).toEqual([500, 200])
  })

  it('and says when it has struck often enough, or was removed before', async () => {
    const fault = twin.faults.add({ kind: 'server-error' })
    const [twice, often] = [fault.struck(2), fault.struck(9)]
    await get('/users/@me')
    expect(fault.strikes).toBe(1)
    await get('/users/@me')
    await twice
    expect(fault.remove()).toBe(true)
    await expect(often).rejects.toThrow('server-error was removed after 2 of 9 strikes')
    expect(fault.remove()).toBe(false)
  })
})
