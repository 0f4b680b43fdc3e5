import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO, startTwin, type Exchange, type ObservedDispatch, type Twin } from '../../src/index.ts'
import { startCheckedTwin } from '../checked-twin.ts'
import { dispatchViolations } from './gateway.ts'
import { exchangeViolations } from './validator.ts'

type Json = Record<string, any>

describe('the check against Discord’s document', () => {
  let twin: Twin
  const exchanges: Exchange[] = []

  beforeAll(async () => {
    twin = await startTwin({ observe: (exchange) => exchanges.push(exchange) })
  })
  afterAll(() => twin.close())

  /** A right exchange as the twin reports it. */
  async function exchange(path: string, init: { method?: string; json?: unknown; form?: FormData } = {}) {
    await fetch(`${twin.apiUrl}/v10${path}`, {
      method: init.method ?? 'GET',
      headers: {
        authorization: `Bot ${twin.botToken}`,
        ...(init.json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: init.form ?? (init.json === undefined ? undefined : JSON.stringify(init.json)),
    })
    await expect.poll(() => exchanges.length).toBeGreaterThan(0)
    return exchanges.shift()!
  }
  const clips = () => twin.world.channelsOf(DEMO.guilds.squad).find(({ name }) => name === 'clips')!

  it('finds nothing wrong with a right answer, and tells method, route, query and bodies', async () => {
    const right = await exchange(`/channels/${clips().id}/messages?limit=3`)
    expect(exchangeViolations(right)).toEqual([])
    expect(right).toMatchObject({
      method: 'GET',
      route: '/channels/{channel_id}/messages',
      query: { limit: '3' },
      requestBody: undefined,
      status: 200,
      responseBody: [{ channel_id: clips().id }, {}, {}],
      faulted: false,
    })
  })

  it('reads the JSON of an upload', async () => {
    const form = new FormData()
    form.set('payload_json', JSON.stringify({ content: 'with a file' }))
    form.set('files[0]', new Blob(['text']), 'note.txt')
    const upload = await exchange(`/channels/${clips().id}/messages`, { method: 'POST', form })
    expect(upload).toMatchObject({ requestBody: { content: 'with a file' }, responseBody: { content: 'with a file' } })
    expect(exchangeViolations(upload)).toEqual([])
  })

  it.each<[string, (right: Exchange) => Partial<Exchange>, string]>([
    ['a missing member', ({ responseBody }) => ({ responseBody: changed(responseBody, { tts: undefined }) }), '[].tts'],
    ['a wrong kind', ({ responseBody }) => ({ responseBody: changed(responseBody, { flags: '0' }) }), '[].flags'],
    [
      'a member that Discord does not have',
      ({ responseBody }) => ({ responseBody: changed(responseBody, { emotion: 1 }) }),
      'no member MessageResponse.emotion',
    ],
    [
      'a time without the offset',
      ({ responseBody }) => ({ responseBody: changed(responseBody, { timestamp: '2025-01-01T00:00:00.000Z' }) }),
      'lacks the offset',
    ],
    ['a status of its own', () => ({ status: 201 }), 'the status should be one of 200'],
    ['a failure of its own', () => ({ status: 500 }), 'the twin failed'],
    ['a route that Discord does not have', () => ({ route: '/channels/{channel_id}/clips' }), 'neither'],
    ['a query value out of range', () => ({ query: { limit: '101' } }), 'query limit'],
    ['a query parameter that Discord does not have', () => ({ query: { page: '1' } }), 'query page'],
    ['an error without a code', () => ({ status: 404, responseBody: { message: 'gone' } }), 'code'],
  ])('finds %s', async (_name, change, sentence) => {
    const right = await exchange(`/channels/${clips().id}/messages?limit=3`)
    const wrong = { ...right, ...change(right) }
    expect(exchangeViolations(wrong).join('\n')).toContain(sentence)
    expect(exchangeViolations({ ...wrong, faulted: true })).toEqual([])
  })

  it('finds a request that Discord would refuse, when the twin took it', async () => {
    const right = await exchange(`/channels/${clips().id}/messages`, { method: 'POST', json: { content: 'hello' } })
    expect(exchangeViolations(right)).toEqual([])
    expect(exchangeViolations({ ...right, requestBody: { content: 5 } }).join()).toContain('request content')
    const refused = { status: 400, responseBody: { code: 50_035, message: 'Invalid Form Body' } }
    expect(exchangeViolations({ ...right, requestBody: { content: 5 }, ...refused })).toEqual([])
  })

  it.each<[string, (data: Json) => Json, string]>([
    ['MESSAGE_CREATE', (data) => ({ ...data, tts: undefined }), 'tts'],
    ['MESSAGE_CREATE', (data) => ({ ...data, emotion: 1 }), 'emotion'],
    [
      'GUILD_CREATE',
      (data) => ({ ...data, channels: [{ ...data.channels[0], position: null }] }),
      'channels.[].position',
    ],
    ['GUILD_CREATE', (data) => ({ ...data, members: [{ ...data.members[0], user: undefined }] }), 'members.[].user'],
  ])('finds what is wrong in %s', async (name, change, sentence) => {
    const data = (await dispatch(name)) as Json
    expect(dispatchViolations({ name, data })).toEqual([])
    expect(dispatchViolations({ name, data: change(data) }).join('\n')).toContain(sentence)
  })

  it('makes a twin that was wrong fail when it closes', async () => {
    const wrong = await startCheckedTwin()
    await fetch(`${wrong.apiUrl}/v10/gateway?unknown=1`)
    await expect.poll(() => wrong.violations.size).toBe(1)
    await expect(wrong.close()).rejects.toThrow('query unknown')
  })

  async function dispatch(name: string): Promise<unknown> {
    const events: ObservedDispatch[] = []
    const watched = await startTwin({ observeDispatch: (event) => events.push(event) })
    const socket = new WebSocket(`${watched.url.replace('http', 'ws')}/gateway?v=10&encoding=json`)
    socket.addEventListener('open', () =>
      socket.send(
        JSON.stringify({
          op: 2,
          d: {
            token: watched.botToken,
            intents: (1 << 0) | (1 << 9),
            properties: { os: 'a', browser: 'b', device: 'c' },
          },
        }),
      ),
    )
    await expect.poll(() => events.some((event) => event.name === 'GUILD_CREATE')).toBe(true)
    const { id } = watched.world.channelsOf(DEMO.guilds.squad).find((channel) => channel.name === 'clips')!
    watched.world.postMessage({
      channelId: id,
      authorId: DEMO.people.sam,
      content: 'x',
      files: [{ key: 'one-second' }],
    })
    await expect.poll(() => events.find((event) => event.name === name)).toBeDefined()
    await watched.close()
    return JSON.parse(JSON.stringify(events.find((event) => event.name === name)!.data))
  }
})

function changed(messages: unknown, change: Json): Json[] {
  const [first, ...others] = messages as Json[]
  return [{ ...first, ...change }, ...others]
}
