import { AppError, SECOND, sleep } from '@dcs/shared/core'
import { findGuildScanSummary, listScanRunProgress, type GuildScanSummary, type ScanRunProgress } from '@dcs/shared/db'
import { openBars } from './bars.ts'
import { formatSpan, print, printJson } from './open.ts'
import { channelProgress, isOver, timeLeft, totalProgress, type Beginning, type Progress } from './progress.ts'

/** The state of a scan at one moment. */
export type Snapshot = { scan: GuildScanSummary; runs: ScanRunProgress[] }

/** Shows snapshots, and takes what it drew away. */
export type View = { show: (snapshot: Snapshot) => void; close: () => void }

const INTERVAL_MS = SECOND / 2
const LINE_INTERVAL_MS = 10 * SECOND

/**
 * Shows a scan until it has ended. The exit code: 0 when all of it succeeded; 1 otherwise, with the reasons; 130 when the watching was ended by Ctrl-C,
 * which leaves the scan alone.
 */
export async function followScan(scanId: string, { json }: { json: boolean }): Promise<number> {
  const interrupted = new AbortController()
  const onInterrupt = () => interrupted.abort()
  process.once('SIGINT', onInterrupt)
  const view = json ? jsonView() : process.stdout.isTTY ? openBars() : linesView()
  try {
    for (;;) {
      const snapshot = await look(scanId)
      view.show(snapshot)
      if (isEnded(snapshot)) {
        view.close()
        return conclude(snapshot, json)
      }
      await sleep(INTERVAL_MS, interrupted.signal)
    }
  } catch (error) {
    view.close()
    if (!interrupted.signal.aborted) throw error
    process.stderr.write('The scan goes on. The same command with --follow shows it again; "dcs jobs list" too.\n')
    return 130
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}

async function look(scanId: string): Promise<Snapshot> {
  const [scan, runs] = await Promise.all([findGuildScanSummary(scanId), listScanRunProgress(scanId)])
  if (scan) return { scan, runs }
  throw new AppError(
    'not-found',
    'The scan is not there any more: its server was removed, or another scan took its place.',
  )
}

function isEnded({ scan, runs }: Snapshot): boolean {
  return (
    isOver(scan.status) && (scan.search === null || isOver(scan.search)) && runs.every(({ status }) => isOver(status))
  )
}

function conclude({ scan, runs }: Snapshot, json: boolean): number {
  const bad = runs.filter(({ status }) => status !== 'succeeded')
  const isWhole = scan.status === 'succeeded' && bad.length === 0
  if (json) return isWhole ? 0 : 1
  const total = totalProgress(scan, runs)
  const took = scan.startedAt && scan.finishedAt ? `, in ${formatSpan(+scan.finishedAt - +scan.startedAt)}` : ''
  print(`${isWhole ? 'Done' : 'Ended'}: ${total.messages} messages read, ${total.clips} new clips${took}.`)
  for (const { channelId, channelName, status, errorMessage } of runs)
    if (status === 'succeeded' && errorMessage) process.stderr.write(`#${channelName ?? channelId}: ${errorMessage}\n`)
  for (const { channelId, channelName, status, errorMessage } of bad)
    process.stderr.write(`#${channelName ?? channelId}: ${errorMessage ?? `the scan was ${status}.`}\n`)
  if (!isWhole && bad.length === 0) process.stderr.write(`${scan.errorMessage ?? `The scan was ${scan.status}.`}\n`)
  if (!isWhole)
    process.stderr.write('"dcs jobs list --failed" lists what failed, and "dcs jobs retry" tries it again.\n')
  return isWhole ? 0 : 1
}

/** For logs and pipes: a line when a channel ends and one for the whole from time to time. */
function linesView(): View {
  const told = new Set<string>()
  let since: Beginning | null = null
  let toldAt = 0
  return {
    show: ({ scan, runs }) => {
      for (const run of runs) {
        if (!isOver(run.status) || told.has(run.channelId)) continue
        told.add(run.channelId)
        const { name, status, messages, clips } = channelProgress(run)
        print(`${name}: ${status}, ${messages} messages, ${clips} new clips`)
      }
      if (Date.now() - toldAt < LINE_INTERVAL_MS || isOver(scan.status)) return
      toldAt = Date.now()
      const total = totalProgress(scan, runs)
      since ??= { done: total.done, at: toldAt }
      print(describe(total, since))
    },
    close: () => {},
  }
}

function describe(total: Progress, since: Beginning): string {
  const left = timeLeft(total.done, since)
  return [
    `total: ${total.status}, ${Math.floor(total.done * 100)} %`,
    `${total.messages} messages`,
    ...(total.perSecond === null ? [] : [`${Math.round(total.perSecond)} messages/s`]),
    `${total.clips} new clips`,
    ...(left === null ? [] : [`${formatSpan(left)} left`]),
  ].join(', ')
}

/** For programs: one line of JSON for each change. */
function jsonView(): View {
  let last = ''
  return {
    show: ({ scan, runs }) => {
      const total = totalProgress(scan, runs)
      const channels = runs.map((run) => ({
        channelId: run.channelId,
        ...channelProgress(run),
        errorMessage: run.errorMessage,
      }))
      const { scanId, status, search, isPaused, errorMessage } = scan
      const text = JSON.stringify({ scanId, status, search, isPaused, errorMessage, total, channels })
      if (text === last) return
      last = text
      printJson(JSON.parse(text))
    },
    close: () => {},
  }
}
