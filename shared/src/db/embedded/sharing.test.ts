import { afterAll, afterEach, describe, expect, it } from 'vitest'
import pg from 'pg'
import { embeddedPostgresStatus, openEmbeddedPostgres, stopEmbeddedPostgres } from './embedded-postgres.ts'
import { makeDirectory, removeDirectory, startHolder, startProcess, until } from './testing.ts'

describe('an embedded Postgres that is shared', { timeout: 60_000 }, () => {
  const directory = makeDirectory()

  afterEach(() => stopEmbeddedPostgres(directory))
  afterAll(() => removeDirectory(directory))

  it('is one server for six processes that open an empty directory at once, and stops with the last', async () => {
    const holders = Array.from({ length: 6 }, () => startHolder(directory))
    const opened = await Promise.all(holders.map(async (holder) => JSON.parse(await holder.nextLine())))
    expect(new Set(opened.map(({ url }) => url)).size).toBe(1)
    expect(opened.filter(({ startedByUs }) => startedByUs)).toHaveLength(1)

    const [last, ...others] = holders
    for (const holder of others) holder.send('release')
    expect(await Promise.all(others.map((holder) => holder.ended))).toEqual([0, 0, 0, 0, 0])
    expect((await embeddedPostgresStatus(directory)).state).toBe('running')
    last!.send('release')
    expect(await last!.ended).toBe(0)
    expect((await embeddedPostgresStatus(directory)).state).toBe('stopped')
  })

  it('stops when all processes release at the same moment', async () => {
    const holders = Array.from({ length: 3 }, () => startHolder(directory))
    await Promise.all(holders.map((holder) => holder.nextLine()))
    for (const holder of holders) holder.send('release')
    await Promise.all(holders.map((holder) => holder.ended))
    expect((await embeddedPostgresStatus(directory)).state).toBe('stopped')
  })

  it('stays up while someone without a lease is connected', async () => {
    const held = await openEmbeddedPostgres(directory)
    const guest = new pg.Client({ connectionString: held.url })
    guest.on('error', () => {})
    await guest.connect()
    await held.release()
    expect((await guest.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await guest.end()
  })

  it('forgets a process that was killed', async () => {
    const holder = startHolder(directory)
    await holder.nextLine()
    const held = await openEmbeddedPostgres(directory)
    holder.child.kill('SIGKILL')
    await holder.ended
    await until(async () => {
      const { url } = await embeddedPostgresStatus(directory)
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      const { rowCount } = await client.query(`select from pg_stat_activity where application_name = 'dcs-lease'`)
      await client.end()
      return rowCount === 1
    })
    await held.release()
    expect((await embeddedPostgresStatus(directory)).state).toBe('stopped')
  })

  it('survives a race of opening and releasing', async () => {
    const rounds = Array.from({ length: 6 }, async () => {
      for (let round = 0; round < 3; round++) {
        const held = await openEmbeddedPostgres(directory)
        const client = new pg.Client({ connectionString: held.url })
        await client.connect()
        await client.query('select 1')
        await client.end()
        await held.release()
      }
    })
    await Promise.all(rounds)
    expect((await embeddedPostgresStatus(directory)).state).toBe('stopped')
  })

  it('does not keep a process alive that has nothing else to do', async () => {
    const idle = startProcess(`
      import { openEmbeddedPostgres } from './embedded-postgres.ts'
      await openEmbeddedPostgres(${JSON.stringify(directory)})
    `)
    expect(await idle.ended).toBe(0)
  })
})
