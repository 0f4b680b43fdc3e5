import { DEMO, type TwinOptions } from '@dcs/discord-twin'
import { parseSnowflake } from '@dcs/shared/core'
import {
  findGuildScan,
  getChannelsByGuild,
  hasUnreadChannel,
  listCoverage,
  listScansWithoutJob,
  setChannelReading,
  setChannelsReading,
  setGuildSettings,
  updateGuildSettings,
} from '@dcs/shared/db'
import { hasMessages } from '@dcs/shared/domain'
import {
  cancelScans,
  describeGuildScans,
  listGuildScans,
  pauseScans,
  requestGuildScan,
  resumeScans,
  type GuildScanRequest,
} from '@dcs/shared/jobs'
import { afterEach, describe, expect, it } from 'vitest'
import { openContext, openPlace, syncWorld, type Place, type RunOptions } from './test-worker.ts'

type Asked = URLSearchParams

describe('searching a guild', { timeout: 60_000 }, () => {
  let place: Place
  let worker: Awaited<ReturnType<typeof openContext>>
  let asked: Asked[]
  let onSearch: (count: number) => void
  let guildId: string

  /** A Discord with a worker at it; every channel of the guild is read, with its threads. */
  const open = async (options: TwinOptions = {}, ofGuild: string | null = DEMO.guilds.squad) => {
    asked = []
    onSearch = () => {}
    place = await openPlace({
      timeScale: 100,
      ...options,
      observe: ({ url }) => {
        const { pathname, searchParams } = new URL(url, 'http://twin')
        if (!pathname.endsWith('/messages/search')) return
        asked.push(searchParams)
        onSearch(asked.length)
      },
    })
    worker = await openContext(place)
    await syncWorld(place.twin)
    guildId = ofGuild ?? [...place.twin.world.guilds.keys()][0] ?? ''
    const channels = await getChannelsByGuild(guildId)
    await setChannelsReading(
      channels.filter(({ type }) => type !== 'category').map(({ channelId }) => channelId),
      true,
    )
    await setGuildSettings(guildId, { parse_threads: true })
  }
  afterEach(async () => {
    await worker?.close()
    await place?.close()
  })

  const request = (change: Partial<GuildScanRequest> = {}) =>
    requestGuildScan(worker.context.queue, {
      guildId,
      mode: 'quick',
      channelIds: null,
      requestedBy: DEMO.people.mara,
      ...change,
    })
  const search = async (scanId: string, options?: RunOptions) => {
    await worker.run('search-guild', { scanId, guildId: parseSnowflake(guildId) }, options)
    return (await findGuildScan(scanId))!
  }
  /** Jobs that wait, by name and the id of what they are for. */
  const jobs = async (name: string) => {
    const rows = await place.query<{ id: string }>(
      `select coalesce(data->>'runId', data->>'scanId', data->>'clipId') as id from pgboss.job where name = $1 and state = 'created' order by 1`,
      [name],
    )
    return rows.map(({ id }) => id)
  }
  /** Clips with a file that the index can know: straight from the world. */
  const truth = async (): Promise<string[]> => {
    const answer = await fetch(`${place.twin.url}/_twin/clips?guild_id=${guildId}&limit=5000`)
    const { clips } = (await answer.json()) as { clips: { id: string | null; readable_by_bot: boolean }[] }
    return [...new Set(clips.flatMap(({ id, readable_by_bot: readable }) => (id && readable ? [id] : [])))].toSorted()
  }
  const stored = async (): Promise<string[]> => {
    const rows = await place.query<{ id: string }>(
      `select id from clips where source in ('attachment', 'forward', 'component')`,
    )
    return rows.map(({ id }) => id).toSorted()
  }

  it('finds every clip with a file, wherever it stands in a message, and nothing else', async () => {
    await open()
    const { scanId, created, runs } = await request()
    expect([created, runs, await jobs('search-guild')]).toEqual([true, [], [scanId]])
    const scan = await search(scanId)
    expect(scan).toMatchObject({ status: 'succeeded', errorMessage: null })
    expect(await stored()).toEqual(await truth())
    expect((await stored()).length).toBeGreaterThan(20)
    expect(asked.every((query) => query.get('include_nsfw') === 'true')).toBe(true)
    const [{ count } = { count: 0 }] = await place.query<{ count: number }>('select count(*)::int as count from clips')
    expect(await jobs('fetch-clip')).toHaveLength(count)
    expect((await describeGuildScans([guildId])).get(guildId)).toMatchObject({
      mode: 'quick',
      status: 'succeeded',
      clipsAdded: count,
      requests: asked.length,
      messagesExpected: scan.messagesFound,
    })
  })

  it('proves nothing: what was found in the index does not count as read', async () => {
    await open()
    await search((await request()).scanId)
    const channels = await getChannelsByGuild(guildId)
    for (const { channelId } of channels) expect(await listCoverage(channelId)).toEqual([])
    expect(await hasUnreadChannel(channels.map(({ channelId }) => channelId))).toBe(true)
  })

  it('finds what pages leave out when they are asked for the first time', async () => {
    await open({ search: { fewerResults: true } })
    await search((await request()).scanId)
    expect(await stored()).toEqual(await truth())
  })

  it('walks by the lowest id, never by an offset, however much there is', async () => {
    await open(
      { world: { kind: 'large', messages: 4_000, clips: 300, channels: 6, guilds: 1, people: 20, seed: 7 } },
      null,
    )
    const scan = await search((await request()).scanId)
    expect(await stored()).toEqual(await truth())
    expect(scan.requests).toBeLessThan(300 / 25 + 12)
    expect(asked.filter((query) => query.has('offset'))).toEqual([])
  })

  it('collects nothing from channels that are not read, whatever the index answers', async () => {
    await open()
    const [first] = await place.query<{ channel_id: string }>(
      'select channel_id from bot_channels where name = $1 and guild_id = $2',
      ['clips', guildId],
    )
    await setChannelReading(first!.channel_id, false)
    await search((await request()).scanId)
    const rows = await place.query('select from clips where channel_id = $1', [first!.channel_id])
    expect(rows).toEqual([])
    expect((await stored()).length).toBeGreaterThan(5)
  })

  it('stores a thread that nobody has listed yet, because its clips need it', async () => {
    await open()
    await place.query(`delete from bot_channels where guild_id = $1 and type like '%thread'`, [guildId])
    await search((await request()).scanId)
    expect(await stored()).toEqual(await truth())
    const threads = await place.query<{ name: string; parent_id: string }>(
      `select name, parent_id from bot_channels where guild_id = $1 and type like '%thread'`,
      [guildId],
    )
    expect(threads.length).toBeGreaterThan(0)
    expect(threads.every(({ parent_id: parent }) => place.twin.world.channels.has(parent))).toBe(true)
  })

  it('has a thread that it came upon read with the other channels', async () => {
    await open()
    await place.query(`delete from bot_channels where guild_id = $1 and type like '%thread'`, [guildId])
    const { scanId, runs } = await request({ mode: 'complete' })
    await search(scanId)
    const threads = await place.query<{ id: string }>(
      `select r.id from bot_channel_scan_runs r join bot_channels c using (channel_id) where c.type like '%thread' and r.guild_scan_id = $1`,
      [scanId],
    )
    expect(threads.length).toBeGreaterThan(0)
    const all = [...runs.map(({ runId }) => runId), ...threads.map(({ id }) => id)]
    expect(await jobs('scan-channel')).toEqual(all.toSorted())
  })

  it('lets no channel begin while it is under way, also when a worker starts and looks for what is left', async () => {
    await open()
    const { runs } = await request({ mode: 'complete' })
    expect(runs.length).toBeGreaterThan(3)
    expect(await listScansWithoutJob()).toEqual([])
  })

  it('goes on below the last page when it was cut off, and keeps each clip once', async () => {
    await open(
      { world: { kind: 'large', messages: 3_000, clips: 200, channels: 4, guilds: 1, people: 20, seed: 3 } },
      null,
    )
    const { scanId } = await request()
    const kill = new AbortController()
    onSearch = (count) => {
      if (count === 4) kill.abort(new Error('killed'))
    }
    await expect(search(scanId, { signal: kill.signal })).rejects.toThrow('killed')
    const halfway = (await stored()).length
    expect(halfway).toBeGreaterThan(0)
    expect(halfway).toBeLessThan(200)
    const before = asked.length
    await search(scanId)
    expect(asked[before]?.get('max_id')).toMatch(/^\d+$/)
    expect(await stored()).toEqual(await truth())
  })

  it('waits for an index that Discord still makes', async () => {
    await open({ search: { unavailableRequests: 2 } })
    const scan = await search((await request()).scanId)
    expect(scan.status).toBe('succeeded')
    expect(await stored()).toEqual(await truth())
  })

  it('says what is missing when the bot may not search, and lets history begin all the same', async () => {
    await open({ messageContent: false })
    const { scanId, runs } = await request({ mode: 'complete' })
    expect(await jobs('scan-channel')).toEqual([])
    const scan = await search(scanId)
    expect(scan).toMatchObject({ status: 'failed', errorMessage: expect.stringContaining('Message Content') })
    expect(await jobs('scan-channel')).toEqual(runs.map(({ runId }) => runId).toSorted())
    expect((await describeGuildScans([guildId])).get(guildId)).toMatchObject({ status: 'queued', search: 'failed' })
  })

  it('comes before the history of channels that were never read, whose runs begin in the transaction that ends it', async () => {
    await open()
    const { scanId, runs } = await request({ mode: 'complete' })
    const readable = (await getChannelsByGuild(guildId)).filter(({ type }) => hasMessages(type))
    expect(runs.map(({ channelId }) => channelId).toSorted()).toEqual(
      readable.map(({ channelId }) => channelId).toSorted(),
    )
    expect([await jobs('search-guild'), await jobs('scan-channel')]).toEqual([[scanId], []])
    await search(scanId)
    expect(await jobs('scan-channel')).toEqual(runs.map(({ runId }) => runId).toSorted())
  })

  it('is left out where the settings say so or there is nothing new to read', async () => {
    await open()
    await updateGuildSettings(guildId, { search_first: false })
    const { scanId, runs } = await request({ mode: 'complete' })
    expect(await jobs('search-guild')).toEqual([])
    expect(await jobs('scan-channel')).toEqual(runs.map(({ runId }) => runId).toSorted())
    expect((await describeGuildScans([guildId])).get(guildId)).toMatchObject({ scanId, search: null, status: 'queued' })
  })

  it('is joined by whoever asks for the same again, also at the same moment', async () => {
    await open()
    for (const mode of ['quick', 'complete'] as const) {
      const answers = await Promise.all([request({ mode }), request({ mode }), request({ mode })])
      expect(new Set(answers.map(({ scanId }) => scanId)).size).toBe(1)
      expect(answers.filter(({ created }) => created)).toHaveLength(1)
      const [active] = await place.query<{ count: number }>(
        `select count(*)::int as count from bot_channel_scan_runs where status in ('queued', 'running') group by channel_id order by 1 desc limit 1`,
      )
      expect(active?.count ?? 1).toBe(1)
    }
    expect(await listGuildScans(guildId)).toHaveLength(2)
  })

  it('is not done twice where a part is under way already, and does what that part would leave out', async () => {
    await open()
    await updateGuildSettings(guildId, { search_first: false })
    const channels = (await getChannelsByGuild(guildId)).filter(({ type }) => hasMessages(type))
    const first = channels[0]!.channelId
    const forward = await request({ mode: 'forward', channelIds: [first] })
    const complete = await request({ mode: 'complete' })
    expect(complete.created).toBe(true)
    const runs = await place.query<{ channel_id: string; mode: string; guild_scan_id: string }>(
      `select channel_id, mode, guild_scan_id from bot_channel_scan_runs where status in ('queued', 'running')`,
    )
    expect(runs.map((run) => run.channel_id).toSorted()).toEqual(channels.map(({ channelId }) => channelId).toSorted())
    expect(new Set(runs.map((run) => `${run.mode} ${run.guild_scan_id}`))).toEqual(
      new Set([`complete ${complete.scanId}`]),
    )
    // What only reads the newest is a part of reading everything.
    expect(await request({ mode: 'forward' })).toEqual({ scanId: complete.scanId, created: false, runs: [] })
    expect(await request({ mode: 'complete', channelIds: [first] })).toMatchObject({
      scanId: complete.scanId,
      created: false,
    })
    expect((await listGuildScans(guildId)).map(({ scanId }) => scanId)).toEqual([complete.scanId, forward.scanId])
  })

  it('says so when there is nothing to scan', async () => {
    await open()
    const channels = await getChannelsByGuild(guildId)
    await setChannelsReading(
      channels.map(({ channelId }) => channelId),
      false,
    )
    await expect(request()).rejects.toMatchObject({ code: 'conflict' })
    const [clips] = channels.filter(({ name }) => name === 'clips')
    const { created } = await request({ channelIds: [clips!.channelId], startReading: true })
    expect(created).toBe(true)
  })

  it('is paused: nothing more is kept, and resumed: it goes on where it was', async () => {
    await open(
      { world: { kind: 'large', messages: 3_000, clips: 200, channels: 4, guilds: 1, people: 20, seed: 3 } },
      null,
    )
    const { scanId } = await request({ mode: 'complete' })
    const { queue } = worker.context
    let pausing: Promise<unknown> | undefined
    onSearch = (count) => {
      if (count === 4) pausing = pauseScans(queue, { guildId, channelIds: null })
    }
    const paused = await search(scanId)
    await pausing
    const kept = (await stored()).length
    expect(kept).toBeLessThan(200)
    expect((await findGuildScan(scanId))?.pausedAt).not.toBeNull()
    expect(paused.status).toBe('running')
    // A job of before does nothing while it is paused.
    await search(scanId)
    expect((await stored()).length).toBe(kept)
    expect((await describeGuildScans([guildId])).get(guildId)).toMatchObject({ status: 'running', isPaused: true })
    const before = (await jobs('search-guild')).length
    expect(await resumeScans(queue, { guildId, channelIds: null })).toMatchObject({ searches: 1 })
    expect(await jobs('search-guild')).toHaveLength(before + 1)
    expect(await jobs('scan-channel')).toEqual([])
    await search(scanId)
    expect(await stored()).toEqual(await truth())
  })

  it('is canceled: it ends with its runs, and what was found stays', async () => {
    await open(
      { world: { kind: 'large', messages: 3_000, clips: 200, channels: 4, guilds: 1, people: 20, seed: 3 } },
      null,
    )
    const { scanId, runs } = await request({ mode: 'complete' })
    let canceling: Promise<unknown> | undefined
    onSearch = (count) => {
      if (count === 4) canceling = cancelScans(worker.context.queue, { guildId, channelIds: null })
    }
    await search(scanId)
    expect(await canceling).toEqual({ runs: runs.length, searches: 1 })
    expect((await describeGuildScans([guildId])).get(guildId)).toMatchObject({ status: 'canceled', isPaused: false })
    expect(await jobs('scan-channel')).toEqual([])
    const kept = (await stored()).length
    expect(kept).toBeGreaterThan(0)
    await search(scanId)
    expect((await stored()).length).toBe(kept)
  })
})
