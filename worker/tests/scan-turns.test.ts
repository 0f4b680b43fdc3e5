import { DEMO } from '@dcs/discord-twin'
import { parseSnowflake } from '@dcs/shared/core'
import {
  addCoverage,
  findScanRun,
  listCoverage,
  listen,
  requestScan,
  requestScans,
  setGuildSettings,
  transaction,
} from '@dcs/shared/db'
import { enqueueRuns, openQueue, pauseScans, resumeScans } from '@dcs/shared/jobs'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createContext, type WorkerContext } from '../src/context.ts'
import { handlers } from '../src/jobs/index.ts'
import { runJob } from '../src/runner/run-job.ts'
import { describeStored, openContext, openPlace, syncWorld, type Place } from './test-worker.ts'

describe('scans in turns', { timeout: 60_000 }, () => {
  const guildId = DEMO.guilds.squad
  const otherGuildId = DEMO.guilds.lan
  const authorId = DEMO.people.mara
  const route = 'GET /channels/{channel_id}/messages'
  let place: Place
  let world: Place['twin']['world']
  let worker: Awaited<ReturnType<typeof openContext>>
  let second: WorkerContext

  beforeAll(async () => {
    place = await openPlace()
    world = place.twin.world
    worker = await openContext(place)
    // Another process, as far as its requests go.
    const { log, queue, stopping, budget } = worker.context
    second = await createContext(place.config, log, queue, stopping, budget)
    await syncWorld(place.twin)
  })
  afterAll(async () => {
    await worker?.close()
    await place?.close()
  })
  afterEach(async () => {
    place.twin.faults.removeAll()
    await setGuildSettings(guildId, {})
    await place.query(`update pgboss.job set state = 'cancelled' where state < 'completed'`)
    await place.query(`update bot_channel_scan_runs set status = 'canceled' where status in ('queued', 'running')`)
  })

  const addChannels = async (count: number, guild: string = guildId) => {
    const date = new Date('2024-11-01T00:00:00Z')
    const channels = Array.from({ length: count }, () => world.createChannel({ guildId: guild, name: 'turns', date }))
    await syncWorld(place.twin)
    return channels.map(({ id }) => id)
  }
  const addHistory = async (messages: number, clipEvery = 100) => {
    const [channelId = ''] = await addChannels(1)
    return { channelId, clips: world.addHistory(channelId, messages, { authorId, clipEvery }) }
  }
  const request = async (channelId: string) => (await requestScan(channelId, null))?.runId ?? ''
  const enqueue = async (channelIds: readonly string[]) =>
    transaction(async (tx) => {
      const runs = await requestScans(channelIds, null, tx)
      await enqueueRuns(
        worker.context.queue,
        runs.map((run) => ({ ...run, turn: 0 })),
        tx,
      )
    })
  const takeTurn = async (channelId: string, runId: string, turn: number, by = worker.context) => {
    const payload = { runId, guildId: parseSnowflake(guildId), channelId: parseSnowflake(channelId), turn }
    const job = { jobId: 'test', attempt: 1, losses: 0, isLastAttempt: false, signal: new AbortController().signal }
    const verdict = await runJob(by, 'scan-channel', handlers['scan-channel'], payload, job)
    await transaction(async (tx) => verdict?.record?.(tx))
    return (await findScanRun(runId))!
  }
  /** Takes turns until the run ends. */
  const finish = async (channelId: string, runId: string) => {
    for (;;) {
      const { turn } = (await findScanRun(runId))!
      const run = await takeTurn(channelId, runId, turn)
      if (run.status !== 'running' || run.turn === turn) return run
    }
  }
  const waitingTurns = async (runId: string) => {
    const rows = await place.query<{ turn: number }>(
      `select (data->>'turn')::int as turn from pgboss.job
       where name = 'scan-channel' and state < 'active' and data->>'runId' = $1 order by 1`,
      [runId],
    )
    return rows.map(({ turn }) => turn)
  }
  /** Calls `act` once a scan has told that it kept something. */
  const onceKept = async (runId: string, act: () => Promise<unknown>) => {
    let acting: Promise<unknown> | undefined
    const listening = await listen(['dcs_scan'], {
      onNotification: () => {
        acting ??= findScanRun(runId).then((run) => {
          if (!run || run.messagesScanned === 0) acting = undefined
          else return act()
        })
      },
    })
    return { done: async () => void (await acting, await listening.stop()) }
  }

  it('a worker that was thought dead keeps nothing more once another has taken its turn over', async () => {
    const { channelId, clips } = await addHistory(1_000)
    const runId = await request(channelId)
    const held = place.twin.faults.add({ kind: 'hold', route, channel: channelId, after: 3, times: 1 })
    const first = takeTurn(channelId, runId, 0)
    await held.struck(1)
    const run = await takeTurn(channelId, runId, 0, second)
    expect(run).toMatchObject({ status: 'succeeded', messagesMatched: clips.length })
    const stored = await describeStored(place, channelId)
    held.remove()
    expect(await first).toMatchObject({ status: 'succeeded', messagesScanned: 1_000, messagesMatched: clips.length })
    expect(await describeStored(place, channelId)).toEqual(stored)
    expect(stored).toEqual({ clips, messages: 1_000 })
  })

  it('ends its turn when others wait, and the next turn goes on where it was', async () => {
    const { channelId, clips } = await addHistory(2_500)
    await setGuildSettings(guildId, { channel_defaults: { max_messages_per_pass: 1_000 } })
    await enqueue(await addChannels(1))
    const runId = await request(channelId)
    const first = await takeTurn(channelId, runId, 0)
    expect(first).toMatchObject({ status: 'running', turn: 1, claim: null, messagesScanned: 1_000 })
    expect(await waitingTurns(runId)).toEqual([1])
    // The job of the turn that is over, done once more.
    expect(await takeTurn(channelId, runId, 0)).toEqual(first)
    expect(await takeTurn(channelId, runId, 1)).toMatchObject({ status: 'running', turn: 2, messagesScanned: 2_000 })
    expect(await takeTurn(channelId, runId, 2)).toMatchObject({ status: 'succeeded', messagesMatched: clips.length })
    expect(await describeStored(place, channelId)).toEqual({ clips, messages: 2_500 })
  })

  it('goes on without an end of turn when nobody waits', async () => {
    const { channelId } = await addHistory(2_500)
    await setGuildSettings(guildId, { channel_defaults: { max_messages_per_pass: 1_000 } })
    expect(await takeTurn(channelId, await request(channelId), 0)).toMatchObject({ status: 'succeeded', turn: 0 })
  })

  it('serves a guild that comes late with few channels in turns with one that has many waiting', async () => {
    const [many, few] = [await addChannels(40), await addChannels(5, otherGuildId)]
    await enqueue(many)
    const queue = await openQueue('worker', worker.context.log)
    const served: string[] = []
    const isOver = Promise.withResolvers<void>()
    await queue.work('scan-channel', 1, async (payload) => {
      served.push(payload.guildId)
      if (served.length === 10) await enqueue(few)
      if (served.length === many.length + few.length) isOver.resolve()
    })
    await isOver.promise
    await queue.stop()
    const afterwards = served.slice(10)
    const places = afterwards.flatMap((id, index) => (id === otherGuildId ? [index] : []))
    expect(places).toHaveLength(5)
    // One of the many between two of the few, and never more.
    expect(places.at(-1)).toBeLessThan(11)
    expect(afterwards.slice(0, 10).filter((id) => id === guildId).length).toBeGreaterThanOrEqual(4)
  })

  it('reads no more channels of a guild at a time than its settings allow, and all of them in the end', async () => {
    await setGuildSettings(guildId, { channel_defaults: { safety: { max_concurrent_scans: 2 } } })
    const channelIds = await addChannels(6)
    for (const channelId of channelIds) world.addHistory(channelId, 250, { authorId, clipEvery: 100 })
    let open = await Promise.all(channelIds.map(async (channelId) => (await findScanRun(await request(channelId)))!))
    while (open.length > 0) {
      const held = place.twin.faults.add({ kind: 'hold', route })
      let givenBack = 0
      const taken = open.map(async ({ id, channelId, turn }) => {
        const run = await takeTurn(channelId, id, turn)
        if (run.claim === null && run.status === 'running') givenBack++
        return run
      })
      await vi.waitFor(() => expect([givenBack, held.strikes]).toEqual([open.length - 2, 2]), { timeout: 10_000 })
      held.remove()
      const ended = await Promise.all(taken)
      expect(ended.filter(({ status }) => status === 'succeeded')).toHaveLength(2)
      open = ended.filter(({ status }) => status !== 'succeeded')
    }
  })

  it('keeps nothing while it is paused, and goes on where it was', async () => {
    const { channelId, clips } = await addHistory(3_000)
    const runId = await request(channelId)
    const { queue } = worker.context
    let atPause: number | undefined
    const held = place.twin.faults.add({ kind: 'hold', route, channel: channelId, after: 12, times: 1 })
    const kept = await onceKept(runId, async () => {
      await pauseScans(queue, { guildId, channelIds: [channelId] })
      atPause = (await findScanRun(runId))!.messagesScanned
      held.remove()
    })
    const paused = await takeTurn(channelId, runId, 0)
    await kept.done()
    expect(paused).toMatchObject({ status: 'running', pausedAt: expect.any(Date), messagesScanned: atPause })
    expect(atPause).toBeLessThan(3_000)
    expect((await takeTurn(channelId, runId, 0)).messagesScanned).toBe(atPause)
    await resumeScans(queue, { guildId, channelIds: [channelId] })
    const { turn } = (await findScanRun(runId))!
    expect(await waitingTurns(runId)).toEqual([turn])
    expect(await finish(channelId, runId)).toMatchObject({ status: 'succeeded', messagesScanned: 3_000 })
    expect(await describeStored(place, channelId)).toEqual({ clips, messages: 3_000 })
  })

  it('closes a gap above the place where it was, also when the newest message is known already', async () => {
    const { channelId, clips } = await addHistory(1_000, 10)
    const ids = [...world.requireChannel(channelId).messages].map(({ id }) => BigInt(id))
    const runId = await request(channelId)
    // What an earlier turn left: it is at 400, and above that only the newest message came in live.
    await place.query('update bot_channel_scan_runs set before_message_id = $2 where id = $1', [runId, ids[400]])
    await addCoverage(channelId, { low: ids[999]!, high: ids[999]! })
    expect(await takeTurn(channelId, runId, 0)).toMatchObject({ status: 'succeeded' })
    expect(await listCoverage(channelId)).toEqual([{ low: 0n, high: ids[999] }])
    expect((await describeStored(place, channelId)).clips).toEqual(clips)
  })

  it('reads only what is newer in the mode forward', async () => {
    const { channelId } = await addHistory(500, 10)
    const ids = [...world.requireChannel(channelId).messages].map(({ id }) => id)
    await place.query('update bot_channels set last_message_id = $2 where channel_id = $1', [channelId, ids[449]])
    const runId = await request(channelId)
    await place.query(`update bot_channel_scan_runs set mode = 'forward' where id = $1`, [runId])
    expect(await takeTurn(channelId, runId, 0)).toMatchObject({ status: 'succeeded', messagesScanned: 100 })
    expect(await listCoverage(channelId)).toEqual([{ low: BigInt(ids[400]!), high: BigInt(ids[499]!) }])
  })
})
