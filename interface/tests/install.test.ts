import { database, purgeExpiredInstallIntents } from '@dcs/shared/db'
import { BOT_PERMISSIONS } from '@dcs/shared/domain'
import { DEMO } from '@dcs/discord-twin'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { ServerList } from '../src/lib/api-types.ts'
import { ask, ORIGIN, signIn, startTestInterface } from './test-interface.ts'

const { squad } = DEMO.guilds
const target = DEMO.uninvited

let twin: Awaited<ReturnType<typeof startTestInterface>>['twin']
let stop: () => Promise<void>
let manager: string
let managerId: string
let other: string

beforeAll(async () => {
  const started = await startTestInterface()
  twin = started.twin
  stop = started.stop
  const person = (Object.keys(DEMO.people) as (keyof typeof DEMO.people)[]).find(
    (name) => twin.world.guilds.get(target)?.ownerId === DEMO.people[name],
  )
  if (!person) throw new Error('nobody owns the guild that the bot is not in')
  managerId = DEMO.people[person]
  manager = await signIn(person)
  other = await signIn(person === 'jonas' ? 'nils' : 'jonas')
})

afterAll(() => stop())

beforeEach(async () => {
  await sql('delete from install_intents')
  await sql(`delete from audit_log`)
  twin.faults.removeAll()
})

const sql = (text: string, values: unknown[] = []) => database().$client.query(text, values)
const begin = async (cookie: string, guildId: string | null = target): Promise<URL> => {
  const answer = await ask('startInstall', '/api/install', {
    cookie,
    method: 'POST',
    headers: { origin: ORIGIN },
    json: { guildId },
  })
  if (answer.status !== 201) throw new Error(await answer.text())
  return new URL(((await answer.json()) as { url: string }).url)
}
const comeBack = async (address: string, cookie?: string): Promise<string> => {
  const answer = await ask('installed', address, cookie === undefined ? {} : { cookie })
  expect(answer.status).toBe(303)
  return answer.headers.get('location') ?? ''
}
const back = (url: URL, more: Record<string, string> = { guild_id: target }) =>
  `/api/install/callback?${new URLSearchParams({ state: url.searchParams.get('state') ?? '', ...more })}`
const intents = async () => (await sql('select * from install_intents')).rows
const records = async () => (await sql('select guild_id, actor_id, action, target from audit_log order by id')).rows
const STALE = '/servers?invitation=stale'

it('asks Discord for the bot, its commands and exactly the permissions it needs, in the server that was chosen', async () => {
  const { origin, pathname, searchParams } = await begin(manager)
  expect(origin + pathname).toBe(twin.oauthAuthorizeUrl)
  const { state, ...rest } = Object.fromEntries(searchParams)
  expect(rest).toEqual({
    client_id: twin.clientId,
    scope: 'bot applications.commands',
    permissions: String((1 << 10) | (1 << 16) | (1 << 20)),
    response_type: 'code',
    redirect_uri: `${ORIGIN}/api/install/callback`,
    guild_id: target,
    disable_guild_select: 'true',
  })
  expect(Buffer.from(state ?? '', 'base64url')).toHaveLength(32)
  for (const { reason } of BOT_PERMISSIONS) expect(reason.length).toBeGreaterThan(20)
})

it('lets the server be chosen at Discord when none was', async () => {
  const url = await begin(manager, null)
  expect(url.searchParams.has('guild_id')).toBe(false)
  expect((await intents())[0]).toMatchObject({ guild_id: '', user_id: managerId })
})

it('brings the bot into the server and the person back, and spends the invitation', async () => {
  const url = await begin(manager)
  const consent = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ user_id: managerId, guild_id: target }),
    redirect: 'manual',
  })
  const location = consent.headers.get('location') ?? ''
  expect(twin.world.botGuilds.has(target)).toBe(true)
  expect(await comeBack(location, manager)).toBe(`/servers?added=${target}`)
  expect(await intents()).toEqual([])
  twin.world.removeBot(target)
})

it('keeps the invitation of somebody who is signed out until they have signed in', async () => {
  const url = await begin(manager)
  const location = await comeBack(back(url, { guild_id: target, code: 'secret-code' }))
  expect(await intents()).toHaveLength(1)
  const next = new URL(location, ORIGIN).searchParams.get('next') ?? ''
  expect(next).toMatch(/^\/api\/install\/callback\?/)
  expect(location).not.toContain('secret-code')
  expect(await comeBack(next, manager)).toBe(`/servers?added=${target}`)
})

it('refuses the state of another person, who can still use it', async () => {
  const url = await begin(manager)
  expect(await comeBack(back(url), other)).toBe(STALE)
  expect(await comeBack(back(url), manager)).toBe(`/servers?added=${target}`)
})

