import { describe, expect, it } from 'vitest'
import { hideInLogs, redact } from './redact.ts'

const SECRET = 'Zx9-very-secret_value.42'
const BOT = 'MTE4MDAwMDAwMDAwMDAwMDAwMQ.GtWin0.demo-token-of-the-twin-not-a-secret-000000'

describe('redact hides', () => {
  it.each([
    `{"token":"${SECRET}"}`,
    `{"a":{"accessToken":"${SECRET}","b":1}}`,
    `{"headers":{"Authorization":"Bearer ${SECRET}"}}`,
    `{"headers":{"cookie":"a=1; better-auth.session_token=${SECRET}"}}`,
    `{"set-cookie":["a=${SECRET}; Path=/","b=${SECRET}"]}`,
    `{"msg":"{\\"password\\":\\"${SECRET}\\"}"}`,
    `{ password: '${SECRET}' }`,
    `client_secret='${SECRET}'`,
    `Authorization: Bot ${SECRET}`,
    `Cookie: x=${SECRET}; y=2`,
    `Bearer ${SECRET}`,
    `connect to postgres://dcs:${SECRET}@db:5432/dcs failed`,
    `POSTGRES_PASSWORD=${SECRET}`,
    `https://cdn.discordapp.com/attachments/1/2/a.mp4?ex=${SECRET}&is=${SECRET}&hm=${SECRET}&`,
    `GET /api/auth/callback/discord?code=${SECRET}&state=${SECRET}`,
    `dcs_${SECRET.replaceAll('.', '')}x`,
    `__Secure-better-auth.state=${SECRET}; Path=/`,
  ])('the secret in %s', (text) => expect(redact(text)).not.toMatch(/Zx9|very-secret/))

  it('the token of a bot wherever it stands', () =>
    expect(redact(`login with ${BOT} failed`)).toBe('login with [hidden] failed'))

  it('values it was told of, in every form', () => {
    const password = 'p"ss wörd/with:all@of#it'
    hideInLogs(password, 'abc', undefined)
    for (const form of [password, JSON.stringify(password), encodeURIComponent(password)])
      expect(redact(`before ${form} after`)).not.toContain(form.replaceAll('"', '').slice(1, -1))
    expect(redact('abc')).toBe('abc')
  })
})

it('leaves everything else readable, and JSON stays JSON', () => {
  const line = JSON.stringify({
    level: 30,
    msg: 'scan finished in https://discord.com/channels/1/2 with code 50001: Missing Access',
    clipId: '1180000000000000001',
    tokens: 12,
    next: null,
  })
  expect(redact(line)).toBe(line)
  const mixed = JSON.stringify({
    token: 'x'.repeat(40),
    err: { stack: 'Error: a\n  at b (file:///c.ts:1:2)' },
    ok: true,
  })
  expect(JSON.parse(redact(mixed))).toMatchObject({
    token: '[hidden]',
    ok: true,
    err: { stack: expect.stringContaining('at b') },
  })
})
