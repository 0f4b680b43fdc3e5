import { database, purgeExpiredSessions } from '@dcs/shared/db'
import { DEMO } from '@dcs/discord-twin'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Sessions } from '../src/lib/api-types.ts'
import { getContext } from '../src/server/context.ts'
import { findDiscordToken } from '../src/server/discord-account.ts'
import { ask, ORIGIN, signIn, startTestInterface } from './test-interface.ts'

const { mara } = DEMO.people

let twin: Awaited<ReturnType<typeof startTestInterface>>['twin']
let stop: () => Promise<void>

beforeAll(async () => {
  const started = await startTestInterface()
  twin = started.twin
  stop = started.stop
})

afterAll(() => stop())

beforeEach(async () => {
  await sql('delete from auth.session')
  twin.faults.removeAll()
})

const sql = (text: string, values: unknown[] = []) => database().$client.query(text, values)
const start = (json: unknown) =>
  ask('auth', '/api/auth/sign-in/social', { method: 'POST', headers: { origin: ORIGIN }, json })
const isSignedIn = async (cookie: string) => (await ask('guilds', '/x', { cookie })).status === 200
const list = async (cookie: string) => ((await (await ask('sessions', '/x', { cookie })).json()) as Sessions).sessions
const end = (name: 'endOneSession' | 'endAllSessions', cookie: string, params = {}) =>
  ask(name, '/x', { cookie, method: 'DELETE', params, headers: { origin: ORIGIN } })
const tokensOf = async (userId: string) =>
  (
    await sql(
      'select access_token, refresh_token, access_token_expires_at as until from auth.account where account_id = $1',
      [userId],
    )
  ).rows[0]
/** The tokens of somebody are about to expire, and the check once a minute has not seen it yet. */
const expire = (userId: string) =>
  sql(`update auth.account set access_token_expires_at = now() + interval '1 minute' where account_id = $1`, [userId])

it('goes to Discord with PKCE, a state and the scopes it needs, and nowhere else', async () => {
  const { url } = (await (await start({ provider: 'discord', callbackURL: '/' })).json()) as { url: string }
  const { origin, pathname, searchParams } = new URL(url)
  expect(origin + pathname).toBe(twin.oauthAuthorizeUrl)
  expect(Object.fromEntries(searchParams)).toMatchObject({
    client_id: twin.clientId,
    response_type: 'code',
    scope: 'identify guilds',
    code_challenge_method: 'S256',
    redirect_uri: `${ORIGIN}/api/auth/callback/discord`,
  })
  expect(searchParams.get('state')?.length).toBeGreaterThanOrEqual(32)
  expect(searchParams.get('code_challenge')?.length).toBe(43)
})

it.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/%5c\\evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  `${ORIGIN}.evil.example/`,
  'servers',
  '',
])('returns to no address but its own paths: not to %j', async (address) => {
  for (const name of ['callbackURL', 'errorCallbackURL'])
    expect([name, (await start({ provider: 'discord', [name]: address })).status]).toEqual([name, 400])
})

it('returns to the page that was asked for, with all of its query', async () => {
  const path = '/api/install/callback?state=abc_DEF-123&guild_id=200000000000000001'
  const started = await start({ provider: 'discord', callbackURL: path })
  const { url } = (await started.json()) as { url: string }
  const finished = await ask('auth', await consent(url, mara), { cookie: cookieOf(started) })
  expect(finished.headers.get('location')).toBe(path)
})

it('takes an answer only from the browser that began, with its state, and once', async () => {
  const mine = await start({ provider: 'discord', callbackURL: '/' })
  const { url } = (await mine.json()) as { url: string }
  const callback = await consent(url, mara)
  const forged = new URL(callback)
  forged.searchParams.set('state', 'x'.repeat(32))
  const tries = [await ask('auth', callback), await ask('auth', forged.href, { cookie: cookieOf(mine) })]
  for (const refused of tries) {
    expect(refused.headers.get('location')).toMatch(/^(http:\/\/127\.0\.0\.1:3000)?\/sign-in-failed/)
    expect(refused.headers.getSetCookie().join()).not.toContain('session_token=ey')
  }
  expect((await sql('select 1 from auth.session')).rows).toEqual([])
})

