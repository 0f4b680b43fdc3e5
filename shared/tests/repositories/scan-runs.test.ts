import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  advanceScan,
  claimScanRun,
  database,
  enqueueScanRun,
  findScanRun,
  markScanCanceled,
  markScanFailed,
  markScanStarted,
  markScanSucceeded,
  setChannelReading,
  transaction,
  updateChannelCursor,
  updateScanProgress,
} from '../../src/db/index.ts'
import { atOnce, newChannel, rows, useDatabase } from './fixtures.ts'

useDatabase(5)

async function newRun(): Promise<string> {
  const channelId = await newChannel()
  await setChannelReading(channelId, true)
  return (await enqueueScanRun(channelId))!
}

const run = async (id: string) => (await findScanRun(id))!

describe('queueing a run', () => {
  it('starts from the cursor of a channel that is being read', async () => {
    const channelId = await newChannel()
    await setChannelReading(channelId, true)
    await updateChannelCursor(channelId, '123')
    const id = (await enqueueScanRun(channelId))!
    expect(await run(id)).toEqual({
      id,
      channelId,
      afterMessageId: '123',
      beforeMessageId: null,
      status: 'queued',
      messagesScanned: 0,
      messagesMatched: 0,
      errorMessage: null,
      startedAt: null,
      finishedAt: null,
      createdAt: expect.any(Date),
      requestedBy: null,
      mode: 'complete',
      guildScanId: null,
      pausedAt: null,
      turn: 0,
      claim: null,
      clipsAdded: 0,
      messagesPerSecond: null,
      progressAt: null,
      failureCode: null,
    })
    expect(await enqueueScanRun(channelId)).not.toBe(id)
  })

  it('does nothing for a channel that is not read or not stored', async () => {
    const channelId = await newChannel()
    expect(await enqueueScanRun(channelId)).toBeNull()
    expect(await enqueueScanRun('404')).toBeNull()
    expect(await rows('select from bot_channel_scan_runs where channel_id = $1', [channelId])).toEqual([])
  })
})

describe('the states of a run', () => {
  const marks = {
    started: markScanStarted,
    succeeded: markScanSucceeded,
    failed: (id: string) => markScanFailed(id, 'broke'),
    canceled: markScanCanceled,
  }
  const allowed: Record<string, readonly (keyof typeof marks)[]> = {
    queued: ['started', 'succeeded', 'failed', 'canceled'],
    running: ['succeeded', 'failed', 'canceled'],
    succeeded: [],
    failed: [],
    canceled: [],
  }
  const every = Object.keys(allowed).flatMap((from) =>
    (Object.keys(marks) as (keyof typeof marks)[]).map((mark) => ({ from, mark, ok: allowed[from]!.includes(mark) })),
  )

  it.each(every)('$from and marked as $mark: $ok', async ({ from, mark, ok }) => {
    const id = await newRun()
    await rows('update bot_channel_scan_runs set status = $2::scan_status where id = $1', [id, from])
    expect(await marks[mark](id)).toBe(ok)
    expect((await run(id)).status).toBe(ok ? (mark === 'started' ? 'running' : mark) : from)
  })

  it('carry their times and what went wrong', async () => {
    const [good, bad] = [await newRun(), await newRun()]
    await markScanStarted(good)
    expect(await run(good)).toMatchObject({ startedAt: expect.any(Date), finishedAt: null })
    await markScanSucceeded(good)
    expect(await run(good)).toMatchObject({ startedAt: expect.any(Date), finishedAt: expect.any(Date) })
    await markScanFailed(bad, 'the channel is gone')
    expect(await run(bad)).toMatchObject({
      startedAt: null,
      finishedAt: expect.any(Date),
      errorMessage: 'the channel is gone',
    })
  })

  it('change once when many race', async () => {
    const id = await newRun()
    expect((await atOnce(20, () => markScanStarted(id))).filter(Boolean)).toHaveLength(1)
    const ends = await atOnce(20, (index) => (index % 2 === 0 ? markScanSucceeded(id) : markScanCanceled(id)))
    expect(ends.filter(Boolean)).toHaveLength(1)
  })

  it('are false for a run that does not exist', async () => {
    for (const mark of Object.values(marks)) expect(await mark(randomUUID())).toBe(false)
    expect(await findScanRun(randomUUID())).toBeNull()
  })
})

describe('the counters of a run', () => {
  it('are added to in any state and come back', async () => {
    const id = await newRun()
    expect(await updateScanProgress(id, 100, 3)).toEqual({ messagesScanned: 100, messagesMatched: 3 })
    await markScanSucceeded(id)
    expect(await updateScanProgress(id, 5_000_000_000)).toEqual({ messagesScanned: 5_000_000_100, messagesMatched: 3 })
    expect(await updateScanProgress(id)).toEqual({ messagesScanned: 5_000_000_100, messagesMatched: 3 })
    expect(await updateScanProgress(randomUUID(), 1)).toBeNull()
  })

  it('never fall below 0', async () => {
    const id = await newRun()
    await updateScanProgress(id, 10, 10)
    expect(await updateScanProgress(id, -3, -30)).toEqual({ messagesScanned: 7, messagesMatched: 0 })
  })

  it('lose nothing of 100 at once', async () => {
    const id = await newRun()
    await atOnce(100, () => updateScanProgress(id, 2, 1))
    expect(await run(id)).toMatchObject({ messagesScanned: 200, messagesMatched: 100 })
  })
})

describe('an id that is no id of a run', () => {
  const calls: Record<string, (id: string) => Promise<unknown>> = {
    markScanStarted,
    updateScanProgress,
    markScanSucceeded,
    markScanFailed: (id) => markScanFailed(id, 'x'),
    markScanCanceled,
    findScanRun,
    claimScanRun,
    advanceScan: (id) => advanceScan({ id, claim: randomUUID() }, { beforeMessageId: '1', scanned: 1, matched: 0 }),
  }

  it.each(Object.entries(calls))('is refused by %s, and the connections go on working', async (_, call) => {
    for (const id of ['', 'abc', '123', `${randomUUID()}x`, "'; drop table users; --"]) {
      const attempts = await Promise.allSettled(Array.from({ length: 10 }, () => call(id)))
      for (const attempt of attempts) {
        expect(attempt).toMatchObject({ status: 'rejected', reason: { name: 'AppError', code: 'invalid-input' } })
      }
    }
    for (const found of await atOnce(10, () => rows('select 1 as one'))) expect(found).toEqual([{ one: 1 }])
  })

  it('does not spoil the transaction around it', async () => {
    const id = await newRun()
    await transaction(async (tx) => {
      await markScanStarted(id, tx)
      await markScanStarted('abc', tx).catch(() => {})
      await updateScanProgress(id, 1, 1, tx)
    })
    expect(await run(id)).toMatchObject({ status: 'running', messagesScanned: 1 })
    expect(database().$client.waitingCount).toBe(0)
  })
})
