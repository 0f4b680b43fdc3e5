import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { DEMO, mediaFile } from '@dcs/discord-twin'
import { parseSnowflake } from '@dcs/shared/core'
import { findClip, requestScan, type Clip } from '@dcs/shared/db'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openContext, openPlace, syncWorld, type Place, type RunOptions } from './test-worker.ts'

describe('fetching a clip', { timeout: 60_000 }, () => {
  const guildId = DEMO.guilds.squad
  let place: Place
  let world: Place['twin']['world']
  let worker: Awaited<ReturnType<typeof openContext>>
  let channelId: string
  /** What the last fetch left in the folder for work in progress. */
  let leftovers: string[]

  beforeAll(async () => {
    place = await openPlace()
    world = place.twin.world
    worker = await openContext(place)
    channelId = world.createChannel({ guildId, name: 'fetch' }).id
    await syncWorld(place.twin)
  })
  afterAll(async () => {
    await worker?.close()
    await place?.close()
  })
  afterEach(() => place.twin.setUrlLifetime(86_400))

  /** A clip that was posted and found, but not fetched. */
  const post = async (key: string) => {
    const message = world.postMessage({ channelId, authorId: DEMO.people.mara, files: [{ key }] })
    const { runId } = (await requestScan(channelId, null))!
    const ids = { guildId: parseSnowflake(guildId), channelId: parseSnowflake(channelId) }
    await worker.run('scan-channel', { runId, ...ids, turn: 0 })
    return { id: message.attachments[0]!.id, messageId: message.id }
  }
  const fetchClip = async (id: string, options?: RunOptions) => {
    try {
      await worker.run('fetch-clip', { clipId: parseSnowflake(id) }, options)
    } finally {
      leftovers = await fs.readdir(path.join(place.storagePath, 'work'))
    }
    return (await findClip(id))!
  }
  const changeClip = (id: string, column: 'url' | 'size_bytes', value: unknown) =>
    place.query(`update clips set ${column} = $2 where id = $1`, [id, value])
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  const stored = async (hash: string | null) => buffer(await worker.context.store.read(hash ?? ''))
  const expectStored = async (clip: Clip, key: string) => {
    const original = await fs.readFile(mediaFile(key).path)
    expect(clip).toMatchObject({ state: 'ready', failureCode: null, objectSha256: sha256(original) })
    expect((await stored(clip.objectSha256)).equals(original)).toBe(true)
    expect(leftovers).toEqual([])
  }

  it.each([
    'h264-faststart',
    'h264-moov-end',
    'hevc',
    'av1-webm',
    'vp9-webm',
    'mov',
    'vertical',
    'rotated',
    'one-second',
    'no-audio',
  ])('keeps %s byte for byte with its facts and a poster', async (key) => {
    const { id } = await post(key)
    const clip = await fetchClip(id)
    await expectStored(clip, key)
    const media = mediaFile(key)
    expect(clip).toMatchObject({ width: media.width, height: media.height, videoCodec: media.codec })
    expect(clip.durationSeconds).toBeCloseTo(media.durationSeconds, 0)
    const poster = await sharp(await stored(clip.posterSha256)).metadata()
    expect(poster.format).toBe('webp')
    expect(poster.width > poster.height).toBe(media.width > media.height)
  })

  it('keeps the same video posted twice once', async () => {
    const [one, two] = [await post('scene-1'), await post('scene-1')]
    const [first, second] = [await fetchClip(one.id), await fetchClip(two.id)]
    expect(second).toMatchObject({ objectSha256: first.objectSha256, posterSha256: first.posterSha256 })
    expect(await place.query('select size_bytes::int from objects where sha256 = $1', [first.objectSha256])).toEqual([
      { size_bytes: mediaFile('scene-1').sizeBytes },
    ])
  })

  it.each([
    ['text', 'not-a-video'],
    ['truncated', 'truncated'],
  ])('calls %s what it is at the first attempt and keeps nothing of it', async (key, code) => {
    const { id } = await post(key)
    const clip = await fetchClip(id)
    expect(clip).toMatchObject({ state: 'failed', failureCode: code, objectSha256: null, posterSha256: null })
    expect(clip.failureMessage).toMatch(/^[A-Z].+\.$/)
    const hash = sha256(await fs.readFile(mediaFile(key).path))
    expect(await worker.context.store.size(hash)).toBeNull()
    expect(leftovers).toEqual([])
  })

  it('gets a fresh address when the stored one has expired', async () => {
    place.twin.setUrlLifetime(-60)
    const { id } = await post('scene-2')
    const { url } = (await findClip(id))!
    place.twin.setUrlLifetime(86_400)
    const clip = await fetchClip(id)
    await expectStored(clip, 'scene-2')
    expect(clip.url).not.toBe(url)
  })

  it('gets a fresh address when the stored one does not work', async () => {
    const { id } = await post('scene-3')
    const { url } = (await findClip(id))!
    await changeClip(id, 'url', url.replace(/hm=[0-9a-f]{4}/, 'hm=beef'))
    await expectStored(await fetchClip(id), 'scene-3')
  })

  it('reads the message when the stored address leads nowhere', async () => {
    const { id } = await post('scene-4')
    await changeClip(id, 'url', `${place.twin.url}/attachments/1/2/other.mp4`)
    await expectStored(await fetchClip(id), 'scene-4')
  })

  it('says that a file is gone when its message was deleted', async () => {
    const { id, messageId } = await post('scene-5')
    world.deleteMessage(channelId, messageId)
    expect(await fetchClip(id)).toMatchObject({
      state: 'failed',
      failureCode: 'gone',
      failureMessage: 'Discord no longer has this file. It was deleted before DCS could keep it.',
    })
  })

  it('leaves a clip alone that is kept already, also when it is gone from Discord', async () => {
    const { id, messageId } = await post('scene-6')
    const clip = await fetchClip(id)
    world.deleteMessage(channelId, messageId)
    expect(await fetchClip(id)).toEqual(clip)
  })

  it('asks Discord again for a file whose stored address is of a host that is not allowed', async () => {
    const { id } = await post('scene-7')
    await changeClip(id, 'url', 'http://127.0.0.1:9/attachments/1/2/a.mp4')
    expect(await fetchClip(id)).toMatchObject({ state: 'ready' })
  })

  it('tries again when the size is not what Discord announced, and says so in the end', async () => {
    const { id } = await post('scene-8')
    await changeClip(id, 'size_bytes', mediaFile('scene-8').sizeBytes + 1)
    await expect(fetchClip(id)).rejects.toThrow('bytes')
    expect(await findClip(id)).toMatchObject({ state: 'pending' })
    expect(leftovers).toEqual([])
    await fetchClip(id, { isLastAttempt: true })
    expect(await findClip(id)).toMatchObject({
      state: 'failed',
      failureCode: 'size-mismatch',
      failureMessage: `The file should have ${mediaFile('scene-8').sizeBytes + 1} bytes, but ${mediaFile('scene-8').sizeBytes} came.`,
    })
    await changeClip(id, 'size_bytes', mediaFile('scene-8').sizeBytes)
    await expectStored(await fetchClip(id), 'scene-8')
  })

  it('does nothing for a clip that is not stored any more', async () => {
    await worker.run('fetch-clip', { clipId: parseSnowflake('1') })
  })

  it('stops with the worker and leaves the clip waiting', async () => {
    const { id } = await post('scene-9')
    const stopped = AbortSignal.abort(new Error('stopped'))
    await expect(fetchClip(id, { signal: stopped, isLastAttempt: true })).rejects.toThrow('stopped')
    expect(await findClip(id)).toMatchObject({ state: 'pending', failureCode: null })
  })
})
