import { AppError, MINUTE, RetryLater } from '@dcs/shared/core'
import {
  claimScanRun,
  countRunsAtWork,
  endScanTurn,
  failScanTurn,
  findChannel,
  finishScanRun,
  lockRunsAtWork,
  notifyScan,
  setChannelState,
  transaction,
  type Transaction,
} from '@dcs/shared/db'
import { toScanJob } from '@dcs/shared/jobs'
import type { WorkerContext } from '../../context.ts'
import type { Handler } from '../../runner/handler.ts'
import { readHistory } from './read-history.ts'
import { recheckChannel } from './recheck.ts'
import { findScannable, resolveScanRules } from './rules.ts'
import type { Scan } from './scan.ts'

/** A guild that has all the scans it may have at a time is looked at again after this. */
const FULL_GUILD_SECONDS = 2
/** A wait that is worth telling managers of. */
const LONG_WAIT_MS = MINUTE

/** One turn of a scan run. */
export const scanChannelHandler: Handler<'scan-channel'> = {
  concurrency: ({ scans }) => scans,

  run: async (context, { runId, guildId, channelId, turn }, run) => {
    const claimed = await claimScanRun(runId, turn)
    if (!claimed) return
    if (turn === 0) await notifyScan({ guildId, channelId })
    const { channel, rules } = await findScannable(context, channelId)
    const scan: Scan = { run: claimed, guildId, channelId, name: channel.name ?? channelId, rules }
    if (await givesWay(context, scan)) return
    const end = await noteLongWaits(channelId, () =>
      claimed.mode === 'recheck' ? recheckChannel(context, scan, run) : readHistory(context, scan, run),
    )
    run.event.end = end
    if (end === 'turn-over') await transaction((tx) => endTurn(context, scan, tx))
    if (end !== 'done') return
    await finishScanRun(claimed)
    await notifyScan({ guildId, channelId })
  },

  recordFailure: async (_context, { runId, guildId, channelId, turn }, failure, db) => {
    if (!(await failScanTurn({ runId, turn }, failure, db))) return
    const state = (['no_permission', 'hidden', 'gone'] as const).find((known) => known === failure.code)
    if (state) await setChannelState(channelId, state, failure.message, db)
    await notifyScan({ guildId, channelId }, db)
  },

  backoff: async (context, { channelId }) => {
    const channel = await findChannel(channelId)
    return channel ? (await resolveScanRules(context, channel)).backoff : undefined
  },
}

/** Gives the others their turn: the run's next one waits behind them. */
async function endTurn(
  { queue }: WorkerContext,
  { run, guildId, channelId }: Scan,
  tx: Transaction,
  options: { startAfterSeconds?: number } = {},
): Promise<void> {
  const turn = await endScanTurn(run, tx)
  if (turn === null) return
  await queue.enqueue('scan-channel', [toScanJob({ runId: run.id, guildId, channelId, turn })], tx, options)
}

/** Ends the turn before it began when more runs of the guild are at work than may be. One after the other, so that not all of them go. */
async function givesWay(context: WorkerContext, scan: Scan): Promise<boolean> {
  const { guildId, rules } = scan
  const isFull = async (tx?: Transaction) => (await countRunsAtWork(guildId, tx)) > rules.maxConcurrentScans
  if (!(await isFull())) return false
  return transaction(async (tx) => {
    await lockRunsAtWork(guildId, tx)
    const isOver = await isFull(tx)
    if (isOver) await endTurn(context, scan, tx, { startAfterSeconds: FULL_GUILD_SECONDS })
    return isOver
  })
}

/** Lets managers know while Discord makes us wait for long. */
async function noteLongWaits<T>(channelId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof RetryLater && error.delayMs >= LONG_WAIT_MS)
      await setChannelState(channelId, 'rate_limited', sentenceOf(error))
    throw error
  }
}

function sentenceOf(error: AppError): string {
  return error.publicMessage ?? error.message
}
