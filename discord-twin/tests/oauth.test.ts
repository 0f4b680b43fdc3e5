import { createHash } from 'node:crypto'
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
})