it('refuses a state that expired, as install_intent_expire_time says', async () => {
  const url = await begin(manager)
  const [{ lifetime }] = (
    await sql('select extract(epoch from expires_at - created_at)::int as lifetime from install_intents')
  ).rows
  expect(lifetime).toBe(600)
  await sql(`update install_intents set expires_at = (now() at time zone 'utc') - interval '1 second'`)
  expect(await comeBack(back(url), manager)).toBe(STALE)
})

it('refuses a state that was used', async () => {
  const url = await begin(manager)
  expect(await comeBack(back(url), manager)).toBe(`/servers?added=${target}`)
  expect(await comeBack(back(url), manager)).toBe(STALE)
})

it('takes a state once when two come back with it at once', async () => {
  const url = await begin(manager)
  const places = await Promise.all(Array.from({ length: 6 }, () => comeBack(back(url), manager)))
  expect(places.filter((place) => place !== STALE)).toEqual([`/servers?added=${target}`])
  expect(await records()).toHaveLength(1)
})

it('refuses a state that never was, or none', async () => {
  for (const query of [
    '',
    'state=',
    'state=x',
    `state=${'x'.repeat(43)}`,
    `state=${'x'.repeat(5000)}`,
    "state=' or 1=1 --",
  ])
    expect([query, await comeBack(`/api/install/callback?${query}`, manager)]).toEqual([query, STALE])
})

it('says so when the person said no, or another server was chosen', async () => {
  const declined = await begin(manager)
  expect(await comeBack(back(declined, { error: 'access_denied' }), manager)).toBe('/servers?invitation=declined')
  const elsewhere = await begin(manager)
  expect(await comeBack(back(elsewhere, { guild_id: squad }), manager)).toBe('/servers?invitation=other')
  expect(await intents()).toEqual([])
})

it('writes down what came of it for the person alone: what a browser says about a server is no proof', async () => {
  await comeBack(back(await begin(manager, null), { guild_id: squad }), manager)
  await comeBack(back(await begin(manager), { error: 'access_denied' }), manager)
  expect(await records()).toEqual([
    { guild_id: null, actor_id: managerId, action: 'bot.invite', target: squad },
    { guild_id: null, actor_id: managerId, action: 'bot.decline', target },
  ])
})

it('has ten invitations of a person under way at most, and never touches those of others', async () => {
  const first = await begin(other)
  for (let index = 0; index < 14; index++) await begin(manager)
  expect(await intents()).toHaveLength(11)
  expect(await comeBack(back(first), other)).toBe(`/servers?added=${target}`)
})

it('is begun by people who are signed in, from our own pages', async () => {
  const options = { method: 'POST', json: { guildId: target } }
  expect((await ask('startInstall', '/x', { ...options, headers: { origin: ORIGIN } })).status).toBe(401)
  const foreign = { ...options, cookie: manager, headers: { origin: 'https://evil.example' } }
  expect((await ask('startInstall', '/x', foreign)).status).toBe(403)
  const bad = { ...options, cookie: manager, headers: { origin: ORIGIN }, json: { guildId: '1; drop table' } }
  expect((await ask('startInstall', '/x', bad)).status).toBe(400)
  expect(await intents()).toEqual([])
})

it('is cleared away after it expired and the grace is over', async () => {
  await begin(manager)
  await begin(other)
  await sql(
    `update install_intents set expires_at = (now() at time zone 'utc') - interval '400 seconds' where user_id = $1`,
    [managerId],
  )
  expect(await purgeExpiredInstallIntents(300)).toBe(1)
  expect(await intents()).toHaveLength(1)
})

it('lists the servers where a person could add the bot: those they manage, where it is not', async () => {
  const list = async (cookie: string) => (await (await ask('servers', '/x', { cookie })).json()) as ServerList
  const mine = await list(manager)
  expect(mine.addable.map(({ id }) => id)).toContain(target)
  for (const { id } of mine.addable) {
    const guild = twin.world.guilds.get(id)
    expect(guild?.members.has(managerId)).toBe(true)
    expect(mine.servers.map((server) => server.id)).not.toContain(id)
  }
  expect((await list(other)).addable.map(({ id }) => id)).not.toContain(target)
})

it('asks Discord once a minute for the servers of a person', async () => {
  const cookie = await signIn('mara')
  await ask('servers', '/x', { cookie })
  const fault = twin.faults.add({ kind: 'server-error', route: 'GET /users/@me/guilds' })
  const again = (await (await ask('servers', '/x', { cookie })).json()) as ServerList
  expect([again.problem, fault.strikes]).toEqual([null, 0])
})

it('still shows the servers with the bot when Discord does not list the others', async () => {
  const cookie = await signIn('sam')
  twin.faults.add({ kind: 'server-error', route: 'GET /users/@me/guilds' })
  const list = (await (await ask('servers', '/x', { cookie })).json()) as ServerList
  expect(list.servers.map(({ id }) => id)).toContain(squad)
  expect(list).toMatchObject({ addable: [], problem: expect.stringContaining('Discord does not list your servers') })
})
