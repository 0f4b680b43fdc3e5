import { afterAll, beforeAll, expect, it } from 'vitest'
import { getGuildSettings, setGuildSettings } from '@dcs/shared/db'
import { DEMO } from '@dcs/discord-twin'
import type { GuildScanSettings } from '../src/lib/api-types.ts'
import { ask, ORIGIN, signIn, startTestInterface } from './test-interface.ts'

let stop: () => Promise<void>
let owner: string
const squad = { id: DEMO.guilds.squad }

beforeAll(async () => {
  const started = await startTestInterface()
  stop = started.stop
  owner = await signIn('mara')
})

afterAll(() => stop())

const save = (json: unknown) =>
  ask('changeScanSettings', '/x', { cookie: owner, params: squad, method: 'PATCH', headers: { origin: ORIGIN }, json })

const read = async () =>
  (await (await ask('scanSettings', '/x', { cookie: owner, params: squad })).json()) as GuildScanSettings

it('starts from the defaults', async () => {
  const { settings, timeZones } = await read()
  expect(settings).toEqual({
    enabled_by_default: false,
    parse_threads: false,
    ignore_nsfw_channels: false,
    search_first: true,
    schedule_cron: '@continuous',
    tz: 'UTC',
    deletion_policy: 'hide',
    deletion_grace_days: 30,
  })
  expect(timeZones).toContain('Europe/Berlin')
})

it('saves what is sent and leaves everything else of the guild as it is', async () => {
  await setGuildSettings(squad.id, { of_others: 1, channel_defaults: { match: { max_size_mb: 5 } } })
  const response = await save({ schedule_cron: '0 4 * * *', tz: 'Europe/Berlin' })
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ settings: { schedule_cron: '0 4 * * *', tz: 'Europe/Berlin' } })
  expect((await getGuildSettings(squad.id))?.settings).toEqual({
    of_others: 1,
    channel_defaults: { match: { max_size_mb: 5 } },
    schedule_cron: '0 4 * * *',
    tz: 'Europe/Berlin',
  })
})

it('saves for a guild that has no settings yet', async () => {
  const lan = { id: DEMO.guilds.lan }
  const theo = await signIn('theo')
  const response = await ask('changeScanSettings', '/x', {
    cookie: theo,
    params: lan,
    method: 'PATCH',
    headers: { origin: ORIGIN },
    json: { deletion_policy: 'keep' },
  })
  expect(await response.json()).toMatchObject({ settings: { deletion_policy: 'keep' } })
})

it.each([
  [{ tz: 'Mars/Olympus' }, ['tz']],
  [{ schedule_cron: 'every day', deletion_grace_days: -1 }, ['schedule_cron', 'deletion_grace_days']],
  [{ deletion_policy: 'burn' }, ['deletion_policy']],
  [{ enabled_by_default: 'yes' }, ['enabled_by_default']],
  [{ channel_defaults: {} }, ['body']],
  [{ __proto__x: 1 }, ['body']],
  [{}, ['body']],
])('refuses %j, names the fields and saves nothing', async (json, fields) => {
  const before = await read()
  const response = await save({ ...json, ...(fields.includes('body') ? {} : { search_first: false }) })
  expect(response.status).toBe(400)
  const { error } = (await response.json()) as { error: { code: string; fields: Record<string, string> } }
  expect(error.code).toBe('invalid-input')
  expect(Object.keys(error.fields).toSorted()).toEqual(fields.toSorted())
  expect((await read()).settings).toEqual(before.settings)
})

it('goes back to what the instance says when a setting is null', async () => {
  await save({ tz: 'Asia/Tokyo' })
  await save({ tz: null })
  expect((await read()).settings.tz).toBe('UTC')
})
