import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { OverwriteType } from 'discord-api-types/v10'
import { DEMO } from '@dcs/discord-twin'
import { parseSnowflake } from '@dcs/shared/core'
import { database, findScanRun, listCoverage, requestScan, sql, transaction } from '@dcs/shared/db'
import { Permission } from '@dcs/shared/domain'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { recoverJobs } from '../src/recover.ts'
import { describeStored, openContext, openPlace, syncWorld, type Place, type RunOptions } from './test-worker.ts'

describe('scans in trouble', { timeout: 60_000 }, () => {
  const guildId = DEMO.guilds.squad
  const authorId = DEMO.people.mara
  const route = 'GET /channels/{channel_id}/messages'
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
    place.twin.faults.removeAll()
    await place.query('alter table clips drop constraint if exists poison')
    await place.query(`update pgboss.job set state = 'cancelled' where state < 'completed'`)
    await place.query(`update bot_channel_scan_runs set status = 'canceled' where status in ('queued', 'running')`)
  })

  const addChannel = async (options: Partial<Parameters<typeof world.createChannel>[0]> = {}) => {
    const date = new Date('2024-11-01T00:00:00Z')
    const { id } = world.createChannel({ guildId, name: 'trouble', date, ...options })
    await syncWorld(place.twin)
    return id
  }
  const request = async (channelId: string) => (await requestScan(channelId, null))?.runId ?? ''
  const scan = async (channelId: string, runId: string, options: RunOptions = {}) => {
    const payload = { runId, guildId: parseSnowflake(guildId), channelId: parseSnowflake(channelId), turn: 0 }
    await worker.run('scan-channel', payload, options)
    return (await findScanRun(runId))!
  }
  const stateOf = async (channelId: string) => {
    const [row] = await place.query<{ state: string; state_detail: string | null }>(
      'select state, state_detail from channel_coverage where channel_id = $1',
      [channelId],
    )
    return row
  }
  const deny = (bits: bigint) => ({ id: DEMO.bot, type: OverwriteType.Member, allow: '0', deny: String(bits) })

  it('keeps every other clip when the database does not take some, goes on, and says which', async () => {
    const channelId = await addChannel()
    const clips = world.addHistory(channelId, 500, { authorId, clipEvery: 10 })
    const [first = '', second = ''] = [clips[7], clips[33]]
    await place.query(`alter table clips add constraint poison check (id not in ('${first}', '${second}'))`)
    const run = await scan(channelId, await request(channelId))
    const poisoned = [first, second].map(
      (id) => [...world.requireChannel(channelId).messages].find(({ attachments }) => attachments[0]?.id === id)!.id,
    )
    expect(run).toMatchObject({
      status: 'succeeded',
      failureCode: 'messages_left_out',
      messagesScanned: 500,
      clipsAdded: 48,
    })
    for (const id of poisoned) expect(run.errorMessage).toContain(id)
    expect(await describeStored(place, channelId)).toEqual({
      clips: clips.filter((id) => id !== first && id !== second),
      messages: 500,
    })
    expect((await listCoverage(channelId))[0]?.low).toBe(0n)
  })

  it('loses nothing and counts nothing twice when a worker dies between reading a page and keeping it', async () => {
    const channelId = await addChannel()
    const clips = world.addHistory(channelId, 2_000, { authorId, clipEvery: 50 })
    const runId = await request(channelId)
    await recoverJobs(worker.context.queue)
    const held = place.twin.faults.add({ kind: 'hold', route, channel: channelId, after: 2, times: 1 })
    const first = await startWorker()
    await held.struck(1)
    await transaction(async (tx) => {
      // From here on the pages that come cannot be kept.
      await tx.execute(sql`select from bot_channel_scan_runs where id = ${runId} for update`)
      held.remove()
      await vi.waitFor(async () => expect(await waitingForLocks()).toBeGreaterThan(0), { timeout: 20_000 })
      first.kill('SIGKILL')
      await once(first, 'exit')
    })
    const half = (await findScanRun(runId))!
    expect(half.status).toBe('running')
    expect(half.messagesScanned).toBeLessThan(2_000)
    const second = await startWorker()
    const isDone = async () => expect(await findScanRun(runId)).toMatchObject({ status: 'succeeded' })
    await vi.waitFor(isDone, { timeout: 40_000, interval: 100 })
    second.kill('SIGTERM')
    await once(second, 'exit')
    expect(await findScanRun(runId)).toMatchObject({ messagesScanned: 2_000, messagesMatched: clips.length })
    expect(await describeStored(place, channelId)).toEqual({ clips, messages: 2_000 })
  })

  it('says of each channel why it cannot be read, and takes that back when it can', async () => {
    const quiet = await addChannel({ name: 'quiet', overwrites: [deny(Permission.ReadMessageHistory)] })
    const hidden = await addChannel({ name: 'hidden', overwrites: [deny(Permission.ViewChannel)] })
    const gone = await addChannel({ name: 'gone' })
    const empty = await addChannel({ name: 'empty' })
    world.deleteChannel(gone)
    const outcomes = []
    for (const channelId of [quiet, hidden, gone, empty]) {
      const { status, failureCode } = await scan(channelId, await request(channelId))
      outcomes.push({ status, failureCode, state: (await stateOf(channelId))?.state })
    }
    expect(outcomes).toEqual([
      { status: 'failed', failureCode: 'no_permission', state: 'no_permission' },
      { status: 'failed', failureCode: 'hidden', state: 'hidden' },
      { status: 'failed', failureCode: 'gone', state: 'gone' },
      { status: 'succeeded', failureCode: null, state: 'empty' },
    ])
    expect((await stateOf(quiet))?.state_detail).toContain('Read Message History')
    for (const channelId of [quiet, hidden, gone]) expect(await listCoverage(channelId)).toEqual([])
    world.updateChannel(quiet, { overwrites: [] })
    world.postMessage({ channelId: quiet, authorId, content: 'hi' })
    await scan(quiet, await request(quiet))
    expect(await stateOf(quiet)).toEqual({ state: 'readable', state_detail: null })
  })

  it('does not take an empty list for the end of a channel that has messages, although it may read now', async () => {
    const channelId = await addChannel()
    const clips = world.addHistory(channelId, 450, { authorId, clipEvery: 50 })
    const fault = place.twin.faults.add({ kind: 'missing-read-history', channel: channelId, after: 2, times: 1 })
    expect(await scan(channelId, await request(channelId))).toMatchObject({ status: 'succeeded' })
    await fault.struck(1)
    expect(await describeStored(place, channelId)).toEqual({ clips, messages: 450 })
  })

  it('erases nothing of a channel that is gone or hidden', async () => {
    const channelId = await addChannel()
    const clips = world.addHistory(channelId, 250, { authorId, clipEvery: 50 })
    await scan(channelId, await request(channelId))
    const covered = await listCoverage(channelId)
    world.updateChannel(channelId, { overwrites: [deny(Permission.ViewChannel)] })
    await scan(channelId, await request(channelId))
    world.deleteChannel(channelId)
    await scan(channelId, await request(channelId))
    expect(await describeStored(place, channelId)).toEqual({ clips, messages: 250 })
    expect(await listCoverage(channelId)).toEqual(covered)
  })

  it('tells that Discord makes it wait when the wait is long', async () => {
    const channelId = await addChannel()
    world.addHistory(channelId, 250, { authorId, clipEvery: 50 })
    const runId = await request(channelId)
    place.twin.faults.add({ kind: 'rate-limited', route, channel: channelId, retryAfter: 600 })
    const stop = new AbortController()
    const scanning = scan(channelId, runId, { signal: stop.signal })
    const isTold = async () => expect(await stateOf(channelId)).toMatchObject({ state: 'rate_limited' })
    await vi.waitFor(isTold, { timeout: 10_000 })
    stop.abort(new Error('stopped'))
    await expect(scanning).rejects.toThrow('stopped')
    expect(await findScanRun(runId)).toMatchObject({ status: 'running', messagesScanned: 0 })
    expect(await listCoverage(channelId)).toEqual([])
  })

  it('waits out errors of Discord without calling the channel anything', async () => {
    const channelId = await addChannel()
    const clips = world.addHistory(channelId, 450, { authorId, clipEvery: 50 })
    place.twin.faults.add({ kind: 'server-error', status: 502, route, channel: channelId, after: 2, times: 5 })
    expect(await scan(channelId, await request(channelId))).toMatchObject({
      status: 'succeeded',
      messagesScanned: 450,
      failureCode: null,
    })
    expect(await describeStored(place, channelId)).toEqual({ clips, messages: 450 })
  })

  async function startWorker() {
    const child = fork(path.resolve(import.meta.dirname, '../src/main.ts'), {
      env: { PATH: process.env.PATH, LOG_LEVEL: 'error', WORKER_JOBS: 'scan-channel', ...place.env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    await once(child, 'message')
    return child
  }

  async function waitingForLocks(): Promise<number> {
    const { rows } = await database().execute<{ count: number }>(sql`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and application_name = 'dcs-worker'`)
    return rows[0]?.count ?? 0
  }
})
