import { expect, it } from 'vitest'
import {
  claimScanRun,
  endScanTurn,
  failScanTurn,
  findScanRun,
  finishScanRun,
  keepScannedPages,
  requestScan,
  type ClaimedRun,
} from '../../src/db/index.ts'
import { newChannel, newGuild, useDatabase } from './fixtures.ts'

useDatabase()

async function newRun(): Promise<{ channelId: string; run: ClaimedRun }> {
  const channelId = await newChannel(await newGuild())
  return { channelId, run: (await claimScanRun((await requestScan(channelId, null))!.runId))! }
}

function keepPage(run: ClaimedRun, leftOut: string | null) {
  return keepScannedPages([
    {
      run,
      channelId: run.channelId,
      ranges: [],
      beforeMessageId: '1',
      newestMessageId: null,
      scanned: 1,
      unread: 1,
      matched: 0,
      clipsAdded: 0,
      messagesPerSecond: null,
      isEmpty: false,
      leftOut,
    },
  ])
}

it('what was left out in any turn of a run is said at its end', async () => {
  const { run } = await newRun()
  await keepPage(run, 'One was left out.')
  await keepPage(run, null)
  expect(await endScanTurn(run)).toBe(1)
  const next = (await claimScanRun(run.id, 1))!
  await keepPage(next, 'Two were left out.')
  expect(await finishScanRun(next)).toBe(true)
  expect(await findScanRun(run.id)).toMatchObject({
    status: 'succeeded',
    failureCode: 'messages_left_out',
    errorMessage: 'One was left out. Two were left out.',
  })
})

it('a run of which nothing was left out says nothing', async () => {
  const { run } = await newRun()
  await keepPage(run, null)
  await finishScanRun(run)
  expect(await findScanRun(run.id)).toMatchObject({ status: 'succeeded', failureCode: null, errorMessage: null })
})

it('what was left out page after page does not grow without end', async () => {
  const { run } = await newRun()
  for (let page = 0; page < 3; page++) await keepPage(run, 'x'.repeat(1_500))
  expect((await findScanRun(run.id))?.errorMessage).toHaveLength(2_000)
})

it('a turn that is over cannot fail its run any more', async () => {
  const { run } = await newRun()
  await endScanTurn(run)
  const failure = { message: 'too late', code: null }
  expect(await failScanTurn({ runId: run.id, turn: 0 }, failure)).toBe(false)
  expect(await findScanRun(run.id)).toMatchObject({ status: 'running', errorMessage: null })
  expect(await failScanTurn({ runId: run.id, turn: 1 }, failure)).toBe(true)
  expect(await findScanRun(run.id)).toMatchObject({ status: 'failed', errorMessage: 'too late' })
})
