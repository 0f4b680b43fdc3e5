import http from 'node:http'
import net from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort, startInterfaceProcess, type InterfaceProcess } from './access-matrix/interface-process.ts'
import { addSecretClip, SECRET, startWorld, type World } from './access-matrix/world.ts'

const EVERYWHERE = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy': expect.stringContaining('camera=()'),
}
const NOT_A_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

let world: World
let clip: string

beforeAll(async () => {
  world = await startWorld()
  await world.revealSecrets()
  clip = await addSecretClip()
}, 600_000)
afterAll(() => world?.stop())

/** Sends what no client library would and reads the whole answer. */
const raw = (text: string, url = world.url) =>
  new Promise<string>((resolve, reject) => {
    const socket = net.connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })

/** Asks from one of this machine's addresses, claiming another. */
const askFrom = (localAddress: string, claimed: string, url: string, json?: unknown) =>
  new Promise<{ status: number; retryAfter: string | undefined; body: string }>((resolve, reject) => {
    const request = http.request(url, {
      localAddress,
      method: json === undefined ? 'GET' : 'POST',
      headers: { origin: world.url, 'content-type': 'application/json', 'x-forwarded-for': claimed },
    })
    request.once('error', reject)
    request.once('response', (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], body }),
      )
    })
    request.end(json === undefined ? undefined : JSON.stringify(json))
  })

const get = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(world.url + path, { redirect: 'manual', ...init, headers: { ...world.headersOf('owner'), ...headers } })

