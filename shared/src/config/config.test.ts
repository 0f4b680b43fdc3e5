import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { loadConfig, requireToken } from './config.ts'
import { repositoryRoot } from './env.ts'

describe('where the database is', () => {
  it('is the embedded one in the data directory when nothing is said', () => {
    expect(loadConfig({}).database).toEqual({
      kind: 'embedded',
      directory: path.join(repositoryRoot, 'data/postgres'),
      poolMax: 10,
    })
    const elsewhere = path.join(os.tmpdir(), 'elsewhere')
    expect(loadConfig({ DCS_DATA_DIR: elsewhere }).database).toMatchObject({
      kind: 'embedded',
      directory: path.join(elsewhere, 'postgres'),
    })
  })

  it('is the address of POSTGRES_DSN, before DATABASE_URL, before the single values', () => {
    const single = { POSTGRES_HOST: 'single' }
    const url = { ...single, DATABASE_URL: 'postgres://u:p@second/db' }
    expect(serverUrl({ ...url, POSTGRES_DSN: 'postgresql://u:p@first/db' })).toBe('postgresql://u:p@first/db')
    expect(serverUrl(url)).toBe('postgres://u:p@second/db')
    expect(new URL(serverUrl(single)).hostname).toBe('single')
  })

  it.each(['HOST', 'PORT', 'USER', 'PASSWORD'])('takes POSTGRES_%s before DB_%s', (part) => {
    const both = { [`POSTGRES_${part}`]: '11', [`DB_${part}`]: '22' }
    expect(serverUrl(both)).toContain('11')
    expect(serverUrl(both)).not.toContain('22')
    expect(serverUrl({ [`DB_${part}`]: '22' })).toContain('22')
  })

  it('takes POSTGRES_DB before DB_NAME', () => {
    expect(connectionOf({ POSTGRES_DB: 'first', DB_NAME: 'second' }).database).toBe('first')
    expect(connectionOf({ DB_NAME: 'second' }).database).toBe('second')
  })

  it('has the defaults of the original for what is left out', () => {
    expect(connectionOf({ DB_HOST: 'db' })).toEqual({
      host: 'db',
      port: 5432,
      user: 'postgres',
      password: 'postgres',
      database: 'postgres',
    })
    expect(connectionOf({ DB_NAME: 'clips' })).toMatchObject({ host: 'localhost', database: 'clips' })
  })

  it('gets any character of user, password and database to the driver', () => {
    const values = { user: 'a@b:c/d', password: ' p@ss w%2Frd#?&"\\ü[] ', database: 'my clips+more & 100%' }
    expect(
      connectionOf({ DB_HOST: 'db', DB_USER: values.user, DB_PASSWORD: values.password, DB_NAME: values.database }),
    ).toMatchObject(values)
  })

  it.each(['127.0.0.1', '::1', '/var/run/postgresql', '/srv/My Sockets', 'db.internal'])(
    'gets the host %s to the driver',
    (host) => {
      expect(connectionOf({ POSTGRES_HOST: host, POSTGRES_PORT: '6543' })).toMatchObject({ host, port: 6543 })
    },
  )

  it('reads addresses that Postgres tools accept', () => {
    const socket = new pg.Client(serverUrl({ DATABASE_URL: 'postgresql://dcs:pw@/clips?host=/tmp' }))
    expect(socket).toMatchObject({ host: '/tmp', user: 'dcs', database: 'clips' })
  })

  it('takes the most connections from DB_POOL_MAX', () => {
    expect(loadConfig({ DB_POOL_MAX: '3' }).database.poolMax).toBe(3)
  })
})

describe('everything else', () => {
  it('points at Discord unless told otherwise', () => {
    expect(loadConfig({}).discord).toEqual({
      token: undefined,
      clientId: undefined,
      clientSecret: undefined,
      apiUrl: 'https://discord.com/api',
      authorizeUrl: 'https://discord.com/oauth2/authorize',
      cdnHosts: [
        'cdn.discordapp.com',
        'media.discordapp.net',
        'images-ext-1.discordapp.net',
        'images-ext-2.discordapp.net',
      ],
      requestsPerSecond: 50,
      rateWindowMs: 1_000,
    })
    expect(
      loadConfig({ DISCORD_API_URL: 'http://127.0.0.1:9/api/', DISCORD_CDN_HOSTS: ' a:1, b ,' }).discord,
    ).toMatchObject({ apiUrl: 'http://127.0.0.1:9/api', cdnHosts: ['a:1', 'b'] })
  })

  it('takes PUBLIC_URL and AUTH_SECRET before the names of the original', () => {
    const old = { NEXTAUTH_URL: 'https://old.example', NEXTAUTH_SECRET: 'o'.repeat(32) }
    const secret = 'n'.repeat(32)
    expect(loadConfig(old).interface).toMatchObject({ publicUrl: 'https://old.example', authSecret: 'o'.repeat(32) })
    expect(loadConfig({ ...old, PUBLIC_URL: 'https://new.example', AUTH_SECRET: secret }).interface).toMatchObject({
      publicUrl: 'https://new.example',
      authSecret: secret,
    })
  })

  it('keeps objects below the data directory unless STORAGE_PATH says otherwise', () => {
    expect(loadConfig({ DCS_DATA_DIR: '/d' }).storagePath).toBe(path.resolve('/d/objects'))
    expect(loadConfig({ DCS_DATA_DIR: '/d', STORAGE_PATH: '/s' }).storagePath).toBe(path.resolve('/s'))
  })

  it('says where to get a token when one is needed', () => {
    expect(requireToken(loadConfig({ BOT_TOKEN: ' abc\n' }))).toBe('abc')
    expect(() => requireToken(loadConfig({}))).toThrow(/BOT_TOKEN is not set.*discord\.com\/developers/)
  })
})

function serverUrl(env: Record<string, string>): string {
  const { database } = loadConfig(env)
  if (database.kind !== 'server') throw new Error('not a server')
  return database.url
}

/** What the driver makes of it. */
function connectionOf(env: Record<string, string>) {
  const { host, port, user, password, database } = new pg.Client(serverUrl(env))
  return { host, port, user, password, database }
}
