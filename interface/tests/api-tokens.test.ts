import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { database, purgeEndedApiTokens } from '@dcs/shared/db'
import { DEMO } from '@dcs/discord-twin'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ApiTokens } from '../src/lib/api-types.ts'
import { serverSide } from '../src/lib/server-side.ts'
import { newApiToken } from '../src/server/api-tokens.ts'
import { apiRoutesInCode } from './access-matrix/code-routes.ts'
import { addClip, ask, BYTES, CHANNELS, ORIGIN, signIn, startTestInterface } from './test-interface.ts'

const GUIDE = path.resolve(import.meta.dirname, '../../docs/guides/api-tokens.md')
const squad = { id: DEMO.guilds.squad }

let stop: () => Promise<void>
let mara: string
let jonas: string
let clip: string
let staffClip: string

beforeAll(async () => {
  stop = (await startTestInterface()).stop
  mara = await signIn('mara')
  jonas = await signIn('jonas')
  clip = await addClip(CHANNELS.open, {}, BYTES)
  staffClip = await addClip(CHANNELS.staff, {}, BYTES)
})

afterAll(() => stop())

type Names = keyof ReturnType<typeof serverSide>['routes']
type Made = ApiTokens & { token: string }
const change = (name: Names, cookie: string, method: string, json?: unknown, params = {}) =>
  ask(name, '/x', { cookie, method, params, headers: { origin: ORIGIN }, ...(json === undefined ? {} : { json }) })
const make = async (cookie: string, scopes: string[], days = 30) => {
  const made = await change('createToken', cookie, 'POST', { name: 'backup', scopes, days })
  if (made.status !== 201) throw new Error(await made.text())
  return (await made.json()) as Made
}
const list = async (cookie: string) => (await (await ask('apiTokens', '/x', { cookie })).json()) as ApiTokens
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const sql = (text: string, values: unknown[] = []) => database().$client.query(text, values)
const ageBy = (id: string | undefined, column: string) =>
  sql(`update api_tokens set ${column} = now() - interval '1 second' where id = $1`, [id])
const problemOf = async (response: Response) => ({ status: response.status, body: await response.json() })

it('is made of 256 random bits, each digit of 62', () => {
  const tokens = Array.from({ length: 200 }, newApiToken)
  for (const token of tokens) expect(token).toMatch(/^dcs_[0-9A-Za-z]{43}$/)
  expect(new Set(tokens).size).toBe(200)
  expect(new Set(tokens.join('').replaceAll(/dcs_./g, '').split('')).size).toBe(62)
})

it('is shown once and stored only as its SHA-256', async () => {
  const made = await make(mara, ['clips:read'])
  expect(made.tokens[0]).toMatchObject({ name: 'backup', hint: made.token.slice(0, 8), scopes: ['clips:read'] })
  expect(JSON.stringify(await list(mara))).not.toContain(made.token)
  const { rows } = await sql('select t::text as row from api_tokens t')
  const stored = rows.map(({ row }: { row: string }) => row).join('\n')
  expect(stored).not.toContain(made.token)
  expect(stored).toContain(createHash('sha256').update(made.token).digest('hex'))
})

it('sees what its person sees, and no more', async () => {
  const own = await make(mara, ['clips:read'])
  const members = await make(jonas, ['clips:read'])
  const ids = async (token: string) => {
    const page = await ask('clips', '/api/clips', { headers: bearer(token) })
    return ((await page.json()) as { clips: { id: string }[] }).clips.map(({ id }) => id)
  }
  expect(await ids(own.token)).toEqual([staffClip, clip])
  expect(await ids(members.token)).toEqual([clip])
  const bytes = await ask('video', '/x', { headers: bearer(members.token), params: { id: clip } })
  expect(Buffer.from(await bytes.arrayBuffer()).equals(BYTES)).toBe(true)
  const hidden = await ask('clip', '/x', { headers: bearer(members.token), params: { id: staffClip } })
  expect(hidden.status).toBe(404)
})

it('speaks for its own person even when a cookie of another comes along', async () => {
  const { token } = await make(jonas, ['clips:read'])
  const answer = await ask('clip', '/x', { cookie: mara, headers: bearer(token), params: { id: staffClip } })
  expect(answer.status).toBe(404)
})

it('changes things without an Origin, because no browser sends it by itself', async () => {
  const { token } = await make(mara, ['guild:manage'])
  const answer = await ask('changeGuildAccess', '/x', {
    method: 'PATCH',
    headers: bearer(token),
    params: squad,
    json: { keep_message_text: true },
  })
  expect(answer.status).toBe(200)
  const audit = await ask('audit', '/x', { headers: bearer(token), params: squad })
  expect(await audit.json()).toMatchObject({ entries: [{ action: 'settings.change', via: 'api-token' }] })
})

