import { DEMO } from '@dcs/discord-twin'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { GuildAccessForm, GuildAudit, GuildScans } from '../src/lib/api-types.ts'
import { ask, CHANNELS, ORIGIN, signIn, startTestInterface } from './test-interface.ts'

let stop: () => Promise<void>
let owner: string
let member: string
const squad = { id: DEMO.guilds.squad }
const { jonas } = DEMO.people

beforeAll(async () => {
  const started = await startTestInterface()
  stop = started.stop
  owner = await signIn('mara')
  member = await signIn('jonas')
})

afterAll(() => stop())

type Options = { cookie?: string; method?: string; json?: unknown; path?: string }
const send = (name: Parameters<typeof ask>[0], { cookie = owner, method = 'GET', json, path = '/x' }: Options = {}) =>
  ask(name, path, { cookie, params: squad, method, headers: { origin: ORIGIN }, ...(json ? { json } : {}) })
const read = async () => (await (await send('guildAccess')).json()) as GuildAccessForm
const history = async (path?: string) => (await (await send('audit', path ? { path } : {})).json()) as GuildAudit

it('shows the roles from the highest down, everyone last, and what counts now', async () => {
  const { roles, settings, blocked } = await read()
  expect(roles.at(-1)).toEqual({ id: squad.id, name: 'Everyone' })
  expect(settings).toEqual({
    age_restricted_clips: 'viewer-choice',
    keep_message_text: true,
    roles_may_tag: [],
    roles_may_edit: [],
    roles_may_delete: [],
    roles_may_see_stats: [],
  })
  expect(blocked).toEqual([])
})

it('gives a right to roles of the server, and to no others', async () => {
  const refused = await send('changeGuildAccess', { method: 'PATCH', json: { roles_may_tag: ['123456789012345678'] } })
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({
    error: { fields: { roles_may_tag: expect.stringContaining('role of') } },
  })
  const saved = await send('changeGuildAccess', { method: 'PATCH', json: { roles_may_tag: [squad.id] } })
  expect(await saved.json()).toMatchObject({ settings: { roles_may_tag: [squad.id] } })
  const other = await send('changeGuildAccess', { method: 'PATCH', json: { deletion_policy: 'purge' } })
  expect(other.status).toBe(400)
})

it('blocks an author once, lets them in again, and says who did it', async () => {
  const json = { authorId: jonas, reason: 'asked to' }
  expect((await send('blockAuthor', { method: 'POST', json })).status).toBe(201)
  const again = await send('blockAuthor', { method: 'POST', json })
  expect(((await again.json()) as GuildAccessForm).blocked).toMatchObject([{ userId: jonas, reason: 'asked to' }])
  const freed = await send('unblockAuthor', { method: 'DELETE', json: { authorId: jonas } })
  expect(((await freed.json()) as GuildAccessForm).blocked).toEqual([])
  const { entries } = await history()
  expect(entries.slice(0, 2)).toMatchObject([
    { action: 'author.unblock', target: jonas, via: 'web' },
    { action: 'author.block', target: jonas, actor: 'Mara' },
  ])
  const settings = await history('/x?action=settings.change')
  expect(settings.entries.map(({ details }) => details)).toContainEqual({ roles_may_tag: [squad.id] })
  const older = await history(`/x?before=${entries[0]!.id}`)
  expect(older.entries[0]).toMatchObject({ id: entries[1]!.id })
})

it('is for managers alone', async () => {
  for (const name of ['guildAccess', 'audit'] as const) expect((await send(name, { cookie: member })).status).toBe(403)
  const change = { cookie: member, method: 'PATCH', json: { roles_may_delete: [squad.id] } }
  expect((await send('changeGuildAccess', change)).status).toBe(403)
  const block = { cookie: member, method: 'POST', json: { authorId: jonas } }
  expect((await send('blockAuthor', block)).status).toBe(403)
  expect((await send('unblockAuthor', { ...block, method: 'DELETE' })).status).toBe(403)
  expect((await read()).blocked).toEqual([])
})

it('writes down what managers do with scans, settings and channels', async () => {
  const channelId = CHANNELS.open
  const json = { channelIds: [channelId] }
  expect((await send('startScans', { method: 'POST', json })).status).toBe(202)
  expect((await send('changeScans', { method: 'PATCH', json: { ...json, action: 'pause' } })).status).toBe(200)
  expect((await send('stopScans', { method: 'DELETE', json })).status).toBe(200)
  expect((await send('switchReading', { method: 'PATCH', json: { ...json, isReading: false } })).status).toBe(200)
  expect((await send('changeScanSettings', { method: 'PATCH', json: { deletion_grace_days: 7 } })).status).toBe(200)
  const { entries } = await history()
  expect(entries.slice(0, 5)).toMatchObject([
    { action: 'settings.change', details: { deletion_grace_days: 7 } },
    { action: 'reading.change', details: { isReading: false, channelIds: [channelId] } },
    { action: 'scan.cancel', details: { channels: 1 } },
    { action: 'scan.pause' },
    { action: 'scan.start', details: { mode: 'complete', channels: 1 }, actor: 'Mara', via: 'web' },
  ])
})

it('lets the roles chosen for it see how the scan of the server goes, and nothing more of managing', async () => {
  const seen = async () => {
    const answer = await send('scans', { cookie: member })
    const { guild, manager } = (await answer.json()) as GuildScans
    return { canManage: guild.canManage, seesScan: manager !== null }
  }
  expect(await seen()).toEqual({ canManage: false, seesScan: false })
  const setRoles = (roles: string[]) =>
    send('changeGuildAccess', { method: 'PATCH', json: { roles_may_see_stats: roles } })
  expect((await setRoles([squad.id])).status).toBe(200)
  await vi.waitFor(async () => expect(await seen()).toEqual({ canManage: false, seesScan: true }), { timeout: 10_000 })
  expect((await setRoles([])).status).toBe(200)
  await vi.waitFor(async () => expect(await seen()).toEqual({ canManage: false, seesScan: false }), { timeout: 10_000 })
}, 30_000)