it('answers nothing of the sign-in library that is not used', async () => {
  const cookie = await signIn('mara')
  const paths: [string, string][] = [
    ['GET', 'list-sessions'],
    ['GET', 'list-accounts'],
    ['GET', 'account-info'],
    ['POST', 'get-access-token'],
    ['POST', 'refresh-token'],
    ['POST', 'update-user'],
    ['POST', 'delete-user'],
    ['POST', 'link-social'],
    ['POST', 'unlink-account'],
    ['POST', 'sign-up/email'],
    ['POST', 'sign-in/email'],
    ['POST', 'revoke-sessions'],
    ['POST', 'callback/discord'],
    ['GET', 'callback/other'],
    ['GET', 'error'],
  ]
  for (const [method, path] of paths) {
    const options = method === 'POST' ? { json: {}, headers: { origin: ORIGIN } } : {}
    expect([path, (await ask('auth', `/api/auth/${path}`, { method, cookie, ...options })).status]).toEqual([path, 404])
  }
})

it('stores the tokens of Discord encrypted', async () => {
  await signIn('mara')
  const stored = await tokensOf(mara)
  const token = await findDiscordToken(mara)
  expect(token).toBeTruthy()
  expect(JSON.stringify(stored)).not.toContain(token)
  const answer = await fetch(`${twin.apiUrl}/v10/users/@me`, { headers: { authorization: `Bearer ${token}` } })
  expect(await answer.json()).toMatchObject({ id: mara })
})

it('gives each sign-in a session of its own, and ends the one that the browser had', async () => {
  const first = await signIn('mara')
  const started = await start({ provider: 'discord', callbackURL: '/' })
  const { url } = (await started.json()) as { url: string }
  const finished = await ask('auth', await consent(url, mara), {
    cookie: `${first.replace('better-auth.state=; ', '')}; ${cookieOf(started)}`,
  })
  const second = cookieOf(finished)
  expect(await isSignedIn(second)).toBe(true)
  expect(await isSignedIn(first)).toBe(false)
  expect(await list(second)).toHaveLength(1)
})