it('refuses what its scopes do not name, and says which one is missing', async () => {
  const { token } = await make(mara, ['clips:read', 'scans:write'])
  const scans = await ask('scans', '/x', { headers: bearer(token), params: squad })
  expect(await problemOf(scans)).toEqual({
    status: 403,
    body: { error: { code: 'forbidden', message: 'This token may not do this: it lacks the scope scans:read.' } },
  })
  const access = await ask('guildAccess', '/x', { headers: bearer(token), params: squad })
  expect(access.status).toBe(403)
})

it('answers no route without a scope, whatever scopes the token has', async () => {
  const { token } = await make(mara, ['clips:read', 'clips:write', 'scans:read', 'scans:write', 'guild:manage'])
  const closed = apiRoutesInCode().filter(({ handler }) => scopeOf(handler) === undefined && !isPublic(handler))
  expect(closed.map(({ handler }) => handler)).toEqual(
    expect.arrayContaining(['createToken', 'revokeToken', 'eraseMe']),
  )
  for (const { handler, method } of closed) {
    const answer = await ask(handler as Names, '/x', { method, headers: { ...bearer(token), origin: ORIGIN } })
    expect([handler, answer.status]).toEqual([handler, 403])
  }
})

it('signs nobody in', async () => {
  const { token } = await make(mara, ['guild:manage'])
  const session = await ask('auth', '/api/auth/get-session', { headers: bearer(token) })
  expect(await session.json()).toBeNull()
  expect(session.headers.getSetCookie()).toEqual([])
})

it('opens no page', async () => {
  const { token } = await make(mara, ['clips:read'])
  const page = await serverSide().pages.clip(new Headers({ ...bearer(token), cookie: mara }), clip)
  expect(page).toEqual({ outcome: 'signed-out' })
})

it('says the same of unknown, revoked, expired and malformed tokens, after the same statements', async () => {
  const expired = await make(mara, ['clips:read'])
  await ageBy(expired.tokens[0]?.id, 'expires_at')
  const revoked = await make(mara, ['clips:read'])
  const ended = await change('revokeToken', mara, 'DELETE', {}, { token: revoked.tokens[0]?.id })
  expect(ended.status).toBe(200)
  const ofErased = `dcs_${'x'.repeat(43)}`
  const answers = new Map<string, unknown>()
  for (const token of [newApiToken(), revoked.token, expired.token, ofErased]) {
    const statements = await countStatements(async () => {
      answers.set(token, await problemOf(await ask('clips', '/api/clips', { headers: bearer(token) })))
    })
    expect(statements).toBe(1)
  }
  for (const token of ['', 'dcs_', 'x'.repeat(400), `dcs_${'x'.repeat(400)}`, "dcs_' or 1=1 --"])
    answers.set(token, await problemOf(await ask('clips', '/api/clips', { headers: bearer(token) })))
  expect(new Set([...answers.values()].map((answer) => JSON.stringify(answer)))).toEqual(
    new Set([JSON.stringify({ status: 401, body: { error: { code: 'unauthenticated', message: 'Sign in first.' } } })]),
  )
})

