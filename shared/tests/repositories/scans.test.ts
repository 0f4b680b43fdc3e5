import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import {
  advanceScan,
  claimScanRun,
  database,
  findScanRun,
  listNewestScans,
  listScansWithoutJob,
  markScanCanceled,
  markScanSucceeded,
  requestScan,
  requestScans,
  transaction,
  updateChannelCursor,
} from '../../src/db/index.ts'
import { enqueueRuns, openQueue } from '../../src/jobs/index.ts'
import { atOnce, newChannel, newGuild, rows, useDatabase } from './fixtures.ts'

useDatabase()

describe('asking for a scan', () => {
  it('queues one, with who asked and the cursor of the channel', async () => {
    const channelId = await newChannel()
    await updateChannelCursor(channelId, '55')
    const asked = await requestScan(channelId, '9')
    expect(asked).toEqual({ runId: expect.any(String), created: true })
    expect(await findScanRun(asked!.runId)).toMatchObject({
      channelId,
      status: 'queued',
      requestedBy: '9',
      afterMessageId: '55',
    })
    expect(await requestScan('404', null)).toBeNull()
  })

  it('gives the one that waits or runs, and a new one after it ended', async () => {
    const channelId = await newChannel()
    const { runId } = (await requestScan(channelId, null))!
    expect(await requestScan(channelId, null)).toEqual({ runId, created: false })
    await claimScanRun(runId)
    expect(await requestScan(channelId, null)).toEqual({ runId, created: false })
    await markScanSucceeded(runId)
    expect(await requestScan(channelId, null)).toEqual({ runId: expect.not.stringMatching(runId), created: true })
  })

  it('gives one run to 50 who ask at once', async () => {
    const channelId = await newChannel()
    const answers = await atOnce(50, () => requestScan(channelId, null))
    expect(new Set(answers.map((answer) => answer?.runId)).size).toBe(1)
    expect(answers.filter((answer) => answer?.created)).toHaveLength(1)
    expect(await rows('select from bot_channel_scan_runs where channel_id = $1', [channelId])).toHaveLength(1)
  })
})

describe('working on a scan', () => {
  it('takes it into work, also again after being cut off, keeping when it began', async () => {
    const { runId } = (await requestScan(await newChannel(), null))!
    const first = await claimScanRun(runId)
    expect(first).toMatchObject({ id: runId, status: 'running', startedAt: expect.any(Date) })
    expect((await claimScanRun(runId))?.startedAt).toEqual(first?.startedAt)
  })

  it('does not take one that ended or does not exist', async () => {
    const { runId } = (await requestScan(await newChannel(), null))!
    await markScanCanceled(runId)
    expect(await claimScanRun(runId)).toBeNull()
    expect(await claimScanRun(randomUUID())).toBeNull()
    expect((await findScanRun(runId))?.status).toBe('canceled')
  })

  it('notes how far it came, until somebody cancels it', async () => {
    const { runId } = (await requestScan(await newChannel(), null))!
    const page = { beforeMessageId: '500', scanned: 100, matched: 2 }
    expect(await advanceScan({ id: runId, claim: randomUUID() }, page)).toBe(false)
    const held = (await claimScanRun(runId))!
    expect(await advanceScan(held, page)).toBe(true)
    expect(await advanceScan(held, { ...page, beforeMessageId: '400' })).toBe(true)
    expect(await findScanRun(runId)).toMatchObject({ beforeMessageId: '400', messagesScanned: 200, messagesMatched: 4 })
    await markScanCanceled(runId)
    expect(await advanceScan(held, { ...page, beforeMessageId: '300' })).toBe(false)
    expect((await findScanRun(runId))?.beforeMessageId).toBe('400')
  })
})

describe('looking at scans', () => {
  it('gives the newest run of each channel', async () => {
    const [first, second, without] = [await newChannel(), await newChannel(), await newChannel()]
    const old = (await requestScan(first, null))!
    await markScanSucceeded(old.runId)
    const newest = [(await requestScan(first, null))!.runId, (await requestScan(second, null))!.runId]
    const found = await listNewestScans([first, second, without, '404'])
    expect(found.map(({ id }) => id).toSorted()).toEqual(newest.toSorted())
    expect(await listNewestScans([])).toEqual([])
  })

  it('lists those that wait or were cut off and have no job, oldest first, with their guild', async () => {
    const queue = await openQueue('producer', pino({ level: 'silent' }))
    const guildId = await newGuild()
    const [first, second, ended] = [await newChannel(guildId), await newChannel(guildId), await newChannel(guildId)]
    const queued = await newChannel(guildId)
    const waiting = (await requestScan(first, null))!.runId
    const running = (await requestScan(second, null))!.runId
    await claimScanRun(running)
    await markScanSucceeded((await requestScan(ended, null))!.runId)
    const runs = await transaction((tx) => requestScans([queued], null, tx))
    await enqueueRuns(queue, [{ ...runs[0]!, turn: 0 }], database())
    const unfinished = await listScansWithoutJob()
    await queue.stop(1_000)
    expect(unfinished.filter((run) => run.guildId === guildId)).toEqual([
      { runId: waiting, channelId: first, guildId, turn: 0 },
      { runId: running, channelId: second, guildId, turn: 0 },
    ])
  })
})
