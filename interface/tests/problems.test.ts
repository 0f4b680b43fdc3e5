import { afterAll, beforeAll, expect, it } from 'vitest'
import { findVisibleClip, putJobFailure } from '@dcs/shared/db'
import { DEMO } from '@dcs/discord-twin'
import type { GuildProblems, GuildScans } from '../src/lib/api-types.ts'
import { accessTo } from '../../shared/tests/repositories/clip-fixtures.ts'
import { addClip, ask, CHANNELS, hideClip, ORIGIN, signIn, startTestInterface } from './test-interface.ts'

let stop: () => Promise<void>
let owner: string
let member: string
let clipId: string
const squad: Record<string, string> = { id: DEMO.guilds.squad }

beforeAll(async () => {
  const started = await startTestInterface()
  stop = started.stop
  owner = await signIn('mara')
  member = await signIn('sam')
})

afterAll(() => stop())

const list = async (target = '/x') =>
  (await (await ask('problems', target, { cookie: owner, params: squad })).json()) as GuildProblems

const retry = (json: unknown, cookie = owner, params = squad) =>
  ask('retryProblems', '/x', { cookie, params, method: 'POST', headers: { origin: ORIGIN }, json })

const fail = (job: string, key: string, over: Partial<Parameters<typeof putJobFailure>[0]> = {}) =>
  putJobFailure({
    job,
    key,
    payload: {},
    guildId: squad.id!,
    channelId: CHANNELS.open,
    code: 'gone',
    message: 'It did not work.',
    attempts: 3,
    ...over,
  })

it('is empty while everything works', async () => {
  expect(await list()).toMatchObject({ problems: [], total: 0, next: null })
})

it('says what was tried, why it failed, and of which clip or channel', async () => {
  clipId = await addClip(CHANNELS.open, { filename: 'ace.mp4' })
  await fail('fetch-clip', clipId, { payload: { clipId }, message: 'Discord does not have this file any more.' })
  const { problems } = await list()
  expect(problems).toMatchObject([
    {
      title: 'A clip could not be saved',
      reason: 'Discord does not have this file any more.',
      code: 'gone',
      attempts: 3,
      channelName: 'open',
      clipId,
      clipName: 'ace.mp4',
      isRetrying: false,
    },
  ])
  const scans = (await (await ask('scans', '/x', { cookie: owner, params: squad })).json()) as GuildScans
  expect(scans.manager?.problems).toBe(1)
})

it('leaves out what is of other guilds, of channels one may not read, and of the operator', async () => {
  await fail('fetch-clip', '1', { guildId: DEMO.guilds.lan, channelId: CHANNELS.lan })
  await fail('fetch-clip', '2', { channelId: '999999999999999999' })
  await fail('fetch-clip', '3', { guildId: null, channelId: null })
  expect(await list()).toMatchObject({ total: 1, problems: [{ clipId }] })
})

it('shows members and strangers nothing', async () => {
  const ids = (await list()).problems.map(({ id }) => id)
  expect((await ask('problems', '/x', { cookie: member, params: squad })).status).toBe(403)
  expect((await retry({ ids }, member)).status).toBe(403)
  expect((await retry({ ids }, member, { id: DEMO.guilds.lan })).status).toBe(404)
  expect((await retry({ ids }, '')).status).toBe(401)
})

it.each([
  [{ ids: [] }, 'ids: must name at least one problem'],
  [{ ids: ['x'] }, 'ids.0: must be the id of a problem'],
])('says what is wrong with %j', async (json, message) => {
  const response = await retry(json)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { code: 'invalid-input', message } })
})

it('tries one again: the clip waits again and the problem says so', async () => {
  const [problem] = (await list()).problems
  expect((await retry({ ids: [crypto.randomUUID()] })).status).toBe(404)
  const response = await retry({ ids: [problem!.id] })
  expect(response.status).toBe(202)
  expect(await response.json()).toMatchObject({ retried: 1, refused: 0, total: 0, problems: [{ isRetrying: true }] })
  expect(await (await retry({ ids: [problem!.id] })).json()).toMatchObject({ retried: 0, refused: 0 })
  const access = accessTo(squad.id!, [CHANNELS.open], DEMO.people.mara)
  expect(await findVisibleClip([access], clipId)).toMatchObject({ state: 'pending' })
})

it('leaves out what is of hidden clips', async () => {
  const before = (await list()).total
  const hidden = await addClip(CHANNELS.open)
  await fail('fetch-clip', hidden, { payload: { clipId: hidden } })
  expect((await list()).total).toBe(before + 1)
  await hideClip(hidden)
  expect((await list()).total).toBe(before)
})

it('lists many page by page and tries all again but those that cannot be', async () => {
  for (let index = 0; index < 55; index++) {
    const id = await addClip(CHANNELS.open)
    await fail('fetch-clip', id, { payload: { clipId: id } })
  }
  await fail('unknown-job', 'x')
  const first = await list()
  expect(first).toMatchObject({ total: 56 })
  expect(first.problems).toHaveLength(50)
  const second = await list(`/x?after=${first.next}`)
  expect(second.next).toBeNull()
  expect(new Set([...first.problems, ...second.problems].map(({ id }) => id)).size).toBe(57)
  expect(await (await retry({})).json()).toMatchObject({ retried: 55, refused: 1, total: 1 })
})
