import { requireToken, loadConfig } from '@dcs/shared/config'
import { database } from '@dcs/shared/db'
import { tokenKey } from '@dcs/shared/discord'
import { DEMO } from '@dcs/discord-twin'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { GuildScans } from '../src/lib/api-types.ts'
import { ask, signIn, startTestInterface } from './test-interface.ts'

let stop: () => Promise<void>
let owner: string
let member: string
const squad = { id: DEMO.guilds.squad }

beforeAll(async () => {
  const started = await startTestInterface()
  stop = started.stop
  owner = await signIn('mara')
  member = await signIn('sam')
})

afterAll(() => stop())

const read = async (cookie: string) =>
  (await (await ask('scans', '/x', { cookie, params: squad })).json()) as GuildScans

it('tells managers, and only them, that Discord refused too many requests and nothing is sent', async () => {
  expect((await read(owner)).manager?.budget?.stopped ?? null).toBeNull()
  const key = tokenKey(requireToken(loadConfig()))
  const { $client: client } = database()
  await client.query(`insert into rate_slots (token, slot) values ($1, 1) on conflict do nothing`, [key])
  await client.query(
    `insert into rate_minutes (token, minute, priority, requests, invalid) values ($1, date_trunc('minute', now()), 'backfill', 6000, 6000)
     on conflict (token, minute, priority) do update set invalid = 6000`,
    [key],
  )
  const { budget } = (await read(owner)).manager!
  expect(budget?.stopped?.reason).toContain('Discord refused too many requests')
  expect(Date.parse(budget?.stopped?.until ?? '')).toBeGreaterThan(Date.now())
  expect((await read(member)).manager).toBeNull()
})