it('takes as long for an unknown token as for a revoked one', { timeout: 60_000 }, async () => {
  const revoked = await make(mara, ['clips:read'])
  await change('revokeToken', mara, 'DELETE', {}, { token: revoked.tokens[0]?.id })
  const times: Record<'unknown' | 'revoked', number[]> = { unknown: [], revoked: [] }
  for (let round = 0; round < 300; round++)
    for (const kind of ['unknown', 'revoked'] as const) {
      const token = kind === 'unknown' ? newApiToken() : revoked.token
      const startedAt = performance.now()
      await ask('clips', '/api/clips', { headers: bearer(token) })
      times[kind].push(performance.now() - startedAt)
    }
  const median = (list: number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0
  const ratio = median(times.unknown) / median(times.revoked)
  expect(ratio).toBeGreaterThan(0.5)
  expect(ratio).toBeLessThan(2)
})

it('stops at once when it is revoked, by its own person alone', async () => {
  const { token, tokens } = await make(mara, ['clips:read'])
  const params = { token: tokens[0]?.id }
  expect((await change('revokeToken', jonas, 'DELETE', {}, params)).status).toBe(404)
  expect((await ask('clips', '/api/clips', { headers: bearer(token) })).status).toBe(200)
  expect((await change('revokeToken', mara, 'DELETE', {}, params)).status).toBe(200)
  expect((await ask('clips', '/api/clips', { headers: bearer(token) })).status).toBe(401)
  expect((await change('revokeToken', mara, 'DELETE', {}, params)).status).toBe(404)
})

it('remembers when it was used last', async () => {
  const { token, tokens } = await make(jonas, ['clips:read'])
  expect(tokens[0]?.lastUsedAt).toBeNull()
  await ask('clips', '/api/clips', { headers: bearer(token) })
  expect((await list(jonas)).tokens[0]?.lastUsedAt).toMatch(/^\d{4}-/)
})

it('lives for 1 to 365 days, for scopes that exist', async () => {
  const tried = async (json: unknown) => (await change('createToken', mara, 'POST', json)).status
  const good = { name: 'x', scopes: ['clips:read'], days: 1 }
  for (const days of [0, 366, 1.5, '30', null]) expect(await tried({ ...good, days })).toBe(400)
  for (const scopes of [[], ['*'], ['clips:read', 'admin'], 'clips:read'])
    expect(await tried({ ...good, scopes })).toBe(400)
  for (const name of ['', '   ', 'x'.repeat(81)]) expect(await tried({ ...good, name })).toBe(400)
})

it('is made by our own pages alone', async () => {
  const json = { name: 'x', scopes: ['clips:read'], days: 1 }
  const foreign = await ask('createToken', '/x', {
    cookie: mara,
    method: 'POST',
    json,
    headers: { origin: 'https://evil.example' },
  })
  expect(foreign.status).toBe(403)
})

it('leaves a record of making and revoking, without the token', async () => {
  const { token, tokens } = await make(jonas, ['clips:read', 'scans:read'], 7)
  await change('revokeToken', jonas, 'DELETE', {}, { token: tokens[0]?.id })
  const { rows } = await sql(
    `select actor_id, guild_id, action, details from audit_log where target = $1 order by id`,
    [tokens[0]?.id],
  )
  expect(rows).toMatchObject([
    { actor_id: DEMO.people.jonas, guild_id: null, action: 'api-token.create', details: { name: 'backup' } },
    { actor_id: DEMO.people.jonas, guild_id: null, action: 'api-token.revoke' },
  ])
  expect(JSON.stringify(rows)).not.toContain(token)
})

it('is one of 20 at most, also when many are made at once', async () => {
  await sql('delete from api_tokens')
  const json = { name: 'x', scopes: ['clips:read'], days: 1 }
  const answers = await Promise.all(Array.from({ length: 24 }, () => change('createToken', mara, 'POST', json)))
  const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length
  expect([count(201), count(409)]).toEqual([20, 4])
})

it('has every route and its scope in the guide', () => {
  const guide = fs.readFileSync(GUIDE, 'utf8')
  const listed = [...guide.matchAll(/^\| `([A-Z]+ \/api\/\S+)` \| `([a-z:]+)` \|/gm)].map(
    ([, id, scope]) => `${id} ${scope}`,
  )
  const inCode = apiRoutesInCode().flatMap(({ id, handler }) => {
    const scope = scopeOf(handler)
    return scope === undefined ? [] : [`${id} ${scope}`]
  })
  expect(listed.toSorted()).toEqual(inCode.toSorted())
})

it('forgets tokens three months after they ended', async () => {
  const query = (text: string) => database().$client.query<{ name: string }>(text)
  await query(`
    with person as (insert into users (discord_user_id, username) values ('1', 'somebody') returning discord_user_id as id)
    insert into api_tokens (hash, hint, user_id, name, scopes, expires_at, revoked_at)
    select md5(name), 'dcs_', id, name, '{clips:read}', now() + expires, now() + revoked
    from person, (values ('works', interval '1 day', null::interval), ('ended', '-89 days', null), ('long ended', '-91 days', null),
      ('long revoked', '1 day', '-91 days')) as given(name, expires, revoked)`)
  expect(await purgeEndedApiTokens()).toBe(2)
  const { rows } = await query(`select name from api_tokens where user_id = '1' order by name`)
  expect(rows.map(({ name }) => name)).toEqual(['ended', 'works'])
})

function scopeOf(handler: string): string | undefined {
  return (serverSide().routes[handler as Names] as { scope?: string }).scope
}

/** For anybody, signed in or not, and for the browser that returns from Discord. */
function isPublic(handler: string): boolean {
  return ['auth', 'health', 'installed'].includes(handler)
}

/** How many statements are sent to the database meanwhile, those of the counting of requests left out. */
async function countStatements(work: () => Promise<void>): Promise<number> {
  const client = database().$client
  const { query } = client
  let count = 0
  client.query = function (this: typeof client, ...args: Parameters<typeof query>) {
    const [first] = args as unknown as [string | { text: string }]
    if (/api_tokens/.test(typeof first === 'string' ? first : first.text)) count++
    return query.apply(this, args)
  } as typeof query
  try {
    await work()
  } finally {
    client.query = query
  }
  return count
}