it('lists the browsers somebody is signed in with, this one first, and none of others', async () => {
  const here = await signIn('mara')
  await signIn('mara')
  await signIn('jonas')
  await sql(`update auth.session set user_agent = $1, ip_address = '192.0.2.7'`, [
    'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  ])
  const found = await list(here)
  expect(found.map(({ isThis, device, address }) => ({ isThis, device, address }))).toEqual([
    { isThis: true, device: 'Firefox on Linux', address: '192.0.2.7' },
    { isThis: false, device: 'Firefox on Linux', address: '192.0.2.7' },
  ])
  const { rows } = await sql('select token from auth.session')
  for (const { token } of rows) expect(JSON.stringify(found)).not.toContain(token)
})

it('ends one session at once, of its own person alone', async () => {
  const [here, there, other] = [await signIn('mara'), await signIn('mara'), await signIn('jonas')]
  const id = (await list(here)).find(({ isThis }) => !isThis)?.id
  expect((await end('endOneSession', other, { session: id })).status).toBe(404)
  expect(await isSignedIn(there)).toBe(true)
  expect((await end('endOneSession', here, { session: id })).status).toBe(200)
  expect(await isSignedIn(there)).toBe(false)
  expect(await isSignedIn(here)).toBe(true)
  expect((await end('endOneSession', here, { session: id })).status).toBe(404)
  const { rows } = await sql(`select actor_id, action from audit_log where target = $1`, [id])
  expect(rows).toEqual([{ actor_id: mara, action: 'session.end' }])
})

it('signs out everywhere, and nobody else', async () => {
  const [here, there, other] = [await signIn('mara'), await signIn('mara'), await signIn('jonas')]
  expect(await (await end('endAllSessions', here)).json()).toEqual({ ended: 2 })
  expect([await isSignedIn(here), await isSignedIn(there), await isSignedIn(other)]).toEqual([false, false, true])
})

it('signs out this browser', async () => {
  const [here, there] = [await signIn('mara'), await signIn('mara')]
  const out = await ask('auth', '/api/auth/sign-out', {
    method: 'POST',
    cookie: here,
    headers: { origin: ORIGIN },
    json: {},
  })
  expect(out.status).toBe(200)
  expect([await isSignedIn(here), await isSignedIn(there)]).toEqual([false, true])
})

it('renews the tokens of Discord before they expire, once for many at a time', async () => {
  await signIn('mara')
  const before = await findDiscordToken(mara)
  await expire(mara)
  const renewed = await Promise.all(Array.from({ length: 8 }, () => findDiscordToken(mara)))
  expect(new Set(renewed).size).toBe(1)
  expect(renewed[0]).not.toBe(before)
  const { until } = await tokensOf(mara)
  expect(until.getTime()).toBeGreaterThan(Date.now() + 6 * 24 * 3_600_000)
  const answer = await fetch(`${twin.apiUrl}/v10/users/@me`, { headers: { authorization: `Bearer ${renewed[0]}` } })
  expect(await answer.json()).toMatchObject({ id: mara })
})

it('signs somebody out everywhere when Discord refuses to renew, and nobody else', async () => {
  const { theo } = DEMO.people
  const [here, there, other] = [await signIn('theo'), await signIn('theo'), await signIn('mara')]
  await revokeAtDiscord(theo)
  await expire(theo)
  expect([await isSignedIn(here), await isSignedIn(there), await isSignedIn(other)]).toEqual([false, false, true])
  expect(await tokensOf(theo)).toEqual({ access_token: null, refresh_token: null, until: null })
  expect(await isSignedIn(await signIn('theo'))).toBe(true)
})

it('keeps everybody signed in while Discord cannot be asked to renew', async () => {
  const cookie = await signIn('lena')
  await expire(DEMO.people.lena)
  const fault = twin.faults.add({ kind: 'server-error', route: 'POST /oauth2/token' })
  expect(await isSignedIn(cookie)).toBe(true)
  await expect(findDiscordToken(DEMO.people.lena)).rejects.toMatchObject({ code: 'unavailable' })
  fault.remove()
  expect(await findDiscordToken(DEMO.people.lena)).toBeTruthy()
})

it('lets nobody wait long for a Discord that does not answer', async () => {
  const cookie = await signIn('lena')
  await expire(DEMO.people.lena)
  const fault = twin.faults.add({ kind: 'hold', route: 'POST /oauth2/token' })
  let isAnswered = false
  const renewing = findDiscordToken(DEMO.people.lena).finally(() => (isAnswered = true))
  const seen = await Promise.all(Array.from({ length: 12 }, () => isSignedIn(cookie)))
  expect([seen.every(Boolean), isAnswered]).toEqual([true, false])
  fault.remove()
  expect(await renewing).toBeTruthy()
})

it('lets the time of a session start again, with its cookie, when the browser asks for that', async () => {
  const cookie = await signIn('mara')
  await sql(`update auth.session set expires_at = now() + interval '20 days'`)
  const daysLeft = async () =>
    (await sql(`select round(extract(epoch from expires_at - now()) / 86400)::int as days from auth.session`)).rows[0]
  expect(await isSignedIn(cookie)).toBe(true)
  expect(await daysLeft()).toEqual({ days: 20 })
  const answer = await ask('auth', '/api/auth/get-session', { cookie })
  expect(answer.headers.getSetCookie().join()).toMatch(/session_token=[^;]+; Max-Age=2592000/)
  expect(await daysLeft()).toEqual({ days: 30 })
})

it('forgets sessions that are over', async () => {
  const [over, working] = [await signIn('mara'), await signIn('lena')]
  await sql(
    `update auth.session set expires_at = now() - interval '1 second'
    where user_id = (select id from auth."user" where discord_user_id = $1)`,
    [mara],
  )
  await purgeExpiredSessions()
  expect((await sql('select from auth.session')).rowCount).toBe(1)
  expect([await isSignedIn(over), await isSignedIn(working)]).toEqual([false, true])
})

it('makes nobody pay for a wrong client secret', async () => {
  const cookie = await signIn('sam')
  await expire(DEMO.people.sam)
  const { discord } = (await getContext()).config
  discord.clientSecret = 'wrong'
  expect(await isSignedIn(cookie)).toBe(true)
  await expect(findDiscordToken(DEMO.people.sam)).rejects.toMatchObject({ code: 'unavailable' })
  discord.clientSecret = twin.clientSecret
  expect(await findDiscordToken(DEMO.people.sam)).toBeTruthy()
})

/** Says yes at Discord's page; the address it sends the browser to. */
async function consent(url: string, userId: string): Promise<string> {
  const answer = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ user_id: userId }),
    redirect: 'manual',
  })
  return answer.headers.get('location') ?? ''
}

/** Somebody takes away in Discord what they allowed. */
async function revokeAtDiscord(userId: string): Promise<void> {
  const token = await findDiscordToken(userId)
  const { clientId, clientSecret } = twin
  await fetch(`${twin.apiUrl}/v10/oauth2/token/revoke`, {
    method: 'POST',
    body: new URLSearchParams({ token: token ?? '', client_id: clientId, client_secret: clientSecret }),
  })
}

function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0] ?? '')
    .filter((cookie) => !cookie.endsWith('='))
    .join('; ')
}
