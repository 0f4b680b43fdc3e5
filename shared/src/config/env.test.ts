import { describe, expect, it } from 'vitest'
import { AppError } from '../core/errors.ts'
import { renderEnvExample, renderEnvReference } from './env-files.ts'
import { childEnvironment, readEnv } from './env.ts'
import { envVariables } from './variables.ts'

describe('reading the environment', () => {
  it('lists every bad variable at once, by the name that was used, with what is allowed', () => {
    const message = messageOf({
      DB_PORT: '99999',
      DB_TYPE: 'sqlite',
      DISCORD_API_URL: 'discord.com',
      LOG_LEVEL: 'loud',
      DB_POOL_MAX: '0',
      DISCORD_CLIENT_ID: 'abc',
      BOT_PORT: '80a',
    })
    expect(message.split('\n').slice(1)).toHaveLength(7)
    expect(message).toContain('DB_PORT: "99999" is not a port number')
    expect(message).toContain('DB_TYPE: "sqlite" is not supported; the only database is postgres')
    expect(message).toContain('DISCORD_API_URL: "discord.com" is not an http(s) URL')
    expect(message).toContain('LOG_LEVEL: "loud" is not one of trace, debug')
    expect(message).toContain('DB_POOL_MAX: "0" is not a number from 1 to 200')
    expect(message).toContain('DISCORD_CLIENT_ID: "abc" is not an application id')
    expect(message).toContain('BOT_PORT: "80a" is not a port number')
  })

  it('never shows a secret', () => {
    const message = messageOf({ DATABASE_URL: 'mysql://dcs:hunter2@db/x', AUTH_SECRET: 'hunter2' })
    expect(message).toContain('DATABASE_URL: the value (hidden) is not a postgres:// URL')
    expect(message).toContain('AUTH_SECRET: the value (hidden) is shorter than 32 characters')
    expect(message).not.toContain('hunter2')
  })

  it('marks everything that must not be shown as secret', () => {
    const named = envVariables.filter(({ names }) => names.some((name) => /TOKEN|SECRET|PASSWORD|DSN|_KEY/.test(name)))
    expect(named.filter((variable) => !('secret' in variable))).toEqual([])
  })

  it('counts an empty value as not set', () => {
    expect(readEnv({ POSTGRES_HOST: '', DB_HOST: 'db', BOT_TOKEN: '  ', DB_PORT: '' })).toEqual({ POSTGRES_HOST: 'db' })
  })

  it('drops spaces around a value, except around a password', () => {
    expect(readEnv({ BOT_TOKEN: ' t\n', DB_PORT: ' 5433 ', DB_PASSWORD: ' p ' })).toEqual({
      BOT_TOKEN: 't',
      POSTGRES_PORT: 5433,
      POSTGRES_PASSWORD: ' p ',
    })
  })

  it('ignores variables of others', () => {
    expect(readEnv({ HOME: '/home/x', SOMETHING: 'else' })).toEqual({})
  })

  it('accepts both names that the original had for its only database, and its spelling of log levels', () => {
    expect(readEnv({ DATABASE_TYPE: 'postgresql', LOG_LEVEL: 'INFO' })).toMatchObject({
      DB_TYPE: 'postgresql',
      LOG_LEVEL: 'info',
    })
  })
})

it('gives a child our environment with changes', () => {
  const environment = childEnvironment({ DCS_TEST_VALUE: '1', PATH: undefined })
  expect(environment.DCS_TEST_VALUE).toBe('1')
  expect(environment.PATH).toBeUndefined()
  expect(process.env.PATH).toBeDefined()
})

it.each([
  ['.env.example', renderEnvExample()],
  ['the reference', renderEnvReference()],
])('names every variable in %s', (_, text) => {
  for (const variable of envVariables) for (const name of variable.names) expect(text).toContain(name)
})

function messageOf(source: Record<string, string>): string {
  try {
    readEnv(source)
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid-input') return error.message
    throw error
  }
  throw new Error('nothing was wrong')
}
