import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { embeddedPostgresStatus, openEmbeddedPostgres, stopEmbeddedPostgres } from './embedded-postgres.ts'
import { makeDirectory, query, removeDirectory, startHolder, until } from './testing.ts'

describe('openEmbeddedPostgres', { timeout: 60_000 }, () => {
  const home = makeDirectory()
  const directory = path.join(home, 'a folder with spaces')

  afterEach(() => stopEmbeddedPostgres(directory))
  afterAll(() => removeDirectory(home))

  it('makes an empty directory into a server and keeps its rows when it is released and opened again', async () => {
    expect(await embeddedPostgresStatus(directory)).toEqual({ state: 'absent' })
    const first = await openEmbeddedPostgres(directory)
    expect(first.startedByUs).toBe(true)
    await query(first.url, 'create table kept as select 42 as answer')
    await first.release()
    expect(await embeddedPostgresStatus(directory)).toEqual({ state: 'stopped', version: '18' })

    const second = await openEmbeddedPostgres(directory)
    expect(second.url).toBe(first.url)
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
    expect(
      await query(second.url, `select current_setting('timezone') as zone, current_setting('fsync') as fsync`),
    ).toEqual([{ zone: 'UTC', fsync: 'on' }])
    await second.release()
  })

  it('writes its password where only its owner can read it', () => {
    expect(fs.statSync(path.join(directory, 'embedded.json')).mode & 0o777).toBe(0o600)
    expect(fs.readdirSync(directory).sort()).toEqual(['data', 'embedded.json', 'server.log'])
  })

  it('creates further databases on the same server', async () => {
    const first = await openEmbeddedPostgres(directory)
    const second = await openEmbeddedPostgres(directory, { database: 'another "one"' })
    expect(second.startedByUs).toBe(false)
    expect(await query(second.url, 'select current_database() as name')).toEqual([{ name: 'another "one"' }])
    await Promise.all([first.release(), second.release()])
    expect((await embeddedPostgresStatus(directory)).state).toBe('stopped')
  })

  it('moves to another port when the one it had is taken', async () => {
    const first = await openEmbeddedPostgres(directory)
    const { port } = await embeddedPostgresStatus(directory)
    await first.release()
    const squatter = net.createServer()
    await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve))
    const second = await openEmbeddedPostgres(directory)
    expect(second.url).not.toBe(first.url)
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
    await second.release()
    await new Promise((resolve) => squatter.close(resolve))
  })

  it('recovers every acknowledged row after the server and its user were killed', async () => {
    const holder = startHolder(directory)
    const { url } = JSON.parse(await holder.nextLine())
    await query(url, 'create table acknowledged (n int)')
    for (let n = 0; n < 20; n++) await query(url, `insert into acknowledged values (${n})`)
    const { pid } = await embeddedPostgresStatus(directory)
    holder.child.kill('SIGKILL')
    await holder.ended
    process.kill(pid!, 'SIGKILL')
    await until(async () => (await embeddedPostgresStatus(directory)).state === 'stopped')

    const next = await openEmbeddedPostgres(directory)
    expect(next.startedByUs).toBe(true)
    expect(await query(next.url, 'select count(*)::int as count from acknowledged')).toEqual([{ count: 20 }])
    await next.release()
  })

  it('comes back by itself for those who still use it when the server was killed', async () => {
    const held = await openEmbeddedPostgres(directory)
    const { pid } = await embeddedPostgresStatus(directory)
    process.kill(pid!, 'SIGKILL')
    await until(async () => (await query(held.url, 'select 1')).length === 1)
    expect((await embeddedPostgresStatus(directory)).pid).not.toBe(pid)
    await held.release()
    expect((await embeddedPostgresStatus(directory)).state).toBe('stopped')
  })

  it('stays down when it was stopped on purpose', async () => {
    const held = await openEmbeddedPostgres(directory)
    expect(await stopEmbeddedPostgres(directory)).toBe(true)
    expect(await stopEmbeddedPostgres(directory)).toBe(false)
    await held.release()
    expect((await embeddedPostgresStatus(directory)).state).toBe('stopped')
  })

  it('is not stopped by a pid file whose pid belongs to another program now', async () => {
    const pidFile = path.join(directory, 'data', 'postmaster.pid')
    fs.writeFileSync(pidFile, `${process.pid}\n${path.join(directory, 'data')}\n0\n1\n\n127.0.0.1\n`)
    const next = await openEmbeddedPostgres(directory)
    expect(next.startedByUs).toBe(true)
    await next.release()
  })

  it('says so when the directory was made by another version', async () => {
    const file = path.join(directory, 'data', 'PG_VERSION')
    const version = fs.readFileSync(file, 'utf8')
    fs.writeFileSync(file, '14\n')
    await expect(openEmbeddedPostgres(directory)).rejects.toThrow('made by Postgres 14')
    fs.writeFileSync(file, version)
  })

  it('says so when the password is missing', async () => {
    const file = path.join(directory, 'embedded.json')
    fs.renameSync(file, `${file}.away`)
    await expect(openEmbeddedPostgres(directory)).rejects.toThrow('embedded.json with its password is missing')
    fs.renameSync(`${file}.away`, file)
  })
})
