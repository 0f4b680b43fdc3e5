import { ChannelType, OverwriteType } from 'discord-api-types/v10'
import { DEMO } from '@dcs/discord-twin'
import { findChannel, findScanRun, setGuildSettings } from '@dcs/shared/db'
import { Permission } from '@dcs/shared/domain'
import { requestGuildScan, type GuildScanRequest, type JobName } from '@dcs/shared/jobs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openContext, openPlace, syncWorld, type Place } from './test-worker.ts'

describe('scans of threads', { timeout: 60_000 }, () => {
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
  afterEach(async () => {
    await place.query(`update pgboss.job set state = 'cancelled' where state < 'completed'`)
    await place.query(`update bot_channel_scan_runs set status = 'canceled' where status in ('queued', 'running')`)
  })

  type Made = Partial<Parameters<typeof world.createChannel>[0]>

  const addParent = async (options: Made = {}) => {
    await setGuildSettings(guildId, { parse_threads: true, search_first: false })
    const { id } = world.createChannel({ guildId, name: 'parent', date: new Date('2024-11-01T00:00:00Z'), ...options })
    await syncWorld(place.twin)
    return id
  }
  /** An archived thread with one clip; the bot has stored nothing of it. Returns its id and the clip's. */
  const addThread = (parentId: string, archivedAt: string, { thread, ...options }: Made = {}) => {
    const { id: channelId } = world.createChannel({
      guildId,
      name: 'a thread',
      type: ChannelType.PublicThread,
      parentId,
      ownerId: authorId,
      date: new Date('2024-11-02T00:00:00Z'),
      thread: { archived: true, archivedAt: new Date(archivedAt), ...thread },
      ...options,
    })
    const date = new Date('2024-11-02T00:00:01Z')
    const { attachments } = world.postMessage({ channelId, authorId, date, files: [{ key: 'one-second' }] })
    // What is posted opens it again.
    const posted = world.requireChannel(channelId)
    world.updateChannel(channelId, {
      thread: { ...posted.thread!, archived: true, archivedAt: new Date(archivedAt), ...thread },
    })
    return { channelId, clipId: attachments[0]!.id }
  }
  /** Does every job of these kinds, one after the other, until none waits. Returns what the scans have read, by channel. */
  const work = async () => {
    const read: Record<string, number> = {}
    for (;;) {
      const [job] = await place.query<{ id: string; name: JobName; data: { runId?: string; channelId: string } }>(
        `update pgboss.job set state = 'completed', completed_on = now() where id = (
           select id from pgboss.job where name in ('scan-channel', 'list-threads') and state < 'active' order by name, priority desc limit 1)
         returning id, name, data`,
      )
      if (!job) return read
      await worker.run(job.name, job.data as never)
      if (job.data.runId) read[job.data.channelId] = (await findScanRun(job.data.runId))!.messagesScanned
    }
  }
  const request = (channelId: string, mode: GuildScanRequest['mode']) =>
    requestGuildScan(worker.context.queue, {
      guildId,
      mode,
      channelIds: [channelId],
      requestedBy: null,
      startReading: true,
    })
  const scan = async (channelId: string, mode: GuildScanRequest['mode'] = 'complete') => {
    await request(channelId, mode)
    return work()
  }
  /** Threads with a scan that has its job. */
  const requestedBelow = async (parentId: string) => {
    const rows = await place.query<{ id: string }>(
      `select channel_id as id from bot_channels join bot_channel_scan_runs r using (channel_id)
       join pgboss.job j on j.name = 'scan-channel' and j.data->>'runId' = r.id::text and j.state < 'active'
       where parent_id = $1 and r.status = 'queued' order by channel_id::numeric`,
      [parentId],
    )
    return rows.map(({ id }) => id)
  }
  const clipsBelow = async (parentId: string) => {
    const rows = await place.query<{ id: string }>(
      'select id from clips join bot_channels using (channel_id) where parent_id = $1 order by id::numeric',
      [parentId],
    )
    return rows.map(({ id }) => id)
  }
  const deny = (bits: bigint) => ({ id: DEMO.bot, type: OverwriteType.Member, allow: '0', deny: String(bits) })
  const allow = (bits: bigint) => ({ id: DEMO.bot, type: OverwriteType.Member, allow: String(bits), deny: '0' })

  it('finds the clips of archived threads, and later those of threads that were archived meanwhile', async () => {
    const parentId = await addParent()
    const first = addThread(parentId, '2024-12-01T00:00:00Z')
    const second = addThread(parentId, '2024-12-02T00:00:00Z')
    expect(await scan(parentId)).toEqual({ [parentId]: 0, [first.channelId]: 1, [second.channelId]: 1 })
    expect(await findChannel(first.channelId)).toMatchObject({
      parentId,
      type: 'public_thread',
      isArchived: true,
      name: 'a thread',
    })
    const late = addThread(parentId, '2025-06-01T00:00:00Z')
    expect(await scan(parentId)).toMatchObject({ [late.channelId]: 1 })
    expect(await clipsBelow(parentId)).toEqual([first.clipId, second.clipId, late.clipId])
  })

  it('reads again what was written in a thread that was archived once more', async () => {
    const parentId = await addParent()
    const { channelId } = addThread(parentId, '2024-12-01T00:00:00Z')
    await scan(parentId)
    world.postMessage({ channelId, authorId, files: [{ key: 'one-second' }] })
    const { thread } = world.requireChannel(channelId)
    world.updateChannel(channelId, { thread: { ...thread!, archived: true, archivedAt: new Date() } })
    expect(await scan(parentId)).toEqual({ [parentId]: 0, [channelId]: 2 })
    expect(await clipsBelow(parentId)).toHaveLength(2)
  })

  it('finds the posts of a forum with their titles and the names of their tags', async () => {
    const tag = { id: '77', name: 'Ace', moderated: false, emoji_id: null, emoji_name: null }
    const parentId = await addParent({ type: ChannelType.GuildForum, tags: [tag] })
    await place.query('update bot_channels set available_tags = $2 where channel_id = $1', [parentId, { 77: 'Ace' }])
    const post = addThread(parentId, '2024-12-01T00:00:00Z', { name: 'Five in a row', thread: { appliedTags: ['77'] } })
    expect(await scan(parentId)).toEqual({ [post.channelId]: 1 })
    expect(await findChannel(post.channelId)).toMatchObject({ name: 'Five in a row', tags: ['Ace'], parentId })
    expect(await clipsBelow(parentId)).toEqual([post.clipId])
  })

  it('finds private threads once the bot may manage threads, and without that those it has joined', async () => {
    const parentId = await addParent({ overwrites: [deny(Permission.ManageThreads)] })
    const type = ChannelType.PrivateThread
    const older = addThread(parentId, '2024-12-01T00:00:00Z', { type })
    const joined = addThread(parentId, '2024-12-02T00:00:00Z', { type })
    world.requireChannel(joined.channelId).thread!.members.set(DEMO.bot, new Date())
    const open = addThread(parentId, '2024-12-03T00:00:00Z')
    await scan(parentId)
    expect(await clipsBelow(parentId)).toEqual([joined.clipId, open.clipId])
    world.updateChannel(parentId, { overwrites: [allow(Permission.ManageThreads)] })
    await scan(parentId)
    expect(await clipsBelow(parentId)).toEqual([older.clipId, joined.clipId, open.clipId])
  })

  it('lists nothing when threads are not wanted', async () => {
    const parentId = await addParent()
    await setGuildSettings(guildId, {
      parse_threads: false,
      search_first: false,
      channel_defaults: { include_threads: false },
    })
    addThread(parentId, '2024-12-01T00:00:00Z')
    expect(await scan(parentId)).toEqual({ [parentId]: 0 })
    expect(await clipsBelow(parentId)).toEqual([])
  })

  it('finds more threads than one list has, also when it was cut off between two lists, and some were archived at once', async () => {
    const parentId = await addParent()
    // The first list ends within those that were archived at once.
    const dayOf = (index: number) => (index >= 104 && index <= 106 ? 105 : index)
    const days = Array.from({ length: 205 }, (_, index) => new Date(Date.UTC(2024, 11, dayOf(index) + 1)).toISOString())
    const threads = days.map((day) => addThread(parentId, day))
    await request(parentId, 'complete')
    const [job] = await place.query<{ data: never }>(
      `select data from pgboss.job where name = 'list-threads' and state < 'active'`,
    )
    const route = 'GET /channels/{channel_id}/threads/archived/public'
    const held = place.twin.faults.add({ kind: 'hold', route, after: 1 })
    const stop = new AbortController()
    const listing = worker.run('list-threads', job!.data, { signal: stop.signal })
    await held.struck(1)
    stop.abort(new Error('cut off'))
    await expect(listing).rejects.toThrow('cut off')
    expect(await requestedBelow(parentId)).toHaveLength(100)
    held.remove()
    await worker.run('list-threads', job!.data)
    expect(await requestedBelow(parentId)).toEqual(threads.map(({ channelId }) => channelId))
  })
})
