import { database, markGuildLeft, putMember, syncGuilds } from '@dcs/shared/db'
import { DEMO } from '@dcs/discord-twin'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { GuildServer } from '../src/lib/api-types.ts'
import { CHANNELS, ORIGIN, ask, hearEveryChange, signIn, startTestInterface } from './test-interface.ts'

const { squad } = DEMO.guilds
const { mara, jonas, nils, aiko } = DEMO.people
const HELPERS = '300000000000000077'
const MANAGE = 1n << 5n
const READ = (1n << 10n) | (1n << 16n)

let twin: Awaited<ReturnType<typeof startTestInterface>>['twin']
let stop: () => Promise<void>
const cookies: Record<string, string> = {}

beforeAll(async () => {
  const started = await startTestInterface()
  twin = started.twin
  stop = started.stop
  twin.world.setRole(squad, { id: HELPERS, name: 'Helpers', permissions: MANAGE, position: 3 })
  for (const person of ['mara', 'jonas', 'nils', 'aiko', 'guest'] as const) cookies[person] = await signIn(person)
})

afterAll(() => stop())

beforeEach(async () => {
  twin.faults.removeAll()
  await sql('update bot_guilds set owner_user_id = null, left_at = null')
  await sql('delete from audit_log')
  for (const id of [jonas, nils]) twin.world.setMember(squad, id, [HELPERS])
  twin.world.setMember(squad, aiko, [])
  await store()
})

const sql = (text: string, values: unknown[] = []) => database().$client.query(text, values)
type Change = 'claimGuild' | 'unclaimGuild' | 'transferGuild'
const change = (name: Change, person: string, json?: unknown, guildId: string = squad) =>
  ask(name, '/x', {
    cookie: cookies[person] ?? '',
    method: name === 'unclaimGuild' ? 'DELETE' : 'POST',
    params: { id: guildId },
    headers: { origin: ORIGIN },
    ...(json === undefined ? {} : { json }),
  })
const claim = (person: string) => change('claimGuild', person)
const holder = async () =>
  (await sql('select owner_user_id from bot_guilds where guild_id = $1', [squad])).rows[0].owner_user_id
const records = async () => (await sql('select actor_id, action, guild_id, details from audit_log order by id')).rows
const look = async (person: string) =>
  (await (
    await ask('guildServer', '/x', { cookie: cookies[person] ?? '', params: { id: squad } })
  ).json()) as GuildServer
const messageOf = async (response: Response) =>
  ((await response.json()) as { error: { message: string } }).error.message

it('gives the server to a manager who claims it, names them, and writes it down', async () => {
  const answer = await claim('jonas')
  expect(answer.status).toBe(201)
  expect(await answer.json()).toMatchObject({ holder: { userId: jonas, isYou: true } })
  expect(await holder()).toBe(jonas)
  expect((await look('nils')).holder).toMatchObject({ userId: jonas, isYou: false })
  expect(await records()).toEqual([
    { actor_id: jonas, action: 'guild.claim', guild_id: squad, details: { from: null, to: jonas } },
  ])
})

it('refuses a member who does not manage the server', async () => {
  expect((await claim('aiko')).status).toBe(403)
  expect(await holder()).toBeNull()
})

it('refuses a stranger as if the server did not exist', async () => {
  const known = await change('claimGuild', 'guest')
  const unknown = await change('claimGuild', 'guest', undefined, '299999999999999999')
  expect([known.status, await messageOf(known)]).toEqual([404, await messageOf(unknown)])
})

it('refuses somebody who just lost the right, though nothing stored says so yet', async () => {
  expect((await look('jonas')).guild.canManage).toBe(true)
  twin.world.setMember(squad, jonas, [])
  const answer = await claim('jonas')
  expect(answer.status).toBe(403)
  expect(await holder()).toBeNull()
})

it('refuses somebody who was just thrown out', async () => {
  await look('nils')
  twin.world.removeMember(squad, nils)
  expect((await claim('nils')).status).toBe(403)
  expect(await holder()).toBeNull()
  twin.world.setMember(squad, nils, [HELPERS])
})

it('refuses when the role lost the right, though nothing stored says so yet', async () => {
  await look('jonas')
  twin.world.setRole(squad, { id: HELPERS, name: 'Helpers', permissions: 0n, position: 3 })
  expect((await claim('jonas')).status).toBe(403)
  twin.world.setRole(squad, { id: HELPERS, name: 'Helpers', permissions: MANAGE, position: 3 })
})

it('refuses where the bot is not any more, though nothing stored says so yet', async () => {
  await look('mara')
  twin.world.removeBot(squad)
  const answer = await claim('mara')
  expect([answer.status, await messageOf(answer)]).toEqual([409, expect.stringContaining('bot is not in this server')])
  expect(await holder()).toBeNull()
  twin.world.joinBot(squad, [])
})

it('refuses where the bot has left', async () => {
  await markGuildLeft(squad)
  expect([404, 409]).toContain((await claim('mara')).status)
  expect(await holder()).toBeNull()
})

it('takes no answer of Discord for no proof', async () => {
  await look('jonas')
  twin.faults.add({ kind: 'server-error', route: 'GET /guilds/{guild_id}' })
  const answer = await claim('jonas')
  expect(answer.status).toBe(503)
  expect(await holder()).toBeNull()
})

