import { createHash } from 'node:crypto'
import { API } from '@discordjs/core'
import { REST } from '@discordjs/rest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO, type Twin } from '../src/index.ts'
import { startCheckedTwin } from './checked-twin.ts'

const redirect = 'http://127.0.0.1:9/callback'
const verifier = 'v'.repeat(50)

describe('signing in', () => {
  let twin: Twin

  beforeAll(async () => {
    twin = await startCheckedTwin()
  })
  afterAll(() => twin.close())

  const query = (changes: Record<string, string> = {}) =>
    new URLSearchParams({
      client_id: twin.clientId,
      response_type: 'code',
      redirect_uri: redirect,
      scope: 'identify guilds',
      state: 's1',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    })
  const choose = async (userId: string) => {
    const response = await fetch(`${twin.oauthAuthorizeUrl}?${query()}`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ user_id: userId }),
    })
    return new URL(response.headers.get('location')!)
  }
  const redeem = (code: string, changes: Record<string, string> = {}) =>
    fetch(`${twin.apiUrl}/v10/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirect,
        code_verifier: verifier,
        client_id: twin.clientId,
        client_secret: twin.clientSecret,
        ...changes,
      }),
    })

  it('shows who there is to be', async () => {
    const html = await (await fetch(`${twin.oauthAuthorizeUrl}?${query()}`)).text()
    expect(html).toContain('Continue as Mara')
    expect(html).not.toContain('Continue as Clip Saver')
  })

  it.each([
    ['client_id', '1', 'Unknown application'],
    ['redirect_uri', 'https://evil.example/cb', 'redirect_uri'],
    ['response_type', 'token', 'response_type'],
    ['scope', '', 'scope'],
  ])('refuses a bad %s', async (name, value, message) => {
    const response = await fetch(`${twin.oauthAuthorizeUrl}?${query({ [name]: value })}`)
    expect(response.status).toBe(400)
    expect(await response.text()).toContain(message)
  })

  it('gives a code that is good once and only with its verifier and client', async () => {
    const back = await choose(DEMO.people.mara)
    expect(back.searchParams.get('state')).toBe('s1')
    expect(
      (await redeem((await choose(DEMO.people.mara)).searchParams.get('code')!, { code_verifier: 'x'.repeat(50) }))
        .status,
    ).toBe(400)
    expect(
      (await redeem((await choose(DEMO.people.mara)).searchParams.get('code')!, { client_secret: 'x' })).status,
    ).toBe(401)
    const code = back.searchParams.get('code')!
    const tokens = (await (await redeem(code)).json()) as { access_token: string; refresh_token: string }
    expect((await redeem(code)).status).toBe(400)
    const me = async (path: string) =>
      (await fetch(`${twin.apiUrl}/v10${path}`, { headers: { authorization: `Bearer ${tokens.access_token}` } })).json()
    expect(await me('/users/@me')).toMatchObject({ id: DEMO.people.mara, global_name: 'Mara' })
    expect(await me('/users/@me/guilds')).toMatchObject([
      { id: DEMO.guilds.squad, owner: true, permissions: expect.stringMatching(/^\d+$/) },
      { id: DEMO.guilds.lan, owner: false },
      { id: DEMO.uninvited, owner: true },
    ])
    const refreshed = await redeem('', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token })
    expect(await refreshed.json()).toMatchObject({ token_type: 'Bearer', scope: 'identify guilds' })
  })

  it('goes back with access_denied when somebody cancels', async () => {
    expect((await choose('')).searchParams.get('error')).toBe('access_denied')
  })

  it('goes back with invalid_scope and the state when a scope is unknown', async () => {
    const answer = await fetch(`${twin.oauthAuthorizeUrl}?${query({ scope: 'identify guilds.channels.read' })}`, {
      redirect: 'manual',
    })
    expect(answer.status).toBe(302)
    const { searchParams } = new URL(answer.headers.get('location')!)
    expect(Object.fromEntries(searchParams)).toMatchObject({ error: 'invalid_scope', state: 's1' })
  })

  it('asks nobody again who allowed it before, when told not to', async () => {
    const silent = (cookie: string, scope = 'identify guilds') =>
      fetch(`${twin.oauthAuthorizeUrl}?${query({ prompt: 'none', scope })}`, {
        redirect: 'manual',
        headers: { cookie },
      })
    const first = await fetch(`${twin.oauthAuthorizeUrl}?${query()}`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ user_id: DEMO.people.lena }),
    })
    const [cookie = ''] = first.headers.get('set-cookie')!.split(';')
    expect((await silent(cookie)).status).toBe(200)
    const tokens = await signIn(DEMO.people.lena)
    expect((await silent('')).status).toBe(200)
    expect((await silent(cookie, 'identify email')).status).toBe(200)
    const back = new URL((await silent(cookie)).headers.get('location')!)
    expect((await redeem(back.searchParams.get('code')!)).status).toBe(200)
    await revoke(tokens.access_token)
  })

  it('spends refresh tokens, and lets access tokens expire by the clock', async () => {
    const first = await signIn(DEMO.people.sam)
    const refresh = (token: string) => redeem('', { grant_type: 'refresh_token', refresh_token: token })
    const second = (await (await refresh(first.refresh_token)).json()) as Tokens
    expect(await (await refresh(first.refresh_token)).json()).toMatchObject({ error: 'invalid_grant' })
    expect(await status('/users/@me', second.access_token)).toBe(200)
    twin.world.clock.skewMs = 8 * 86_400_000
    expect(await status('/users/@me', second.access_token)).toBe(401)
    const third = (await (await refresh(second.refresh_token)).json()) as Tokens
    expect(await status('/users/@me', third.access_token)).toBe(200)
    twin.world.clock.skewMs = 0
  })

  it('revokes every token of a consent with any of them, and none of another', async () => {
    const [one, other] = [await signIn(DEMO.people.sam), await signIn(DEMO.people.sam)]
    expect((await revoke(one.refresh_token, 'access_token')).status).toBe(200)
    expect(await status('/users/@me', one.access_token)).toBe(401)
    expect((await redeem('', { grant_type: 'refresh_token', refresh_token: one.refresh_token })).status).toBe(400)
    expect(await status('/users/@me', other.access_token)).toBe(200)
  })

  it('takes forms only, with the secret of the application', async () => {
    const send = (headers: Record<string, string>, body: string) =>
      fetch(`${twin.apiUrl}/v10/oauth2/token`, { method: 'POST', headers, body })
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await send({ 'content-type': 'application/json' }, '{"grant_type":"client_credentials"}')).status).toBe(400)
    const basic = (secret: string) => ({
      ...form,
      authorization: `Basic ${Buffer.from(`${twin.clientId}:${secret}`).toString('base64')}`,
    })
    const grant = 'grant_type=client_credentials&scope=identify'
    const own = (await (await send(basic(twin.clientSecret), grant)).json()) as Tokens
    expect(own).not.toHaveProperty('refresh_token')
    expect(await status('/users/@me', own.access_token)).toBe(200)
    expect((await send(basic('wrong'), grant)).status).toBe(401)
    expect(await (await send(basic(twin.clientSecret), 'grant_type=client_credentials')).json()).toMatchObject({
      error: 'invalid_scope',
    })
    expect(await (await send(basic(twin.clientSecret), 'grant_type=password')).json()).toMatchObject({
      error: 'unsupported_grant_type',
    })
  })

  it('shows an application only what its scopes allow', async () => {
    const plain = await signIn(DEMO.people.mara, 'identify')
    const full = await signIn(DEMO.people.mara, 'identify email guilds guilds.members.read connections')
    const get = async (path: string, { access_token: token }: Tokens) =>
      (await fetch(`${twin.apiUrl}/v10${path}`, { headers: { authorization: `Bearer ${token}` } })).json()
    expect(await get('/users/@me', plain)).not.toHaveProperty('email')
    expect(await get('/users/@me', full)).toMatchObject({ email: 'mara.k@example.com', verified: true })
    for (const path of ['/users/@me/guilds', `/users/@me/guilds/${DEMO.guilds.squad}/member`, '/users/@me/connections'])
      expect(await get(path, plain)).toMatchObject({ code: 50_026 })
    expect(await get(`/users/@me/guilds/${DEMO.guilds.squad}/member`, full)).toMatchObject({
      user: { id: DEMO.people.mara },
      permissions: expect.stringMatching(/^\d+$/),
    })
    expect(await get('/users/@me/connections', full)).toEqual([])
    expect(await status(`/users/@me/guilds/${DEMO.guilds.private}/member`, full.access_token)).toBe(404)
    expect(await get('/oauth2/@me', full)).toMatchObject({
      scopes: ['identify', 'email', 'guilds', 'guilds.members.read', 'connections'],
      user: { id: DEMO.people.mara },
      application: { id: twin.clientId },
    })
    for (const path of ['/guilds/1', '/channels/1', '/applications/@me'])
      expect(await status(path, full.access_token)).toBe(401)
  })

  it('adds somebody to a guild who allowed it', async () => {
    const api = botApi()
    const guild = twin.world.requireGuild(DEMO.guilds.speedrun)
    const everyone = guild.roles.get(guild.id)!
    twin.world.setRole(guild.id, { ...everyone, permissions: everyone.permissions | 1n })
    const { access_token: token } = await signIn(DEMO.people.sam, 'identify guilds.join')
    const refused = await signIn(DEMO.people.sam)
    await expect(
      api.guilds.addMember(guild.id, DEMO.people.sam, { access_token: refused.access_token }),
    ).rejects.toMatchObject({ status: 403, code: 50_025 })
    const added = await api.guilds.addMember(guild.id, DEMO.people.sam, { access_token: token, nick: undefined })
    expect(added).toMatchObject({ user: { id: DEMO.people.sam } })
    expect(guild.members.has(DEMO.people.sam)).toBe(true)
  })

  const botApi = () => new API(new REST({ api: twin.apiUrl, retries: 0 }).setToken(twin.botToken))
  const status = async (path: string, token: string) =>
    (await fetch(`${twin.apiUrl}/v10${path}`, { headers: { authorization: `Bearer ${token}` } })).status
  const revoke = (token: string, hint?: string) =>
    fetch(`${twin.apiUrl}/v10/oauth2/token/revoke`, {
      method: 'POST',
      body: new URLSearchParams({
        token,
        ...(hint ? { token_type_hint: hint } : {}),
        client_id: twin.clientId,
        client_secret: twin.clientSecret,
      }),
    })
  async function signIn(userId: string, scope = 'identify guilds'): Promise<Tokens> {
    const response = await fetch(`${twin.oauthAuthorizeUrl}?${query({ scope })}`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ user_id: userId }),
    })
    const code = new URL(response.headers.get('location')!).searchParams.get('code')!
    return (await (await redeem(code)).json()) as Tokens
  }
})

type Tokens = { access_token: string; refresh_token: string }
