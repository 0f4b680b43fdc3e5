import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { loadConfig } from '@dcs/shared/config'
import { createLogger } from '@dcs/shared/core'
import { afterEach, describe, expect, it } from 'vitest'
import { startCheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { createMigratedDatabase } from '../../shared/tests/test-database.ts'
import { createCallerCheck } from '../src/api/callers.ts'
import { API_ROUTES } from '../src/api/routes.ts'
import { startBot } from '../src/bot.ts'

const TOKEN = 'a-token-that-nobody-guesses-0123456789'
const stops: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop()
})

const start = async (more: Record<string, string>) => {
  const twin = await startCheckedTwin()
  stops.push(() => twin.close())
  const db = await createMigratedDatabase()
  stops.push(() => db.drop())
  const env = { DATABASE_URL: db.url, DISCORD_API_URL: twin.apiUrl, BOT_TOKEN: twin.botToken, BOT_PORT: '0', ...more }
  const bot = await startBot(loadConfig(env), createLogger('bot', 'silent'))
  stops.push(() => bot.stop())
  return new URL(bot.healthUrl).origin
}

const ask = (url: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    http
      .get(url, { headers }, (response) => {
        let body = ''
        response.on('data', (chunk: Buffer) => (body += chunk.toString()))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      })
      .on('error', reject)
  })

it('has no route outside of the list that is checked here', () => {
  const files = fs.readdirSync(path.resolve(import.meta.dirname, '../src'), { recursive: true, encoding: 'utf8' })
  const registering = files.filter(
    (file) =>
      file.endsWith('.ts') &&
      /\b(app|server|fastify)\.(get|post|put|patch|delete|head|all|route|register)\(/.test(
        fs.readFileSync(path.resolve(import.meta.dirname, '../src', file), 'utf8'),
      ),
  )
  expect(registering).toEqual([path.join('api', 'server.ts')])
})

describe('the HTTP API of the bot', () => {
  it('answers nobody without the token when there is one, and says nothing of what is there', async () => {
    const url = await start({ BOT_API_TOKEN: TOKEN })
    for (const path of [...Object.keys(API_ROUTES), '/nothing', '/docs']) {
      const wrong = ['', 'Bearer', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(0, -1)}`, `Basic ${TOKEN}`, TOKEN]
      const answers = await Promise.all(wrong.map((authorization) => ask(url + path, { authorization })))
      for (const answer of answers) expect(answer).toEqual({ status: 401, body: answers[0]?.body })
      expect((await ask(url + path, { authorization: `Bearer ${TOKEN}` })).status).toBe(path in API_ROUTES ? 200 : 404)
    }
  })

  it('without a token answers programs on this machine, but neither a proxy nor a lured browser', async () => {
    const url = await start({})
    for (const path of Object.keys(API_ROUTES)) {
      expect((await ask(url + path)).status).toBe(200)
      expect((await ask(url + path, { 'x-forwarded-for': '127.0.0.1' })).status).toBe(401)
      expect((await ask(url + path, { forwarded: 'for=127.0.0.1' })).status).toBe(401)
      expect((await ask(url + path, { host: 'evil.example' })).status).toBe(401)
    }
  })
})

it('counts no address as this machine that is not', () => {
  const mayAsk = createCallerCheck(undefined)
  const headers = { host: '127.0.0.1:8000' }
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])
    expect(mayAsk({ address, headers })).toBe(true)
  for (const address of ['10.0.0.1', '::ffff:10.0.0.1', '::', '0.0.0.0', 'fe80::1', '', undefined])
    expect(mayAsk({ address, headers })).toBe(false)
})