it('has one winner when several claim at once', async () => {
  const people = ['mara', 'jonas', 'nils']
  const answers = await Promise.all([...people, ...people].map(claim))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(5)
  expect(await records()).toHaveLength(1)
  expect((await records())[0].actor_id).toBe(await holder())
})

it('refuses a server that somebody else holds, and says who', async () => {
  await claim('jonas')
  const answer = await claim('nils')
  expect([answer.status, await messageOf(answer)]).toEqual([409, expect.stringMatching(/Jonas.* has claimed/i)])
  expect(await holder()).toBe(jonas)
})

it('lets another manager claim when the holder does not manage the server any more', async () => {
  await claim('jonas')
  twin.world.setMember(squad, jonas, [])
  expect((await claim('nils')).status).toBe(201)
  expect(await holder()).toBe(nils)
  expect((await records()).at(-1)).toMatchObject({ details: { from: jonas, to: nils } })
})

it('hands the server to another manager, with proof for both', async () => {
  await claim('jonas')
  const answer = await change('transferGuild', 'jonas', { userId: nils })
  expect(answer.status).toBe(200)
  expect(await holder()).toBe(nils)
  expect((await records()).at(-1)).toEqual({
    actor_id: jonas,
    action: 'guild.transfer',
    guild_id: squad,
    details: { from: jonas, to: nils },
  })
})

it('hands the server to nobody who does not manage it, or never signed in, and says the same of both', async () => {
  await claim('jonas')
  const said = new Set<string>()
  for (const userId of [aiko, DEMO.people.vik, '299999999999999999']) {
    const answer = await change('transferGuild', 'jonas', { userId })
    expect(answer.status).toBe(409)
    said.add(await messageOf(answer))
  }
  expect(said.size).toBe(1)
  expect(await holder()).toBe(jonas)
})

it('lets nobody hand over what they do not hold, nor a holder who lost the right', async () => {
  await claim('jonas')
  expect((await change('transferGuild', 'nils', { userId: nils })).status).toBe(403)
  await look('jonas')
  twin.world.setMember(squad, jonas, [])
  expect((await change('transferGuild', 'jonas', { userId: nils })).status).toBe(403)
  expect(await holder()).toBe(jonas)
})

it('hands over once when it is asked twice at once', async () => {
  await claim('jonas')
  const answers = await Promise.all([nils, mara].map((userId) => change('transferGuild', 'jonas', { userId })))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect((await records()).filter(({ action }) => action === 'guild.transfer')).toHaveLength(1)
})

it('is given up by its holder alone', async () => {
  await claim('jonas')
  expect((await change('unclaimGuild', 'nils')).status).toBe(403)
  expect((await change('unclaimGuild', 'jonas')).status).toBe(200)
  expect(await holder()).toBeNull()
  expect((await records()).at(-1)).toMatchObject({ actor_id: jonas, action: 'guild.unclaim' })
  expect((await change('unclaimGuild', 'jonas')).status).toBe(403)
})

it('lets only the holder ask for a claimed server to be erased', async () => {
  await claim('jonas')
  const purge = (person: string) =>
    ask('requestPurge', '/x', {
      cookie: cookies[person] ?? '',
      method: 'POST',
      params: { id: squad },
      headers: { origin: ORIGIN },
      json: { confirm: 'The Night Squad' },
    })
  const refused = await purge('nils')
  expect([refused.status, await messageOf(refused)]).toEqual([
    403,
    expect.stringMatching(/Jonas.* claimed this server/i),
  ])
  expect((await purge('jonas')).status).toBe(202)
})

it('shows managers whom they can hand it to, and what the bot lacks', async () => {
  await claim('jonas')
  for (const [id, roleIds] of [
    [mara, []],
    [nils, [HELPERS]],
    [aiko, []],
  ] as const)
    await putMember(squad, id, { roleIds: [...roleIds], isPending: false, timeoutUntil: null })
  const page = await look('jonas')
  expect(page.candidates.map(({ userId }) => userId)).toEqual(expect.arrayContaining([mara, nils]))
  expect(page.candidates.map(({ userId }) => userId)).not.toContain(aiko)
  expect(page.missing).toEqual(['Connect'])
  expect(page.unreadable).toEqual({ names: [], total: 0 })
  expect((await look('mara')).unreadable).toEqual({ names: ['staff'], total: 1 })
  const member = await ask('guildServer', '/x', { cookie: cookies.aiko ?? '', params: { id: squad } })
  expect(member.status).toBe(403)
})

/** Stores the guild with the roles it has in Discord, as the bot does, and forgets what was known about its members. */
async function store(): Promise<void> {
  await sql('delete from guild_members')
  await hearEveryChange()
  const everyone = { id: squad, name: '@everyone', position: 0, permissions: String(READ) }
  const helpers = { id: HELPERS, name: 'Helpers', position: 3, permissions: String(MANAGE) }
  const closed = [{ id: squad, type: 'role' as const, allow: '0', deny: String(READ) }]
  await syncGuilds([
    {
      id: squad,
      name: 'The Night Squad',
      discordOwnerId: mara,
      roles: [everyone, helpers],
      channels: [
        { id: CHANNELS.open, name: 'open', type: 'text', position: 1, permissionOverwrites: [] },
        { id: CHANNELS.staff, name: 'staff', type: 'text', position: 2, permissionOverwrites: closed },
      ],
    },
  ])
}
