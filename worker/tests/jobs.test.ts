import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { DEMO } from '@dcs/discord-twin'
import { createLogger, parseSnowflake } from '@dcs/shared/core'
import { closeDb, database, findClip, findScanRun, initDb, listRunningPrograms, requestScan } from '@dcs/shared/db'
import { cancelJob, countJobFailures, listJobFailures, listJobs, openQueue, type Queue } from '@dcs/shared/jobs'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { recoverJobs } from '../src/recover.ts'
import { clipsIn, describeStored, openPlace, syncWorld, type Place } from './test-worker.ts'

describe('jobs of worker programs', { timeout: 120_000 }, () => {
  const guildId = DEMO.guilds.squad
  let place: Place
  let queue: Queue
  let children: ChildProcess[] = []

  beforeAll(async () => {
    place = await openPlace()
    await initDb({ url: place.env.POSTGRES_DSN ?? '' })
    queue = await openQueue('producer', createLogger('test', 'silent'))
    await syncWorld(place.twin)
  })
  afterEach(async () => {
    await Promise.all(children.map(end))
    children = []
    place.twin.faults.removeAll()
    await place.query(`update pgboss.job set state = 'cancelled' where state < 'completed'`)
    await place.query(`update bot_channel_scan_runs set status = 'canceled' where status in ('queued', 'running')`)
    await place.query(`update clips set state = 'failed' where state = 'pending'`)
    await place.query('delete from job_failures')
  })
  afterAll(async () => {
    await queue?.stop(1_000)
    await closeDb()
    await place?.close()
  })

  const start = async (env: Record<string, string> = {}) => {
    const child = fork(path.resolve(import.meta.dirname, '../src/main.ts'), {
      env: { PATH: process.env.PATH, LOG_LEVEL: 'info', ...place.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    children.push(child)
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => (output += String(chunk)))
    const [message] = (await once(child, 'message')) as [{ type: string; message?: string }]
    return { child, message, output: () => output }
  }

  /** A clip whose bytes come only when the hold is taken away, and a job for it. */
  const holdDownload = async () => {
    const { world } = place.twin
    const { id: channelId } = world.createChannel({ guildId, name: 'bytes', date: new Date('2024-11-01T00:00:00Z') })
    const message = world.postMessage({ channelId, authorId: DEMO.people.mara, files: [{ key: 'one-second' }] })
    await syncWorld(place.twin)
    const held = place.twin.faults.add({ kind: 'hold', part: 'cdn', channel: channelId })
    const [clipId = ''] = clipsIn(message)
    const [file] = message.attachments
    // An address that has run out: the worker asks for a fresh one first.
    const url = `http://${place.twin.cdnHost}/attachments/${channelId}/${clipId}/${file?.fileName}?ex=1&is=1&hm=1`
    await place.query(
      `insert into clips (id, source, guild_id, channel_id, message_id, author_id, posted_at, filename, size_bytes, url)
       values ($1, 'attachment', $2, $3, $4, $5, now(), 'a.mp4', $6, $7)`,
      [clipId, guildId, channelId, message.id, DEMO.people.mara, file?.sizeBytes, url],
    )
    await queue.enqueue('fetch-clip', [{ clipId: parseSnowflake(clipId) }], database())
    return { clipId, channelId, held }
  }
  /** A scan whose third page comes only when the hold is taken away. */
  const holdScan = async () => {
    const { world } = place.twin
    const { id: channelId } = world.createChannel({ guildId, name: 'pages', date: new Date('2024-11-01T00:00:00Z') })
    await syncWorld(place.twin)
    await place.query('update bot_channels set is_reading = true where channel_id = $1', [channelId])
    const clips = world.addHistory(channelId, 1_000, { authorId: DEMO.people.mara, clipEvery: 100 })
    const route = 'GET /channels/{channel_id}/messages'
    const held = place.twin.faults.add({ kind: 'hold', route, channel: channelId, after: 3 })
    const runId = (await requestScan(channelId, null))!.runId
    await recoverJobs(queue)
    return { runId, channelId, clips, held }
  }
  const attempts = async (name: string) => {
    const rows = await place.query<{ retry_count: number; state: string }>(
      `select retry_count, state::text from pgboss.job where name = $1 order by created_on desc limit 1`,
      [name],
    )
    return rows[0]
  }

  it('goes back to the queue at once when its worker is stopped during a download, and another worker does it', async () => {
    const first = await start()
    const { clipId, held } = await holdDownload()
    await held.struck(1)
    const begun = performance.now()
    first.child.kill('SIGTERM')
    expect(await once(first.child, 'exit')).toEqual([0, null])
    expect(performance.now() - begun).toBeLessThan(10_000)
    expect(await listJobs()).toMatchObject([{ name: 'fetch-clip', key: clipId, state: 'waiting', attempts: 0 }])
    expect(first.output()).toContain('"outcome":"interrupted"')
    held.remove()
    await start()
    await vi.waitFor(async () => expect(await findClip(clipId)).toMatchObject({ state: 'ready' }), {
      timeout: 20_000,
      interval: 100,
    })
    await vi.waitFor(async () => expect(await attempts('fetch-clip')).toEqual({ retry_count: 0, state: 'completed' }))
  })

  it('goes on at once in another worker when its worker is stopped during a scan, with nothing lost or repeated', async () => {
    const first = await start()
    const { runId, channelId, clips, held } = await holdScan()
    await held.struck(1)
    const second = await start()
    const begun = performance.now()
    first.child.kill('SIGTERM')
    expect(await once(first.child, 'exit')).toEqual([0, null])
    expect(performance.now() - begun).toBeLessThan(10_000)
    await vi.waitFor(async () => expect(await listJobs({ name: 'scan-channel' })).toMatchObject([{ state: 'running' }]))
    held.remove()
    await vi.waitFor(async () => expect(await findScanRun(runId)).toMatchObject({ status: 'succeeded' }), {
      timeout: 20_000,
      interval: 100,
    })
    expect(await describeStored(place, channelId)).toEqual({ clips, messages: 1_000 })
    await vi.waitFor(async () => expect(await attempts('scan-channel')).toEqual({ retry_count: 0, state: 'completed' }))
    expect(second.child.exitCode).toBeNull()
  })

  it('is taken over within seconds when its worker is killed, and no attempt is used up', async () => {
    const first = await start()
    const { clipId, held } = await holdDownload()
    await held.struck(1)
    const second = await start()
    first.child.kill('SIGKILL')
    await once(first.child, 'exit')
    const begun = performance.now()
    held.remove()
    await vi.waitFor(async () => expect(await findClip(clipId)).toMatchObject({ state: 'ready' }), {
      timeout: 20_000,
      interval: 100,
    })
    expect(performance.now() - begun).toBeLessThan(12_000)
    await vi.waitFor(() => expect(second.output()).toContain(clipId))
    await vi.waitFor(async () => expect(await attempts('fetch-clip')).toEqual({ retry_count: 0, state: 'completed' }))
  })

  it('ends in the worker that does it when it is cancelled, and can be retried', async () => {
    const worker = await start()
    const { clipId, held } = await holdDownload()
    await held.struck(1)
    const [job] = await listJobs()
    expect(await cancelJob(queue, job!.id)).toMatchObject({ key: clipId })
    await vi.waitFor(() => expect(worker.output()).toContain('"outcome":"canceled"'), { timeout: 5_000 })
    expect(await findClip(clipId)).toMatchObject({ state: 'failed', failureCode: 'canceled' })
    expect(await listJobFailures({ guildId })).toMatchObject([{ code: 'canceled', state: 'failed' }])
    expect(await cancelJob(queue, job!.id)).toBeNull()
    // The place in the worker is free again.
    held.remove()
    const next = await holdDownload()
    next.held.remove()
    await vi.waitFor(async () => expect(await findClip(next.clipId)).toMatchObject({ state: 'ready' }), {
      timeout: 20_000,
    })
  })

  it('is found again when the queue has lost it, and is not doubled', async () => {
    const { clipId, held } = await holdDownload()
    held.remove()
    const scan = await holdScan()
    scan.held.remove()
    await place.query(`delete from pgboss.job where state < 'completed'`)
    await Promise.all([recoverJobs(queue), recoverJobs(queue), recoverJobs(queue)])
    const listed = await listJobs()
    expect(listed.map(({ name, channelId }) => `${name} ${channelId}`).toSorted()).toEqual([
      `fetch-clip ${(await findClip(clipId))?.channelId}`,
      'purge null',
      `scan-channel ${scan.channelId}`,
    ])
    await start()
    await vi.waitFor(async () => expect(await findScanRun(scan.runId)).toMatchObject({ status: 'succeeded' }), {
      timeout: 20_000,
      interval: 100,
    })
    expect(await describeStored(place, scan.channelId)).toEqual({ clips: scan.clips, messages: 1_000 })
    expect(await countJobFailures()).toBe(0)
  })

  it('are looked for again and again without moving their guild back behind the others', async () => {
    const { held } = await holdScan()
    held.remove()
    const turns = () => place.query('select guild_id, turn from guild_schedules order by guild_id')
    const before = await turns()
    expect(before).not.toEqual([])
    await Promise.all([recoverJobs(queue), recoverJobs(queue)])
    expect(await turns()).toEqual(before)
  })

  it('does only the kinds of jobs it is told to', async () => {
    await start({ WORKER_JOBS: 'fetch-clip' })
    const scan = await holdScan()
    scan.held.remove()
    const { clipId, held } = await holdDownload()
    held.remove()
    await vi.waitFor(async () => expect(await findClip(clipId)).toMatchObject({ state: 'ready' }), { timeout: 20_000 })
    const scans = (await listJobs()).filter(({ name }) => name === 'scan-channel')
    expect(scans).toMatchObject([{ state: 'waiting' }])
    const wrong = await start({ WORKER_JOBS: 'fetch-clips' })
    expect(wrong.message).toMatchObject({ type: 'failed', message: expect.stringContaining('fetch-clips. Choose') })
    expect(await listRunningPrograms()).toHaveLength(1)
  })
})

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
