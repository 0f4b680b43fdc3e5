import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { DEMO } from '@dcs/discord-twin'
import { createLogger, parseSnowflake } from '@dcs/shared/core'
import { closeDb, database, findScanRun, initDb, listRunningPrograms, requestScan } from '@dcs/shared/db'
import { openQueue, type Queue } from '@dcs/shared/jobs'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { clipsIn, describeStored, openPlace, syncWorld, type Place } from './test-worker.ts'

type Message = { type: string; message?: string }

describe('the worker program', { timeout: 120_000 }, () => {
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
    child.stderr?.on('data', (chunk: Buffer) => (output += String(chunk)))
    const [message] = (await once(child, 'message')) as [Message]
    return { child, message, output: () => output }
  }

  it('keeps every clip of the demo world, and gives each bad file one attempt', async () => {
    const { message } = await start()
    expect(message).toEqual({ type: 'ready' })
    const readable = [...place.twin.world.channels.values()].filter(
      ({ name, guildId: guild }) => ['clips', 'general', 'Lobby'].includes(name) && guild === guildId,
    )
    for (const { id } of readable) await requestScanNow(id)
    const expected = readable.flatMap(({ messages }) => [...messages].flatMap(clipsIn))
    await vi.waitFor(
      async () => {
        const clips = await place.query<{ state: string }>(`select state from clips where state <> 'pending'`)
        expect(clips).toHaveLength(new Set(expected).size)
      },
      { timeout: 90_000, interval: 100 },
    )
    expect(
      await place.query(`select filename, failure_code from clips where state = 'failed' order by filename`),
    ).toEqual([
      { filename: 'Replay_2025-06-21_00-02-47.mp4', failure_code: 'truncated' },
      { filename: 'totally_a_video.mp4', failure_code: 'not-a-video' },
    ])
    await vi.waitFor(async () =>
      expect(
        await place.query(
          `select state::text, retry_count from pgboss.job where name = 'fetch-clip' group by 1, 2 order by 1`,
        ),
      ).toEqual([
        { state: 'completed', retry_count: 0 },
        { state: 'failed', retry_count: 0 },
      ]),
    )
  })

  it('is known to be alive while it runs, and stops with exit code 0', async () => {
    const { child } = await start()
    expect(await listRunningPrograms()).toEqual([
      expect.objectContaining({
        program: 'worker',
        isHealthy: true,
        detail: expect.objectContaining({ scans: 0, downloads: 0 }),
      }),
    ])
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(await listRunningPrograms()).toEqual([])
  })

  it('loses and repeats nothing when it is killed in the middle of a long history', async () => {
    const first = await start()
    const second = await start()
    const { channelId, clips, runId } = await longHistory()
    await afterPages(runId, 5, async () => {
      for (const { child } of [first, second]) child.kill('SIGKILL')
      await Promise.all([first, second].map(({ child }) => once(child, 'exit')))
    })
    expect(await findScanRun(runId)).toMatchObject({ status: 'running' })
    await start()
    await vi.waitFor(async () => expect(await findScanRun(runId)).toMatchObject({ status: 'succeeded' }), {
      timeout: 60_000,
      interval: 200,
    })
    expect(await findScanRun(runId)).toMatchObject({ messagesScanned: 6_000, messagesMatched: 6 })
    expect(await describeStored(place, channelId)).toEqual({ clips, messages: 6_000 })
    await vi.waitFor(
      async () =>
        expect(
          await place.query(`select id from clips where state = 'ready' and channel_id = $1`, [channelId]),
        ).toHaveLength(6),
      { timeout: 60_000, interval: 200 },
    )
  })

  it('gives a running scan back when it is stopped, and another worker goes on soon', async () => {
    const first = await start()
    const { channelId, clips, runId } = await longHistory()
    await afterPages(runId, 3, async () => {
      first.child.kill('SIGTERM')
      expect(await once(first.child, 'exit')).toEqual([0, null])
    })
    expect(await findScanRun(runId)).toMatchObject({ status: 'running', errorMessage: null })
    await start()
    await vi.waitFor(async () => expect(await findScanRun(runId)).toMatchObject({ status: 'succeeded' }), {
      timeout: 30_000,
      interval: 200,
    })
    expect(await describeStored(place, channelId)).toEqual({ clips, messages: 6_000 })
  })

  it.each([
    ['a wrong token', { BOT_TOKEN: 'wrong' }, 'Discord does not accept the bot token'],
    ['no token', { BOT_TOKEN: '' }, 'BOT_TOKEN is not set'],
    [
      'a database that does not answer',
      { POSTGRES_DSN: 'postgres://u:p@127.0.0.1:9/x' },
      'Nothing answers at 127.0.0.1:9',
    ],
  ])('does not start with %s, and says why in one line', async (_, env, reason) => {
    const { child, message, output } = await start(env)
    expect(message).toEqual({ type: 'failed', message: expect.stringContaining(reason) })
    if (child.exitCode === null) await once(child, 'exit')
    expect(child.exitCode).toBe(1)
    const fatal = output()
      .split('\n')
      .filter((line) => line.includes('"level":60'))
    expect(fatal).toHaveLength(1)
    expect(output()).not.toContain('    at ')
  })

  /** A starting worker finds a requested scan by itself; one that runs is told by a job. */
  const tell = (runId: string, channelId: string) =>
    queue.enqueue(
      'scan-channel',
      [{ runId, guildId: parseSnowflake(guildId), channelId: parseSnowflake(channelId), turn: 0 }],
      database(),
    )

  const requestScanNow = async (channelId: string) => tell((await requestScan(channelId, null))!.runId, channelId)

  /** A channel with 60 pages and a scan of it that nobody has been told of. */
  const longHistory = async () => {
    const { world } = place.twin
    const date = new Date('2024-11-01T00:00:00Z')
    const { id: channelId } = world.createChannel({ guildId, name: 'long', date })
    await syncWorld(place.twin)
    const clips = world.addHistory(channelId, 6_000, { authorId: DEMO.people.mara, clipEvery: 1_000 })
    return { channelId, clips, runId: (await requestScan(channelId, null))!.runId }
  }

  /** Tells the running workers of a scan, and acts when it has kept this many pages. It gets one page more and then none until that is done. */
  const afterPages = async (runId: string, pages: number, act: () => Promise<void>) => {
    const { channelId } = (await findScanRun(runId))!
    const held = place.twin.faults.add({
      kind: 'hold',
      route: 'GET /channels/{channel_id}/messages',
      channel: channelId,
      after: pages + 1,
    })
    await tell(runId, channelId)
    const isReached = async () =>
      expect((await findScanRun(runId))?.messagesScanned).toBeGreaterThanOrEqual(pages * 100)
    await vi.waitFor(isReached, { timeout: 20_000, interval: 20 })
    await act()
    held.remove()
  }
})

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
