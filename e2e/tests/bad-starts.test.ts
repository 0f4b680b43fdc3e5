import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startCheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { createTestDatabase, withClient } from '../../shared/tests/test-database.ts'
import { freePort, makeTempFolder, removeFolder, startToFail } from '../src/product.ts'

describe('npm start with something wrong', { timeout: 60_000 }, () => {
  let dataDir: string

  beforeEach(() => {
    dataDir = makeTempFolder()
  })
  afterEach(() => removeFolder(dataDir))

  const fail = async (env: Record<string, string> = {}, args: string[] = []) =>
    startToFail(['--data', dataDir, '--port', String(await freePort()), ...args], env)

  it('names a taken port and another to take', async () => {
    const server = http.createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const { code, output } = await startToFail(['--data', dataDir, '--port', String(port)])
    server.close()
    expect(code).toBe(1)
    expect(output).toContain(
      `Port ${port} is taken by another program. Choose another: npm start -- --port ${port + 1}`,
    )
  })

  it('says where to get a token when Discord does not accept it', async () => {
    const twin = await startCheckedTwin()
    const { code, output } = await fail({ BOT_TOKEN: 'wrong', DISCORD_API_URL: twin.apiUrl })
    await twin.close()
    expect(code).toBe(1)
    expect(output).toContain('Discord does not accept BOT_TOKEN. Copy the token from the page Bot')
  })

  it('says that the database cannot be reached and what to check', async () => {
    const port = await freePort()
    const { code, output } = await fail({ DATABASE_URL: `postgres://dcs:secret@127.0.0.1:${port}/dcs` })
    expect(code).toBe(1)
    expect(output).toContain(`Nothing answers at 127.0.0.1:${port}. Is Postgres running there? Check DATABASE_URL`)
    expect(output).not.toContain('secret')
  })

  it('refuses a database of something else, says what it found, and changes nothing', async () => {
    const db = await createTestDatabase()
    await withClient(db.url, (client) =>
      client.query(`create table users (id int primary key, email text); insert into users values (1, 'a@b.c')`),
    )
    const { code, output } = await fail({ DATABASE_URL: db.url })
    expect(code).toBe(1)
    expect(output).toContain('users')
    expect(output).toMatch(/DATABASE_URL/)
    expect(await withClient(db.url, async (client) => (await client.query('select * from users')).rows)).toEqual([
      { id: 1, email: 'a@b.c' },
    ])
    expect(
      await withClient(
        db.url,
        async (client) =>
          (
            await client.query(
              `select tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
            )
          ).rows,
      ),
    ).toEqual([{ tablename: 'users' }])
    await db.drop()
  })

  it('lists every bad variable and setting before it starts anything', async () => {
    const settings = path.join(dataDir, 'settings.jsonc')
    fs.writeFileSync(settings, '{ "guild_settings_defaults": { "tz": "Mars/Phobos" } }')
    const bad = await fail({ LOG_LEVEL: 'loud', DB_POOL_MAX: 'many' })
    expect(bad.output).toContain('LOG_LEVEL: "loud" is not one of')
    expect(bad.output).toContain('DB_POOL_MAX: "many"')
    expect(bad.code).toBe(1)
    const { code, output } = await fail({ DEFAULT_SETTINGS_PATH: settings })
    expect(code).toBe(1)
    expect(output).toContain('settings.jsonc')
    expect(output).toContain('Mars/Phobos')
  })

  it('answers a wrong option with what is allowed', async () => {
    const { code, output } = await startToFail(['--data', dataDir, '--port', 'http'])
    expect(code).not.toBe(0)
    expect(output).toContain('it must be a port number from 1 to 65535')
  })
})
