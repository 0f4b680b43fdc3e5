import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import path from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { DEMO, mediaFile } from '@dcs/discord-twin'
import { parseSnowflake } from '@dcs/shared/core'
import {
  checkOperatorKey,
  database,
  deleteAuthorKey,
  findClip,
  findObjectKey,
  listRunningPrograms,
  requestScan,
} from '@dcs/shared/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openContext, openPlace, syncWorld, type Place } from './test-worker.ts'

const root = path.resolve(import.meta.dirname, '../..')

describe('encryption of stored files', { timeout: 60_000 }, () => {
  const guildId = DEMO.guilds.squad
  const { mara, jonas } = DEMO.people
  const operatorKey = randomBytes(32)
  let place: Place
  let worker: Awaited<ReturnType<typeof openContext>>
  let channelId: string

  beforeAll(async () => {
    place = await openPlace()
    worker = await openContext(place)
    worker.context.storageKey = operatorKey
    channelId = place.twin.world.createChannel({ guildId, name: 'encrypted' }).id
    await syncWorld(place.twin)
  })
  afterAll(async () => {
    await worker?.close()
    await place?.close()
  })

  const keep = async (key: string, authorId: string) => {
    const message = place.twin.world.postMessage({ channelId, authorId, files: [{ key }] })
    const { runId } = (await requestScan(channelId, null))!
    const ids = { guildId: parseSnowflake(guildId), channelId: parseSnowflake(channelId) }
    await worker.run('scan-channel', { runId, ...ids, turn: 0 })
    const { id } = message.attachments[0]!
    await worker.run('fetch-clip', { clipId: parseSnowflake(id) })
    const clip = (await findClip(id))!
    return { clipId: id, sha256: clip.objectSha256!, posterSha256: clip.posterSha256! }
  }
  const open = async (sha256: string, key: Buffer | null = operatorKey) =>
    buffer(await worker.context.store.read(sha256, { key: await findObjectKey(key, sha256) }))
  const bytesOf = (key: string) => fs.readFile(mediaFile(key).path)
  const onDisk = (sha256: string) =>
    fs.readFile(path.join(place.storagePath, sha256.slice(0, 2), sha256.slice(2, 4), sha256))
  const dcs = async (env: Record<string, string>, ...args: string[]) => {
    const child = spawn(process.execPath, [path.join(root, 'cli/bin/dcs.mjs'), 'storage', ...args], {
      env: { PATH: process.env.PATH, ...place.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { out, err, code: code as number }
  }

  it('leaves nothing readable on the disk, and gives back every byte', async () => {
    const { sha256, posterSha256 } = await keep('h264-faststart', mara)
    const original = await bytesOf('h264-faststart')
    expect(await open(sha256)).toEqual(original)
    expect((await onDisk(sha256)).includes(original.subarray(0, 64))).toBe(false)
    expect((await onDisk(posterSha256)).includes(Buffer.from('WEBP'))).toBe(false)
    expect((await open(posterSha256)).includes(Buffer.from('WEBP'))).toBe(true)
  })

  it('cannot be opened without the key of the operator', async () => {
    const { sha256 } = await keep('vp9-webm', mara)
    await expect(open(sha256, null)).rejects.toMatchObject({ code: 'not-found' })
    await expect(open(sha256, randomBytes(32))).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(checkOperatorKey(randomBytes(32))).rejects.toThrow('STORAGE_ENCRYPTION_KEY')
    expect(await checkOperatorKey(operatorKey)).toBe(true)
  })

  it("is gone for good with its author's key, but not what another author posted as well", async () => {
    const own = await keep('scene-1', jonas)
    const shared = await keep('scene-2', jonas)
    expect((await keep('scene-2', mara)).sha256).toBe(shared.sha256)
    expect(await deleteAuthorKey(jonas)).toBeGreaterThan(0)
    await expect(open(own.sha256)).rejects.toMatchObject({ code: 'not-found' })
    expect(await open(shared.sha256)).toEqual(await bytesOf('scene-2'))
    expect((await onDisk(own.sha256)).length).toBeGreaterThan(0)
  })

  it('begins anew when the same video is posted after its key was deleted', async () => {
    const first = await keep('scene-3', jonas)
    await deleteAuthorKey(jonas)
    expect((await keep('scene-3', mara)).sha256).toBe(first.sha256)
    expect(await open(first.sha256)).toEqual(await bytesOf('scene-3'))
  })

  it('is added to what was stored before, and the key of the operator can be changed', async () => {
    worker.context.storageKey = null
    const { sha256, posterSha256 } = await keep('scene-4', mara)
    expect(await onDisk(sha256)).toEqual(await bytesOf('scene-4'))
    worker.context.storageKey = operatorKey
    const oldEnv = { STORAGE_ENCRYPTION_KEY: operatorKey.toString('base64') }
    expect(await dcs(oldEnv, 'encrypt')).toMatchObject({ code: 0, out: '2 objects were encrypted.\n' })
    expect(await open(sha256)).toEqual(await bytesOf('scene-4'))
    expect((await onDisk(posterSha256)).includes(Buffer.from('WEBP'))).toBe(false)
    const newKey = randomBytes(32)
    const both = { ...oldEnv, NEW_STORAGE_ENCRYPTION_KEY: newKey.toString('base64') }
    const running = await database().$client.connect()
    await running.query(`
      insert into program_heartbeats (instance_id, program, backend_pid, backend_start, is_healthy, detail)
      select gen_random_uuid(), 'worker', pid, backend_start, true, '{}' from pg_stat_activity where pid = pg_backend_pid()`)
    expect(await dcs(both, 'rekey')).toMatchObject({ code: 1, err: expect.stringContaining('A worker is running') })
    expect(await open(sha256)).toEqual(await bytesOf('scene-4'))
    running.release(true)
    await expect.poll(() => listRunningPrograms()).toEqual([])
    expect(await dcs(both, 'rekey')).toMatchObject({ code: 0 })
    expect(await open(sha256, newKey)).toEqual(await bytesOf('scene-4'))
    await expect(open(sha256)).rejects.toMatchObject({ code: 'invalid-input' })
    const status = await dcs({ STORAGE_ENCRYPTION_KEY: newKey.toString('base64') }, 'status', '--json')
    const { objects, encrypted } = JSON.parse(status.out) as { objects: number; encrypted: number }
    expect(encrypted).toBe(objects)
    expect(await dcs(oldEnv, 'encrypt')).toMatchObject({ code: 1, err: expect.stringContaining('another key') })
  })
})