describe('every kind of answer', () => {
  const kinds: [string, () => Promise<Response>, number][] = [
    ['the API', () => get('/api/clips'), 200],
    ['an error of the API', () => get('/api/clips/nonsense'), 400],
    ['something that is not there', () => get('/api/clips/299999999999999999'), 404],
    ['a path of the API that is not there', () => get('/api/nothing'), 404],
    ['an answer to nobody', () => fetch(`${world.url}/api/clips`), 401],
    ['a poster', () => get(`/api/clips/${clip}/poster`), 200],
    ['a video', () => get(`/api/clips/${clip}/video`), 200],
    ['a part of a video', () => get(`/api/clips/${clip}/video`, { range: 'bytes=0-9' }), 206],
    ['a part that is not there', () => get(`/api/clips/${clip}/video`, { range: 'bytes=9999999-' }), 416],
    ['an unchanged video', () => get(`/api/clips/${clip}/video`, { 'if-none-match': '*' }), 304],
    ['a stream of events', () => get('/api/events'), 200],
    ['sign-in', () => get('/api/auth/get-session'), 200],
    ['health', () => get('/api/health'), 503],
    ['a refused change', () => get('/api/me/privacy', {}, { method: 'PATCH' }), 403],
    ['a refused address', () => get('/api/clips/%00'), 400],
    ['a refused method', () => get('/', {}, { method: 'POST' }), 405],
    ['a picture of the pages', () => get('/icon.svg'), 200],
  ]

  it.each(kinds)('carries the headers that keep it from being misused: %s', async (_, ask, status) => {
    const end = new AbortController()
    const response = await ask()
    expect(response.status).toBe(status)
    const headers = Object.fromEntries(response.headers)
    expect(headers).toMatchObject({ ...EVERYWHERE, 'content-security-policy': NOT_A_PAGE })
    expect(headers).not.toHaveProperty('x-powered-by')
    expect(headers).not.toHaveProperty('access-control-allow-origin')
    await response.body?.cancel()
    end.abort()
  })

  it.each(['/', '/nothing-of-this-name', '/sign-in-failed', `/clips/299999999999999999`, '/privacy'])(
    'has a policy with a nonce of its own when it is a page: %s',
    async (path) => {
      const [first, second] = await Promise.all([get(path), get(path)])
      const nonces = [first, second].map(
        (it) => /'nonce-([^']+)'/.exec(it.headers.get('content-security-policy') ?? '')?.[1],
      )
      expect(nonces[0]).toMatch(/^[A-Za-z0-9+/]{22}==$/)
      expect(nonces[0]).not.toBe(nonces[1])
      expect(Object.fromEntries(first.headers)).toMatchObject(EVERYWHERE)
      const policy = first.headers.get('content-security-policy') ?? ''
      expect(/script-src [^;]*/.exec(policy)?.[0]).not.toMatch(/unsafe|https?:|\*/)
      expect(policy).toContain("frame-ancestors 'none'")
      expect(first.headers.get('cache-control')).toContain('no-store')
      const html = await first.text()
      const scripts = html.match(/<script\b[^>]*>/g) ?? []
      expect(scripts.length).toBeGreaterThan(0)
      for (const script of scripts) expect(script).toContain(`nonce="${nonces[0]}"`)
      expect(html).not.toMatch(/<[^>]+\son[a-z]+=["']/i)
    },
  )

  it('is kept by caches only where it never changes', async () => {
    const html = await (await get('/')).text()
    const file = /\/_next\/static\/[^"]+\.js/.exec(html)?.[0] ?? ''
    const response = await get(file)
    expect(response.headers.get('cache-control')).toContain('immutable')
    expect(Object.fromEntries(response.headers)).toMatchObject(EVERYWHERE)
    expect((await get(`/api/clips/${clip}/video`)).headers.get('cache-control')).toBe('private, no-cache')
    expect((await get('/api/clips')).headers.get('cache-control')).toBe('private, no-store')
  })
})

describe('a request', () => {
  it.each([
    'GET //evil.example/%2e%2e HTTP/1.1',
    'GET /\\evil.example HTTP/1.1',
    'GET /%5cevil.example HTTP/1.1',
    'GET http://evil.example/ HTTP/1.1',
    'GET /api/clips/..%2f..%2fetc%2fpasswd HTTP/1.1',
    'GET /_next/static/..%2f..%2f..%2fpackage.json HTTP/1.1',
    'GET /_next/static/../../package.json HTTP/1.1',
    'GET /_next/image?url=%2Ficon.svg&w=64&q=75 HTTP/1.1',
    'GET /?next=//evil.example HTTP/1.1',
    'GET /?next=/%09/evil.example HTTP/1.1',
    'GET /clips/%252e%252e%252f HTTP/1.1',
  ])('never leads to another site or to a file that is not ours: %s', async (line) => {
    const host = new URL(world.url).host
    const answer = await raw(`${line}\r\nHost: ${host.replace('127.0.0.1', 'localhost')}\r\nConnection: close\r\n\r\n`)
    const place = /^location: (.*)$/im.exec(answer)?.[1]?.trim()
    if (place !== undefined) expect(new URL(place, world.url).origin).toBe(world.url)
    expect(answer).not.toMatch(/"workspaces"|root:x:/)
  })

  it.each(['//evil.example', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)'])(
    'for sign-in cannot name %s as the place to return to',
    async (callbackURL) => {
      const response = await fetch(`${world.url}/api/auth/sign-in/social`, {
        method: 'POST',
        headers: { origin: world.url, 'content-type': 'application/json', 'x-forwarded-for': '10.0.0.1' },
        body: JSON.stringify({ provider: 'discord', callbackURL }),
      })
      expect([400, 403]).toContain(response.status)
      expect(await response.text()).not.toContain('oauth2')
    },
  )

  it('may not be longer than allowed, whatever it says of its length', async () => {
    const host = new URL(world.url).host
    expect(await raw(`GET /${'a'.repeat(5000)} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 414/,
    )
    const cookie = world.headersOf('owner').cookie
    const body = JSON.stringify({ optedOut: false, more: 'x'.repeat(70_000) })
    for (const [path, method] of [
      ['/api/me/privacy', 'PATCH'],
      ['/api/auth/sign-in/social', 'POST'],
    ]) {
      const head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${world.url}\r\nCookie: ${cookie}\r\nContent-Type: application/json\r\nConnection: close\r\n`
      const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
      expect(await raw(chunked)).toMatch(/^HTTP\/1.1 413/)
    }
    const declared = await raw(
      `POST /api/me/erasures HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 999999999\r\nConnection: close\r\n\r\n`,
    )
    expect(declared).toMatch(/^HTTP\/1.1 413/)
  })

  it.each(['TRACE', 'OPTIONS', 'CONNECT', 'PROPFIND'])('with the method %s is refused', async (method) => {
    const host = new URL(world.url).host
    expect(await raw(`${method} /api/clips HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).not.toMatch(
      /^HTTP\/1.1 2/,
    )
  })

  it.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{}],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }],
  ])('for a change is refused when it does not come from our pages: %j', async (headers) => {
    const response = await get('/api/me/privacy', headers, {
      method: 'PATCH',
      body: '{"optedOut":false}',
    })
    expect(response.status).toBe(403)
  })

  it.each([[{ 'sec-fetch-site': 'same-origin' }], [{ origin: 'home' }]])(
    'for a change is taken from our pages: %j',
    async (headers) => {
      const sent = JSON.parse(JSON.stringify(headers).replace('home', world.url)) as Record<string, string>
      const response = await get('/api/me/privacy', sent, { method: 'PATCH', body: '{"optedOut":false}' })
      expect(response.status).toBe(200)
    },
  )

  it('from another site does not reach the API, except by a link', async () => {
    const cross = { 'sec-fetch-site': 'cross-site' }
    expect((await get(`/api/clips/${clip}/video`, cross)).status).toBe(403)
    const host = new URL(world.url).host
    const follow = (path: string) =>
      raw(
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nConnection: close\r\n\r\n`,
      )
    expect(await follow('/api/auth/callback/discord')).toMatch(/^HTTP\/1.1 302/)
    expect(await follow('/api/install/callback')).toMatch(/^HTTP\/1.1 303/)
    expect(await follow(`/api/clips/${clip}/video`)).toMatch(/^HTTP\/1.1 401/)
    for (const path of ['/api/me/export', '/api/clips', '/api/auth/get-session', `/api/clips/${clip}`])
      expect(await follow(path)).toMatch(/^HTTP\/1.1 403/)
  })

  it('for another protocol is an ordinary one', async () => {
    const host = new URL(world.url).host
    for (const path of ['/api/clips', '/nothing-of-this-name', '/_next/webpack-hmr']) {
      const upgrade = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n`
      const answer = await raw(upgrade)
      expect(answer).toMatch(/^HTTP\/1.1 4\d\d/)
      expect(answer.toLowerCase()).toContain('x-content-type-options: nosniff')
    }
  })

  it('cannot bring its own nonce, or tell Next that it was looked at already', async () => {
    const response = await get('/', {
      'x-nonce': 'planted',
      'x-middleware-subrequest': 'middleware:middleware:middleware',
      'x-forwarded-host': 'evil.example',
      'x-invoke-path': '/api/clips',
      'next-action': 'abc',
    })
    expect(await response.text()).not.toMatch(/planted|evil\.example/)
  })

  it('that is wrong gets an answer in words, without a stack or an id of anything else', async () => {
    const response = await get(`/api/clips/${SECRET}'--`)
    expect(response.status).toBe(400)
    expect(await response.text()).not.toMatch(/node_modules|at .*\.ts|select |xqzmark/)
  })
})

describe('cookies', () => {
  const signIn = (program: InterfaceProcess | World, origin: string) =>
    fetch(`${program.url}/api/auth/sign-in/social`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', 'x-forwarded-for': '10.0.0.2' },
      body: JSON.stringify({ provider: 'discord', callbackURL: '/' }),
    })

  it('are out of reach for scripts and other sites', async () => {
    const cookies = (await signIn(world, world.url)).headers.getSetCookie()
    expect(cookies.length).toBeGreaterThan(0)
    for (const cookie of cookies) expect(cookie).toMatch(/HttpOnly.*SameSite=(Lax|Strict)/i)
  })

  it('and every answer insist on TLS where PUBLIC_URL has it', async () => {
    const port = await freePort()
    const home = 'https://clips.example.org'
    const program = await startInterfaceProcess(port, { ...world.env, PUBLIC_URL: home })
    try {
      const started = await signIn(program, home)
      const cookies = started.headers.getSetCookie()
      expect(cookies.length).toBeGreaterThan(0)
      for (const cookie of cookies) {
        expect(cookie).toMatch(/^__(Secure|Host)-/)
        expect(cookie).toMatch(/; Secure/i)
      }
      for (const path of ['/', '/api/health', '/nothing', '/icon.svg']) {
        const response = await fetch(program.url + path)
        expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000')
      }
      const policy = (await fetch(program.url)).headers.get('content-security-policy')
      expect(policy).toContain('upgrade-insecure-requests')
    } finally {
      await program.stop()
    }
  })
})

describe('limits', () => {
  it('hold across a restart, for an address that claims to be others', async () => {
    const env = { ...world.env, REQUEST_LIMIT_FACTOR: '0.05', TRUSTED_PROXIES: '', LOG_LEVEL: 'silent' }
    const signIn = { provider: 'discord', callbackURL: '/' }
    const first = await startInterfaceProcess(await freePort(), env)
    for (let index = 0; index < 6; index++)
      expect(
        (await askFrom('127.0.0.9', `10.1.0.${index}`, `${first.url}/api/auth/sign-in/social`, signIn)).status,
      ).toBe(200)
    expect((await askFrom('127.0.0.9', '10.1.0.9', `${first.url}/api/auth/sign-in/social`, signIn)).status).toBe(429)
    // Reading is added up now and then: what was read counts in the next process too.
    for (let index = 0; index < 60; index++) await askFrom('127.0.0.9', '10.1.0.9', `${first.url}/api/clips`)
    await first.stop()

    const second = await startInterfaceProcess(await freePort(), env)
    const refused = await askFrom('127.0.0.9', '10.1.0.10', `${second.url}/api/auth/sign-in/social`, signIn)
    expect(refused.status).toBe(429)
    expect(Number(refused.retryAfter)).toBeGreaterThan(0)
    expect(JSON.parse(refused.body)).toMatchObject({
      error: {
        code: 'rate-limited',
        message: expect.stringMatching(/^Too many requests\. Try again in \d+ seconds\.$/),
      },
    })
    expect((await askFrom('127.0.0.9', '10.1.0.11', `${second.url}/api/clips`)).status).toBe(429)
    expect((await askFrom('127.0.0.10', '10.1.0.9', `${second.url}/api/clips`)).status).toBe(401)
    await second.stop()
  })

  it('count each person wherever they connect from', async () => {
    const env = { ...world.env, REQUEST_LIMIT_FACTOR: '0.02' }
    const program = await startInterfaceProcess(await freePort(), env)
    const statuses: number[] = []
    for (let index = 0; index < 20; index++) {
      const headers = { ...world.headersOf('member'), 'x-forwarded-for': `10.2.0.${index}` }
      statuses.push((await fetch(`${program.url}/api/guilds`, { headers })).status)
    }
    await program.stop()
    expect(statuses.slice(0, 12)).toEqual(Array<number>(12).fill(200))
    expect(statuses.slice(12)).toEqual(Array<number>(8).fill(429))
  })
})

it('says nothing secret in its log, whatever is sent to it', async () => {
  const program = await startInterfaceProcess(await freePort(), { ...world.env, LOG_LEVEL: 'trace' })
  const cookie = world.headersOf('member').cookie ?? ''
  const secrets = [
    'known-code-1f9a8b7c6d5e',
    'known-cookie-2f9a8b7c6d5e',
    'dcs_3f9a8b7c6d5e4f3a2b1c0d',
    'known-body-4f9a8b7c6d5e',
  ]
  const headers = { cookie: `${cookie}; better-auth.state=${secrets[1]}`, origin: world.url }
  await fetch(`${program.url}/api/auth/callback/discord?code=${secrets[0]}&state=${secrets[0]}`, {
    headers,
    redirect: 'manual',
  })
  await fetch(`${program.url}/api/clips`, { headers: { authorization: `Bearer ${secrets[2]}` } })
  await fetch(`${program.url}/api/auth/sign-in/social`, { method: 'POST', headers, body: `{"token":"${secrets[3]}"` })
  await fetch(`${program.url}/?token=${secrets[0]}`, { headers })
  await program.stop()
  const token = /session_token=([^;.%]+)/.exec(cookie)?.[1] ?? 'none'
  for (const secret of [...secrets, token, world.env.AUTH_SECRET, world.env.BOT_TOKEN])
    expect(program.output()).not.toContain(secret)
  expect(program.output()).toContain('stopped')
})
