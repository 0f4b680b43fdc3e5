import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCheckedTwin, type CheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { createMigratedDatabase, withClient, type TestDatabase } from '../../shared/tests/test-database.ts'

const root = path.resolve(import.meta.dirname, '../..')
const secret = (name: string) => `known-${name}-${randomBytes(12).toString('hex')}`
const SECRETS = {
  password: secret('password'),
  odd: `${secret('odd')}@:/ü`,
  authSecret: `${secret('auth')}-0123456789`,
  clientSecret: secret('client'),
  apiToken: secret('api'),
  botToken: `MTE4MDAwMDAwMDAwMDAwMDAwMQ.GtWin0.${randomBytes(20).toString('hex')}`,
  code: secret('code'),
  cookie: secret('cookie'),
  bearer: `dcs_${randomBytes(24).toString('base64url')}`,
  signed: randomBytes(32).toString('hex'),
}

let twin: CheckedTwin
let db: TestDatabase
let folder: string

beforeAll(async () => {
  twin = await startCheckedTwin({ botToken: SECRETS.botToken, clientSecret: SECRETS.clientSecret })
  db = await createMigratedDatabase()
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-secrets-'))
})
afterAll(async () => {
  await db.drop()
  await twin.close()
  fs.rmSync(folder, { recursive: true, force: true })
})

const environment = (more: Record<string, string> = {}) => ({
  ...twin.env,
  DATABASE_URL: db.url,
  POSTGRES_DSN: '',
  DCS_DATA_DIR: folder,
  DISCORD_API_URL: twin.apiUrl,
  DISCORD_OAUTH_AUTHORIZE_URL: twin.oauthAuthorizeUrl,
  DISCORD_CDN_HOSTS: twin.cdnHost,
  DISCORD_CLIENT_ID: twin.clientId,
  DISCORD_CLIENT_SECRET: SECRETS.clientSecret,
  BOT_TOKEN: SECRETS.botToken,
  BOT_API_TOKEN: SECRETS.apiToken,
  BOT_PORT: '0',
  AUTH_SECRET: SECRETS.authSecret,
  PUBLIC_URL: 'http://127.0.0.1:3000',
  LOG_LEVEL: 'trace',
  ...more,
})

/** A program of ours with all it says. `until` ends it once its output has these words. */
const run = (program: string, env: Record<string, string>, until?: RegExp) =>
  new Promise<string>((resolve) => {
    const main = path.join(root, program, 'src/main.ts')
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const take = (chunk: Buffer) => {
      output += chunk.toString()
      if (until?.test(output)) child.kill('SIGTERM')
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('close', () => resolve(output))
  })

const secretsIn = (output: string) =>
  Object.entries(SECRETS).flatMap(([name, value]) =>
    [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)].some((form) => output.includes(form))
      ? [name]
      : [],
  )

const unreachable = `postgres://dcs:${SECRETS.password}@127.0.0.1:1/dcs`

describe('what the real programs say when things go wrong holds no secret', { timeout: 60_000 }, () => {
  it.each(['bot', 'worker'])('of the database that %s cannot reach', async (program) => {
    const output = await run(program, environment({ DATABASE_URL: unreachable }))
    expect(output).toMatch(/127\.0\.0\.1/)
    expect(secretsIn(output)).toEqual([])
  })

  it('of an environment that cannot be used', async () => {
    const dsn = `postgres//dcs:${encodeURIComponent(SECRETS.odd)}@db`
    const output = await run(
      'worker',
      environment({ DATABASE_URL: dsn, BOT_API_TOKEN: 'short', AUTH_SECRET: SECRETS.code }),
    )
    expect(output).toContain('cannot be used')
    expect(secretsIn(output)).toEqual([])
  })

  it('of a token that Discord does not take', async () => {
    const wrong = `${SECRETS.botToken.slice(0, -4)}0000`
    const output = await run('bot', environment({ BOT_TOKEN: wrong }))
    expect(output).toMatch(/token/i)
    expect(output).not.toContain(wrong)
    expect(secretsIn(output)).toEqual([])
  })

  it('of the signed address of a file that is not there', async () => {
    const url = `http://${twin.cdnHost}/attachments/1/2/clip.mp4?ex=${SECRETS.signed}&is=${SECRETS.signed}&hm=${SECRETS.signed}&`
    await withClient(db.url, async (client) => {
      await client.query(`insert into bot_guilds (guild_id, name) values ('1', 'a') on conflict do nothing`)
      await client.query(`insert into bot_channels (channel_id, guild_id, name, type) values ('2', '1', 'b', 'text')`)
      await client.query(
        `insert into clips (id, guild_id, channel_id, message_id, filename, size_bytes, url, posted_at)
         values ('3', '1', '2', '4', 'clip.mp4', 1, $1, now())`,
        [url],
      )
    })
    const output = await run('worker', environment(), /fetch-clip.*(failed|again)/s)
    expect(output).toContain('fetch-clip')
    expect(secretsIn(output)).toEqual([])
  })
})
