import type { GuildScanSummary } from '@dcs/shared/db'

const STATUS = {
  queued: 'waiting',
  running: 'running',
  succeeded: 'done',
  failed: 'ended with problems',
  canceled: 'stopped',
} as const

/** How far a scan is, in one or two lines. Who does not see all of its channels is not told how much is in them, nor what went wrong there. */
export function describeProgress(scan: GuildScanSummary, now: Date, seesAll: boolean): string {
  const { runs, status } = scan
  const state = scan.isPaused ? 'paused' : STATUS[status]
  if (!seesAll) return `**${state}** – it is about channels that you may not see, too; /coverage tells of yours`
  const parts = [`${count(scan.messagesScanned, 'message')} read`, count(scan.clipsAdded, 'new clip')]
  if (scan.search !== null && scan.messagesExpected !== null)
    parts.unshift(`search index: ${scan.messagesFound} of ${count(scan.messagesExpected, 'message')}`)
  if (runs.total > 0)
    parts.push(`${runs.total - runs.queued - runs.running} of ${count(runs.total, 'channel')} finished`)
  const seconds = remainingSeconds(scan, now)
  if (seconds !== null) parts.push(`about ${duration(seconds)} left`)
  const line = `**${state}** – ${parts.join(', ')}`
  return scan.errorMessage ? `${line}\n${scan.errorMessage}` : line
}

/** A guess from the share that is done: of the channels, or of what the search index says there is. Null when too little is done. */
export function remainingSeconds(scan: GuildScanSummary, now: Date): number | null {
  if (scan.status !== 'running' || scan.isPaused || scan.startedAt === null) return null
  const { total, queued, running } = scan.runs
  const share =
    total > 0
      ? (total - queued - running) / total
      : scan.messagesFound / Math.max(scan.messagesExpected ?? 0, scan.messagesFound, 1)
  if (share < 0.05 || share >= 1) return null
  const elapsed = (now.getTime() - scan.startedAt.getTime()) / 1000
  return Math.ceil((elapsed * (1 - share)) / share)
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`
}

function duration(seconds: number): string {
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}
