import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import { DEMO, mediaFile } from '@dcs/discord-twin'
import { parseSnowflake } from '@dcs/shared/core'
import { findChannel, findChannelRules, findClip, sql, storeClips, transaction, withObjectLocks } from '@dcs/shared/db'
import { fetchMessagesBefore } from '@dcs/shared/discord'
import { clipsIn } from '@dcs/shared/domain'
import { ComponentType, EmbedType } from 'discord-api-types/v10'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openContext, openPlace, syncWorld, type Place } from './test-worker.ts'

describe('clips of every source', { timeout: 60_000 }, () => {
  const guildId = DEMO.guilds.squad
  const authorId = DEMO.people.mara
  let place: Place
  let world: Place['twin']['world']
  let worker: Awaited<ReturnType<typeof openContext>>
  let channelId: string
  let elsewhere: string
  /** Requests to Discord's API for one message. */
  let asked = 0

  beforeAll(async () => {
    place = await openPlace({ observe: ({ route }) => (asked += Number(route?.endsWith('/messages/{message_id}'))) })
    world = place.twin.world
    worker = await openContext(place)
    elsewhere = world.createChannel({ guildId, name: 'elsewhere' }).id
  })
  beforeEach(async () => {
    channelId = world.createChannel({ guildId, name: 'sources' }).id
    await syncWorld(place.twin)
  })
  afterAll(async () => {
    await worker?.close()
    await place?.close()
  })

  const post = (more: Omit<Parameters<typeof world.postMessage>[0], 'channelId' | 'authorId'>) =>
    world.postMessage({ channelId, authorId, ...more })
  const set = (match: object) =>
    place.query('update bot_channels set settings = $2 where channel_id = $1', [channelId, { match }])
  const rulesNow = async () => {
    const discord = { cdnHosts: worker.context.cdnHosts, botUserId: null }
    return findChannelRules(worker.context.settings, (await findChannel(channelId))!, null, discord)
  }
  /** Stores the clips of the channel as a page of its history; returns those to fetch. */
  const take = async () => {
    const [rules, page] = [await rulesNow(), await fetchMessagesBefore(worker.context.rest, channelId, null)]
    const found = page.flatMap((message) => clipsIn(message, rules.clips))
    const clips = found.map((clip) => ({ ...clip, guildId, authorAvatar: null }))
    return transaction((tx) => storeClips(clips, () => rules.dailyCap, tx))
  }
  const takeOne = async () => {
    const [id, ...more] = await take()
    expect(more).toEqual([])
    return id!
  }
  const fetchClip = async (id: string) => {
    await worker.run('fetch-clip', { clipId: parseSnowflake(id) })
    return (await findClip(id))!
  }
  const hashOf = async (key: string) =>
    createHash('sha256')
      .update(await fs.readFile(mediaFile(key).path))
      .digest('hex')
  const inStore = async (key: string) => worker.context.store.size(await hashOf(key))
  const component = (key: string) =>
    post({
      files: [{ key, fileName: `${key}.mp4` }],
      filesInComponents: true,
      flags: 1 << 15,
      components: [{ type: ComponentType.File, file: { url: `attachment://${key}.mp4` } }],
    })

  it('are kept byte for byte from a component, whose size nobody says before', async () => {
    component('scene-1')
    const id = await takeOne()
    expect(await findClip(id)).toMatchObject({ source: 'component', sizeBytes: expect.any(Number) })
    const { sizeBytes } = mediaFile('scene-1')
    await place.query('update clips set size_bytes = 0 where id = $1', [id])
    expect(await fetchClip(id)).toMatchObject({ state: 'ready', objectSha256: await hashOf('scene-1'), sizeBytes })
  })

  it('get a fresh address for a component from its message', async () => {
    component('scene-2')
    const id = await takeOne()
    await place.query('update clips set url = $2 where id = $1', [id, `${place.twin.url}/attachments/1/2/a.mp4`])
    expect(await fetchClip(id)).toMatchObject({ state: 'ready', objectSha256: await hashOf('scene-2') })
  })

  it('are kept from a forward, with where it was', async () => {
    const original = world.postMessage({ channelId: elsewhere, authorId, files: [{ key: 'scene-3' }] })
    post({ forwardOf: { channelId: elsewhere, messageId: original.id } })
    expect(await fetchClip(await takeOne())).toMatchObject({
      state: 'ready',
      source: 'forward',
      authorName: null,
      forwardedChannelId: elsewhere,
      forwardedMessageId: original.id,
      objectSha256: await hashOf('scene-3'),
    })
  })

  it('are kept from an embed as Discord’s proxy serves it', async () => {
    world.postMessage({ channelId: elsewhere, authorId, files: [{ key: 'scene-4' }] })
    const [shown] = await fetchMessagesBefore(worker.context.rest, elsewhere, null)
    const { url } = shown!.attachments[0]!
    const video = { url, width: 640, height: 360 }
    post({ embeds: [{ type: EmbedType.Video, url: 'https://v.example/watch/1', title: 'Goal', video }] })
    expect(await fetchClip(await takeOne())).toMatchObject({
      state: 'ready',
      source: 'embed',
      title: 'Goal',
      linkUrl: 'https://v.example/watch/1',
      objectSha256: await hashOf('scene-4'),
      sizeBytes: mediaFile('scene-4').sizeBytes,
    })
  })

  it('cost no question to Discord’s API when its proxy does not have an embed’s video', async () => {
    post({ embeds: [{ type: EmbedType.Video, url: 'https://v.example/2', video: { url: 'https://v.example/2.mp4' } }] })
    const id = await takeOne()
    const before = asked
    expect(await fetchClip(id)).toMatchObject({ source: 'embed', state: 'failed', failureCode: 'gone' })
    expect(asked).toBe(before)
  })

  it('are not fetched from a link whose host is not allowed any more', async () => {
    await set({ link_hosts: ['clips.example.org'] })
    post({ content: 'https://clips.example.org/a.mp4' })
    const id = await takeOne()
    await set({})
    expect(await fetchClip(id)).toMatchObject({
      source: 'link',
      state: 'failed',
      failureCode: 'host-not-allowed',
      failureMessage: expect.stringContaining('clips.example.org'),
    })
  })

  it('are hidden with the reason when the bytes are longer than the channel wants, and not kept', async () => {
    post({ files: [{ key: 'scene-5' }] })
    const id = await takeOne()
    await place.query('update clips set duration_seconds = null where id = $1', [id])
    await set({ max_video_seconds: 0.5 })
    expect(await fetchClip(id)).toMatchObject({
      state: 'failed',
      failureCode: 'filtered',
      hiddenReason: 'filtered',
      failureMessage: expect.stringMatching(/^The video is [\d.]+ s long; this channel keeps none above 0.5 s/),
      objectSha256: null,
    })
    expect(await inStore('scene-5')).toBeNull()
    expect(await fetchClip(id)).toMatchObject({ state: 'failed' })
  })

  it('are hidden with the reason when a file of unknown size has more bytes than the channel wants', async () => {
    component('scene-6')
    const id = await takeOne()
    await place.query('update clips set size_bytes = 0 where id = $1', [id])
    await set({ max_size_mb: 0.01 })
    expect(await fetchClip(id)).toMatchObject({
      failureCode: 'filtered',
      hiddenReason: 'filtered',
      failureMessage: expect.stringContaining('max_size_mb'),
    })
    expect(await inStore('scene-6')).toBeNull()
  })

  it('are not fetched while the daily cap holds them back, and are when it does not any more', async () => {
    await set({ max_clips_per_day: 1 })
    post({ files: [{ key: 'scene-7' }] })
    post({ files: [{ key: 'scene-8' }] })
    const id = await takeOne()
    const [held] = await place.query<{ id: string }>('select id from clips where channel_id = $1 and id <> $2', [
      channelId,
      id,
    ])
    expect(await fetchClip(held!.id)).toMatchObject({ state: 'pending', hiddenReason: 'daily_cap' })
    expect(await inStore('scene-8')).toBeNull()
    await set({})
    expect(await take()).toEqual([held!.id])
    expect(await fetchClip(held!.id)).toMatchObject({ state: 'ready', hiddenReason: null })
  })

  it('never lack their bytes when the last other clip with the same bytes is removed meanwhile', async () => {
    const sha256 = await hashOf('scene-9')
    const { id: first } = post({ files: [{ key: 'scene-9' }] }).attachments[0]!
    await take()
    await fetchClip(first)
    const { id: second } = post({ files: [{ key: 'scene-9' }] }).attachments[0]!
    await take()
    let fetching: ReturnType<typeof fetchClip> | undefined
    await withObjectLocks([sha256], async (tx) => {
      fetching = fetchClip(second)
      await vi.waitFor(
        async () =>
          expect(await place.query("select from pg_locks where locktype = 'advisory' and not granted")).toHaveLength(1),
        10_000,
      )
      await tx.execute(sql`delete from clips where id = ${first}`)
      await tx.execute(sql`delete from objects where sha256 = ${sha256}`)
      await worker.context.store.delete(sha256)
    })
    expect(await fetching).toMatchObject({ state: 'ready', objectSha256: sha256 })
    expect(await inStore('scene-9')).toBe(mediaFile('scene-9').sizeBytes)
  })

  it('leave nothing behind when they are removed while their bytes come', async () => {
    const { id } = post({ files: [{ key: 'vertical' }] }).attachments[0]!
    await take()
    let fetching: Promise<void> | undefined
    await withObjectLocks([await hashOf('vertical')], async (tx) => {
      fetching = worker.run('fetch-clip', { clipId: parseSnowflake(id) })
      await vi.waitFor(
        async () =>
          expect(await place.query("select from pg_locks where locktype = 'advisory' and not granted")).toHaveLength(1),
        10_000,
      )
      await tx.execute(sql`delete from clips where id = ${id}`)
    })
    await fetching
    expect(await findClip(id)).toBeNull()
    expect(await inStore('vertical')).toBeNull()
  })
})
