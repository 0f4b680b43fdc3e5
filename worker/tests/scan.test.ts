import { ChannelType, OverwriteType } from 'discord-api-types/v10'
import { DEMO, mediaFile } from '@dcs/discord-twin'
import { parseSnowflake } from '@dcs/shared/core'
import {
  addCoverage,
  findChannel,
  findClip,
  findScanRun,
  listCoverage,
  markScanCanceled,
  noteNewestMessages,
  requestScan,
  setGuildSettings,
} from '@dcs/shared/db'
import { Permission } from '@dcs/shared/domain'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  clipsIn,
  describeStored,
  openContext,
  openPlace,
  syncWorld,
  type Place,
  type RunOptions,
} from './test-worker.ts'

describe('scanning a channel', { timeout: 60_000 }, () => {
  const guildId = DEMO.guilds.squad
  const authorId = DEMO.people.mara
  let place: Place
  let world: Place['twin']['world']
  let worker: Awaited<ReturnType<typeof openContext>>

  beforeAll(async () => {
    place = await openPlace()
    world = place.twin.world
    worker = await openContext(place)
    await syncWorld(place.twin)
  })
  afterAll(async () => {
    await worker?.close()
    await place?.close()
  })
  afterEach(() => setGuildSettings(guildId, {}))

  const addChannel = async (options: Partial<Parameters<typeof world.createChannel>[0]> = {}) => {
    const { id } = world.createChannel({ guildId, name: 'test-channel', ...options })
    await syncWorld(place.twin)
    return id
  }
  const request = async (channelId: string) => (await requestScan(channelId, null))!.runId
  const scan = async (channelId: string, options: RunOptions & { runId?: string } = {}) => {
    const runId = options.runId ?? (await request(channelId))
    const channel = await findChannel(channelId)
    const payload = { runId, guildId: parseSnowflake(channel!.guildId), channelId: parseSnowflake(channelId), turn: 0 }
    await worker.run('scan-channel', payload, options)
    return (await findScanRun(runId))!
  }

  it('finds exactly the clips of every channel the bot may read, and says why not for the others', async () => {
    const stored = new Map<string, string>()
    const outcomes: string[] = []
    const expected: string[] = []
    for (const channel of world.channels.values()) {
      const permissions = world.permissionsIn(channel, DEMO.bot)
      const holds = ![ChannelType.GuildCategory, ChannelType.GuildForum, ChannelType.GuildMedia].includes(channel.type)
      const readable = holds && permissions & Permission.ViewChannel && permissions & Permission.ReadMessageHistory
      const run = await scan(channel.id)
      const isExplained = run.errorMessage?.includes(`#${channel.name}`)
      outcomes.push(`${channel.name} ${run.status} ${isExplained ? 'with a reason' : run.messagesScanned}`)
      expected.push(`${channel.name} ${readable ? `succeeded ${channel.messages.length}` : 'failed with a reason'}`)
      if (!readable) continue
      for (const id of [...channel.messages].flatMap(clipsIn)) if (!stored.has(id)) stored.set(id, channel.id)
    }
    expect(outcomes).toEqual(expected)
    // A clip that was forwarded belongs where it was posted.
    for (const channel of world.channels.values())
      for (const { attachments } of channel.messages)
        for (const { id } of attachments) if (stored.has(id)) stored.set(id, channel.id)
    expect(stored.size).toBeGreaterThan(50)
    expect(await place.query('select id, channel_id from clips order by id')).toEqual(
      [...stored].map(([id, channel_id]) => ({ id, channel_id })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    )
    const jobs = await place.query<{ id: string }>(
      `select data->>'clipId' as id from pgboss.job where name = 'fetch-clip'`,
    )
    expect(jobs.map(({ id }) => id).toSorted()).toEqual([...stored.keys()].toSorted())
  })

  it('keeps what Discord says about a clip', async () => {
    const channelId = await addChannel()
    const date = new Date('2026-01-17T21:09:00Z')
    const clip = { participantIds: [], application: 'Canyon Strike', createdAt: date }
    const { id: messageId, attachments } = world.postMessage({
      channelId,
      authorId,
      content: 'look',
      date,
      files: [{ key: 'vertical', spoiler: true, clip }],
    })
    await scan(channelId)
    const media = mediaFile('vertical')
    expect(await findClip(attachments[0]!.id)).toMatchObject({
      guildId,
      channelId,
      messageId,
      source: 'attachment',
      authorId,
      authorName: 'Mara',
      authorAvatar: `${place.twin.url}/avatars/${authorId}/avatar-1.png`,
      messageContent: 'look',
      filename: `SPOILER_${media.fileName}`,
      contentType: 'video/mp4',
      sizeBytes: media.sizeBytes,
      width: media.width,
      height: media.height,
      durationSeconds: media.durationSeconds,
      placeholder: media.thumbhash,
      isSpoiler: true,
      isNativeClip: true,
      postedAt: date,
      state: 'pending',
    })
  })

  it('reads a long history once, page by page, and next time only what is new', async () => {
    const channelId = await addChannel({ date: new Date('2024-11-01T00:00:00Z') })
    const ids = world.addHistory(channelId, 1_234, { authorId, clipEvery: 100 })
    const run = await scan(channelId)
    expect(run).toMatchObject({ status: 'succeeded', messagesScanned: 1_234, messagesMatched: 13 })
    expect(await describeStored(place, channelId)).toEqual({ clips: ids, messages: 1_234 })
    const newest = world.requireChannel(channelId).messages.last()!.id
    expect(await listCoverage(channelId)).toEqual([{ low: 0n, high: BigInt(newest) }])
    expect(await findChannel(channelId)).toMatchObject({ lastMessageId: newest, lastScannedAt: expect.any(Date) })

    const more = Array.from({ length: 3 }, () =>
      world.postMessage({ channelId, authorId, files: [{ key: 'one-second' }] }),
    )
    const again = await scan(channelId)
    expect(again).toMatchObject({ status: 'succeeded', messagesScanned: 100 })
    expect(await describeStored(place, channelId)).toEqual({
      clips: [...ids, ...more.map(({ attachments }) => attachments[0]!.id)],
      messages: 1_237,
    })
  })

  it('leaves no gap where the newest messages were deleted before it came', async () => {
    const read = async (posted: number) => {
      const channelId = await addChannel({ date: new Date('2024-11-01T00:00:00Z') })
      world.addHistory(channelId, posted, { authorId, clipEvery: 1 })
      const newest = world.requireChannel(channelId).messages.last()!.id
      await noteNewestMessages([{ channelId, messageId: newest }])
      world.deleteMessages(channelId, [newest])
      expect(await scan(channelId)).toMatchObject({ status: 'succeeded' })
      return { ranges: await listCoverage(channelId), whole: [{ low: 0n, high: BigInt(newest) }] }
    }
    for (const posted of [1, 150]) {
      const { ranges, whole } = await read(posted)
      expect(ranges).toEqual(whole)
    }
  })

  it('reads what lies between ranges that were read before, and nothing else twice', async () => {
    const channelId = await addChannel({ date: new Date('2024-11-01T00:00:00Z') })
    const ids = world.addHistory(channelId, 1_000, { authorId, clipEvery: 10 })
    const messages = [...world.requireChannel(channelId).messages]
    const idAt = (index: number) => BigInt(messages[index]!.id)
    await addCoverage(channelId, { low: idAt(200), high: idAt(500) - 1n })
    await addCoverage(channelId, { low: idAt(600), high: idAt(800) - 1n })
    const run = await scan(channelId)
    // 200 above, 100 between, and the 200 at the beginning.
    expect(run).toMatchObject({ status: 'succeeded', messagesScanned: 500 })
    const inside = (index: number) => (index >= 200 && index < 500) || (index >= 600 && index < 800)
    expect((await describeStored(place, channelId)).clips).toEqual(ids.filter((_, index) => !inside(index * 10)))
    expect(await listCoverage(channelId)).toEqual([{ low: 0n, high: idAt(999) }])
  })

  it('goes on where it was when it is cut off, without losing or repeating anything', async () => {
    const channelId = await addChannel({ date: new Date('2024-11-01T00:00:00Z') })
    const ids = world.addHistory(channelId, 2_050, { authorId, clipEvery: 50 })
    const runId = await request(channelId)
    const stop = new AbortController()
    const watching = onPage(4, () => stop.abort(new Error('cut off')))
    await expect(scan(channelId, { runId, signal: stop.signal, isLastAttempt: true })).rejects.toThrow('cut off')
    await watching.acted
    const half = await findScanRun(runId)
    expect(half).toMatchObject({ status: 'running', errorMessage: null })
    expect(half!.messagesScanned).toBeGreaterThanOrEqual(400)
    expect(half!.messagesScanned).toBeLessThan(2_050)
    // One worker was only thought dead: two go on with the same run.
    await Promise.all([scan(channelId, { runId }), scan(channelId, { runId })])
    const whole = await findScanRun(runId)
    expect(whole).toMatchObject({ status: 'succeeded', messagesScanned: 2_050, messagesMatched: 41 })
    expect(await describeStored(place, channelId)).toEqual({ clips: ids, messages: 2_050 })
  })

  it('stops when the run is canceled and keeps nothing after that', async () => {
    const channelId = await addChannel({ date: new Date('2024-11-01T00:00:00Z') })
    world.addHistory(channelId, 3_000, { authorId, clipEvery: 10 })
    const runId = await request(channelId)
    let atCancel: number | undefined
    const watching = onPage(3, async () => {
      await markScanCanceled(runId)
      atCancel = (await findScanRun(runId))!.messagesScanned
    })
    const scanning = scan(channelId, { runId })
    await watching.acted
    const run = await scanning
    expect(run).toMatchObject({ status: 'canceled', messagesScanned: atCancel })
    expect(atCancel).toBeLessThan(3_000)
    expect((await describeStored(place, channelId)).messages).toBe(atCancel)
    expect(await scan(channelId, { runId })).toMatchObject({ status: 'canceled', messagesScanned: atCancel })
  })

  it('fails with the name of the permission when the bot lacks Read Message History, and proves nothing', async () => {
    const channelId = await addChannel({ name: 'quiet', overwrites: [deny(Permission.ReadMessageHistory)] })
    world.postMessage({ channelId, authorId, files: [{ key: 'one-second' }] })
    expect(await scan(channelId)).toMatchObject({
      status: 'failed',
      errorMessage:
        'The bot lacks the permission Read Message History in #quiet. Grant it in Discord, then scan again.',
    })
    expect(await listCoverage(channelId)).toEqual([])
    world.updateChannel(channelId, { overwrites: [] })
    expect(await scan(channelId)).toMatchObject({ status: 'succeeded', messagesMatched: 1 })
  })

  it('does not take the end of the permission for the end of the channel', async () => {
    const channelId = await addChannel({ name: 'closing', date: new Date('2024-11-01T00:00:00Z') })
    const ids = world.addHistory(channelId, 3_000, { authorId, clipEvery: 1_000 })
    const runId = await request(channelId)
    const watching = onPage(
      3,
      () => void world.updateChannel(channelId, { overwrites: [deny(Permission.ReadMessageHistory)] }),
    )
    const scanning = scan(channelId, { runId })
    await watching.acted
    expect(await scanning).toMatchObject({
      status: 'failed',
      failureCode: 'no_permission',
      errorMessage: expect.stringContaining('#closing'),
    })
    expect((await listCoverage(channelId))[0]!.low).toBeGreaterThan(0n)
    world.updateChannel(channelId, { overwrites: [] })
    expect(await scan(channelId)).toMatchObject({ status: 'succeeded' })
    expect((await describeStored(place, channelId)).clips).toEqual(ids)
  })

  it('says when the channel is gone, hidden, or the bot was removed', async () => {
    const gone = await addChannel({ name: 'gone' })
    world.deleteChannel(gone)
    expect((await scan(gone)).errorMessage).toContain('#gone is not there in Discord any more.')
    const hidden = await addChannel({ name: 'hidden', overwrites: [deny(Permission.ViewChannel)] })
    expect((await scan(hidden)).errorMessage).toContain('lacks the permission View Channel in #hidden')
  })

  it('collects by the settings of the guild and the channel', async () => {
    const channelId = await addChannel({ nsfw: true, name: 'late' })
    world.postMessage({ channelId, authorId, files: [{ key: 'one-second' }] })
    const { attachments } = world.postMessage({ channelId, authorId, files: [{ key: 'scene-1' }] })
    await setGuildSettings(guildId, { ignore_nsfw_channels: true })
    expect(await scan(channelId)).toMatchObject({
      status: 'failed',
      errorMessage: expect.stringContaining('age-restricted'),
    })
    await setGuildSettings(guildId, { channel_defaults: { match: { min_video_seconds: 3 } } })
    expect(await scan(channelId)).toMatchObject({ status: 'succeeded', messagesMatched: 1 })
    expect((await describeStored(place, channelId)).clips).toEqual([attachments[0]!.id])
  })

  it('keeps to settings that are changed while it reads', async () => {
    const pass = { max_messages_per_pass: 500 }
    await setGuildSettings(guildId, { channel_defaults: pass })
    const channelId = await addChannel({ date: new Date('2024-11-01T00:00:00Z') })
    const ids = world.addHistory(channelId, 2_000, { authorId, clipEvery: 100 })
    const watching = onPage(7, () =>
      setGuildSettings(guildId, { channel_defaults: { ...pass, match: { accept_video: false } } }),
    )
    expect(await scan(channelId)).toMatchObject({ status: 'succeeded', messagesScanned: 2_000 })
    await watching.acted
    expect((await describeStored(place, channelId)).clips).toEqual(ids.slice(-10))
  })

  it('finishes an empty channel', async () => {
    expect(await scan(await addChannel())).toMatchObject({ status: 'succeeded', messagesScanned: 0 })
  })

  /** Calls `act` when a scan has read `page` pages and asks for the next, which is answered after that. */
  function onPage(page: number, act: () => unknown) {
    const route = 'GET /channels/{channel_id}/messages'
    const fault = place.twin.faults.add({ kind: 'hold', route, handled: false, after: page, times: 1 })
    const acted = fault
      .struck(1)
      .then(act)
      .finally(() => fault.remove())
    return { acted }
  }

  const deny = (bits: bigint) => ({ id: DEMO.bot, type: OverwriteType.Member, allow: '0', deny: String(bits) })
})
