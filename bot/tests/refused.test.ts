import type { Twin } from '@dcs/discord-twin'
import { fork } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startCheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { createMigratedDatabase, type TestDatabase } from '../../shared/tests/test-database.ts'

describe('a bot that Discord refuses', { timeout: 60_000 }, () => {
  let twin: Twin
  let db: TestDatabase

  beforeEach(async () => {
    twin = await startCheckedTwin({ timeScale: 50 })
    db = await createMigratedDatabase()
  })
  afterEach(async () => {
    await db.drop()
    await twin.close()
  })

  const setFlags = (flags: number) =>
    fetch(`${twin.apiUrl}/v10/applications/@me`, {
      method: 'PATCH',
      headers: { authorization: `Bot ${twin.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ flags }),
    })

  it.each([
    ['the token is revoked', { kind: 'token-revoked' } as const, 'Discord does not accept BOT_TOKEN'],
    [
      'an intent is switched off',
      { kind: 'dropped-socket', on: 'now', closeCode: 4014 } as const,
      'Message Content Intent',
    ],
  ])('ends the program with what to do and exit code 1 when %s while it runs', async (_name, fault, sentence) => {
    const child = fork(new URL('../src/main.ts', import.meta.url), [], {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        LOG_LEVEL: 'silent',
        ...twin.env,
        DATABASE_URL: db.url,
        BOT_PORT: '0',
      },
      stdio: 'ignore',
    })
    const ready = Promise.withResolvers<void>()
    const failed = Promise.withResolvers<string>()
    child.on('message', (message: { type: string; message?: string }) => {
      if (message.type === 'ready') ready.resolve()
      else failed.resolve(message.message ?? '')
    })
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
    await ready.promise
    // Without the intent for message content the next login is refused, too.
    if (fault.kind === 'dropped-socket') await setFlags(0)
    twin.faults.add(fault)
    expect(await failed.promise).toContain(sentence)
    expect(await exited).toBe(1)
  })
})
