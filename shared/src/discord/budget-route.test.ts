import { expect, it } from 'vitest'
import { readRateAnswer } from './budget-answer.ts'
import { toRateRoute } from './budget-route.ts'

const API = 'https://discord.com/api/v10'
const ID = '123456789012345678'
const OTHER = '223456789012345678'

it.each([
  ['GET', `/channels/${ID}/messages?limit=100&before=${OTHER}`, 'GET /channels/:id/messages', ID, true],
  ['GET', `/channels/${ID}/messages/${OTHER}`, 'GET /channels/:id/messages/:id', ID, true],
  ['DELETE', `/channels/${ID}/messages/${OTHER}`, 'DELETE /channels/:id/messages/:id', ID, true],
  ['GET', `/guilds/${ID}/members/${OTHER}`, 'GET /guilds/:id/members/:id', ID, true],
  [
    'PUT',
    `/channels/${ID}/messages/${OTHER}/reactions/%F0%9F%91%8D/@me`,
    'PUT /channels/:id/messages/:id/reactions/:reaction',
    ID,
    true,
  ],
  ['GET', '/users/@me', 'GET /users/@me', 'global', true],
  ['POST', `/interactions/${ID}/aW50ZXJhY3Rpb24/callback`, 'POST /interactions/:id/:token/callback', ID, false],
  [
    'PATCH',
    `/webhooks/${ID}/aW50ZXJhY3Rpb24/messages/@original`,
    'PATCH /webhooks/:id/:token/messages/@original',
    ID,
    false,
  ],
  ['GET', `/webhooks/${ID}`, 'GET /webhooks/:id', ID, true],
])('counts %s %s by its route and top-level resource', (method, path, route, major, needsSlot) => {
  expect(toRateRoute(method, `${API}${path}`)).toEqual({ route, major, needsSlot })
})

it('finds the same bucket whatever the base of the API is', () => {
  expect(toRateRoute('get', `http://127.0.0.1:9/some/api/v10/channels/${ID}`)).toEqual(
    toRateRoute('GET', `${API}/channels/${ID}`),
  )
})

const bucket = {
  'x-ratelimit-limit': '5',
  'x-ratelimit-remaining': '0',
  'x-ratelimit-reset-after': '0.125',
  'x-ratelimit-bucket': 'abc',
}

it.each([
  ['an answer', 200, bucket, { waitMs: 0, isGlobal: false, isInvalid: false }],
  [
    'a bucket that is empty',
    429,
    { ...bucket, 'x-ratelimit-scope': 'user', 'retry-after': '1' },
    { waitMs: 125, isGlobal: false, isInvalid: true },
  ],
  [
    'a limit that no header names',
    429,
    { ...bucket, 'x-ratelimit-remaining': '3', 'x-ratelimit-scope': 'user', 'retry-after': '600' },
    { waitMs: 600_000, isGlobal: false, isInvalid: true },
  ],
  [
    'a limit of all bots together',
    429,
    { ...bucket, 'x-ratelimit-scope': 'shared', 'retry-after': '7' },
    { waitMs: 7_000, isGlobal: false, isInvalid: false },
  ],
  [
    'the limit of the bot',
    429,
    { 'x-ratelimit-scope': 'global', 'x-ratelimit-global': 'true', 'retry-after': '2' },
    { waitMs: 2_000, isGlobal: true, isInvalid: true },
  ],
  ['Cloudflare', 429, { 'retry-after': '3600' }, { waitMs: 3_600_000, isGlobal: true, isInvalid: true }],
  ['Cloudflare without a time', 429, {}, { waitMs: 120_000, isGlobal: true, isInvalid: true }],
  ['a refusal', 403, {}, { waitMs: 0, isGlobal: false, isInvalid: true, bucket: null }],
  ['headers that are no numbers', 200, { ...bucket, 'x-ratelimit-limit': 'many' }, { bucket: null }],
])('reads the limits of %s', (_, status, headers, expected) => {
  expect(readRateAnswer(status, new Headers(headers as Record<string, string>))).toMatchObject(expected)
})
