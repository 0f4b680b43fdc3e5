import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import type { Twin } from '@dcs/discord-twin'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { createTestDatabase, type TestDatabase } from '../../shared/tests/test-database.ts'

const root = path.resolve(import.meta.dirname, '../..')
const lines = fs.readFileSync(path.join(root, 'docker/Dockerfile'), 'utf8').split('\n')
const scripts = (
  JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts
// node_modules and build output never reach an image (.dockerignore).
const ignored = /(^|\/)(node_modules|\.next|tests)(\/|$)|\.test\.ts$/

/** The commands of the Dockerfile as lists of words. */
const commands = lines.flatMap((line) => {
  const match = /^(RUN|CMD|HEALTHCHECK .*?CMD) (\[.*\])$/.exec(line)
  return match ? [{ kind: match[1]!.split(' ')[0]!, words: JSON.parse(match[2]!) as string[] }] : []
})

describe('the Dockerfile', () => {
  it('runs nothing but scripts of package.json', () => {
    expect(commands.length).toBe(lines.filter((line) => /^(RUN|CMD|HEALTHCHECK)/.test(line)).length)
    for (const { words } of commands) {
      expect(words.slice(0, 2)).toEqual(['npm', 'run'])
      expect(scripts).toHaveProperty([words.find((word) => word.startsWith('docker:'))!])
    }
  })

  it('has a target, a health check and an unprivileged user for each program', () => {
    const targets = lines
      .join('\n')
      .split(/^FROM /m)
      .slice(2)
    expect(targets.map((target) => /^base AS (\w+)/.exec(target)?.[1])).toEqual(['bot', 'worker', 'interface'])
    for (const target of targets) expect(target).toMatch(/USER node[\s\S]*HEALTHCHECK[\s\S]*CMD/)
  })

  it('is what compose.yaml builds', () => {
    const compose = fs.readFileSync(path.join(root, 'compose.yaml'), 'utf8')
    for (const target of ['bot', 'worker', 'interface']) expect(compose).toContain(`target: ${target} }`)
    expect(compose).toContain('image: postgres:17')
    expect(compose.match(/condition: service_healthy/g)).toHaveLength(5)
  })
})

describe('the programs with production dependencies only', { timeout: 400_000 }, () => {
  let folder: string
  let twin: Twin
  let db: TestDatabase
  let env: NodeJS.ProcessEnv
  const running: ChildProcess[] = []

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'dcs-docker-'))
    for (const line of lines.filter((text) => text.startsWith('COPY ')))
      copy(line.split(' ').slice(1), path.join(folder, 'app'))
    twin = await startCheckedTwin()
    db = await createTestDatabase()
    const data = path.join(folder, 'data')
    env = {
      PATH: [path.dirname(process.execPath), process.env.PATH].join(path.delimiter),
      HOME: process.env.HOME,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      DCS_DATA_DIR: data,
      STORAGE_PATH: path.join(data, 'objects'),
      DATABASE_URL: db.url,
      BOT_PORT: String(await freePort()),
      INTERFACE_PORT: String(await freePort()),
      AUTH_SECRET: 'a'.repeat(64),
      DISCORD_API_URL: twin.apiUrl,
      DISCORD_OAUTH_AUTHORIZE_URL: twin.oauthAuthorizeUrl,
      DISCORD_CDN_HOSTS: twin.cdnHost,
      DISCORD_CLIENT_ID: twin.clientId,
      DISCORD_CLIENT_SECRET: twin.clientSecret,
      BOT_TOKEN: twin.botToken,
    }
    env.PUBLIC_URL = `http://127.0.0.1:${env.INTERFACE_PORT}`
  }, 60_000)

  afterAll(async () => {
    await Promise.all(running.map(end))
    await twin.close()
    await db.drop()
    fs.rmSync(folder, { recursive: true, force: true })
  })

  it('install, build, start and become healthy', async () => {
    for (const { words } of unique(commands.filter(({ kind }) => kind === 'RUN'))) {
      const result = spawnSync(words[0]!, words.slice(1), { cwd: path.join(folder, 'app'), env, encoding: 'utf8' })
      expect(result.status, `${words.join(' ')}:\n${result.stdout}${result.stderr}`).toBe(0)
    }
    expect(fs.existsSync(path.join(folder, 'app/node_modules/knip'))).toBe(false)
    const output: string[] = []
    for (const { words } of commands.filter(({ kind }) => kind === 'CMD')) {
      const child = spawn(words[0]!, words.slice(1), {
        cwd: path.join(folder, 'app'),
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      })
      child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()))
      child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()))
      running.push(child)
    }
    for (const { words } of commands.filter(({ kind }) => kind === 'HEALTHCHECK')) {
      const healthy = () => spawnSync(words[0]!, words.slice(1), { cwd: path.join(folder, 'app'), env }).status === 0
      for (let attempt = 0; !healthy(); attempt += 1) {
        if (running.some(({ exitCode }) => exitCode !== null) || attempt > 60)
          throw new Error(`${words.join(' ')} fails:\n${output.join('')}`)
        await new Promise((resolve) => setTimeout(resolve, 250))
      }
    }
    const health = await fetch(`${env.PUBLIC_URL}/api/health`)
    expect([health.status, await health.json()]).toMatchObject([200, { status: 'ok' }])
  })
})

function copy(words: string[], target: string): void {
  const destination = words.pop()!
  for (const source of words) {
    const into =
      destination.endsWith('/') || words.length > 1
        ? path.join(target, destination, path.basename(source))
        : path.join(target, destination)
    fs.cpSync(path.join(root, source), into, {
      recursive: true,
      filter: (file) => !ignored.test(path.relative(root, file)),
    })
  }
}

function unique<T extends { words: string[] }>(items: T[]): T[] {
  return [...new Map(items.map((item) => [item.words.join(' '), item])).values()]
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  process.kill(-child.pid, 'SIGTERM')
  await ended
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
