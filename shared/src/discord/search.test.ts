import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { REST } from '@discordjs/rest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { searchMessages, type SearchQuestion } from './search.ts'

type Answer = { status?: number; body: unknown }

describe('searchMessages', () => {
  let server: Server
  let rest: REST
  let asked: URLSearchParams[]
  let answer: (query: URLSearchParams, count: number) => Answer

  beforeAll(async () => {
    server = createServer((request, response) => {
      const query = new URL(request.url ?? '/', 'http://discord').searchParams
      asked.push(query)
      const { status = 200, body } = answer(query, asked.length)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    rest = new REST({
      api: `http://127.0.0.1:${port}/api`,
      retries: 0,
      globalRequestsPerSecond: Number.POSITIVE_INFINITY,
    }).setToken('token')
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  beforeEach(() => {
    asked = []
  })

  const message = (id: number, more: object = {}) => ({
    id: String(id),
    channel_id: '2',
    timestamp: '2026-01-02T03:04:05+00:00',
    author: { id: '3' },
    attachments: [],
    hit: true,
    ...more,
  })
  const page = (total: number, ids: readonly number[]) => ({
    body: { total_results: total, doing_deep_historical_index: false, messages: ids.map((id) => [message(id)]) },
  })
  const search = (more: Partial<SearchQuestion> = {}) =>
    searchMessages(rest, '1', { topic: 'video', maxId: null, channelIds: null, ...more })
  const idsOf = ({ messages }: { messages: { id: string }[] }) => messages.map(({ id }) => Number(id))

  it('asks for what it is told, age-restricted channels included, newest first', async () => {
    answer = () => page(0, [])
    await search({ topic: 'embed', maxId: '500', channelIds: ['7', '8'] })
    expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
      has: 'embed',
      embed_type: 'video',
      max_id: '500',
      include_nsfw: 'true',
      sort_by: 'timestamp',
      sort_order: 'desc',
      limit: '25',
    })
    expect(asked[0]?.getAll('channel_id')).toEqual(['7', '8'])
  })

  it('goes on below the lowest id, and ends when the index has no more', async () => {
    answer = () => page(60, [9, 10, 8])
    expect(await search({ asksTwice: false })).toMatchObject({ nextMaxId: '8', total: 60, requests: 1 })
    answer = () => page(3, [10, 9, 8])
    expect(await search()).toMatchObject({ nextMaxId: null, total: 3 })
    answer = () => page(0, [])
    expect(await search()).toMatchObject({ nextMaxId: null, messages: [] })
  })

  it('orders ids as numbers, so that the lowest is the lowest', async () => {
    answer = () => page(30, [1_000, 999])
    expect(await search({ asksTwice: false })).toMatchObject({ nextMaxId: '999' })
  })

  it('asks once more for a page that holds fewer than it should', async () => {
    answer = (_query, count) => page(3, count === 1 ? [10, 8] : [10, 9, 8])
    const found = await search()
    expect(idsOf(found)).toEqual([10, 9, 8])
    expect(found).toMatchObject({ requests: 2, gained: 1, nextMaxId: null })
  })

  it('looks behind an empty page that is not the last', async () => {
    answer = (query) => (query.get('offset') === '50' ? page(80, [7, 6]) : page(80, []))
    expect(await search()).toMatchObject({ nextMaxId: '6', requests: 4 })
  })

  it('ends where the index counts what it does not give', async () => {
    answer = () => page(40, [])
    expect(await search()).toMatchObject({ nextMaxId: null, messages: [], requests: 3 })
  })

  it('never asks past the last offset that Discord takes', async () => {
    answer = () => page(50_000, [])
    await search({ asksTwice: false })
    expect(Math.max(...asked.map((query) => Number(query.get('offset') ?? 0)))).toBe(9975)
  })

  it('takes the messages that were found, not those around them', async () => {
    const around = message(99, { hit: false })
    answer = () => ({ body: { total_results: 1, messages: [[around, message(5), around]] } })
    expect(idsOf(await search())).toEqual([5])
  })

  it('waits as long as Discord says while the index is being made', async () => {
    answer = () => ({ status: 202, body: { message: 'Index not yet available', code: 110_000, retry_after: 4 } })
    await expect(search()).rejects.toMatchObject({ name: 'SearchIndexMissing', delayMs: 4_000 })
  })

  it('says what to do when the bot may not search', async () => {
    answer = () => ({ status: 403, body: { message: 'Missing Access', code: 50_001 } })
    await expect(search()).rejects.toMatchObject({
      name: 'PermanentFailure',
      message: expect.stringContaining('Message Content'),
    })
  })

  it('does not take an answer of another shape for an empty one', async () => {
    answer = () => ({ body: { messages: [] } })
    await expect(search()).rejects.toMatchObject({
      code: 'upstream',
      message: expect.stringContaining('total_results'),
    })
  })
})
