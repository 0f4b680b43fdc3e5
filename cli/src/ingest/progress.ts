import { snowflakeToDate } from '@dcs/shared/core'
import type { GuildScanSummary, ScanRunProgress } from '@dcs/shared/db'

/** How far a scan is, for a terminal. `done` is a share from 0 to 1; null when nothing can be said about it. */
export type Progress = {
  name: string
  status: string
  done: number
  messages: number
  perSecond: number | null
  clips: number
}

/** The share of a channel's time that has been read: from its newest message down to when it was made. */
export function channelProgress(run: ScanRunProgress): Progress {
  const { channelId, channelName, status, beforeMessageId, newestMessageId } = run
  return {
    name: `#${channelName ?? channelId}`,
    status,
    done:
      status === 'succeeded' ? 1 : beforeMessageId === null ? 0 : share(channelId, beforeMessageId, newestMessageId),
    messages: run.messagesScanned,
    perSecond: run.messagesPerSecond,
    clips: run.clipsAdded,
  }
}

/** All channels together, or the search where it is the only part. */
export function totalProgress(scan: GuildScanSummary, runs: readonly ScanRunProgress[]): Progress {
  const shares = runs.map((run) => (isOver(run.status) ? 1 : channelProgress(run).done))
  if (scan.search !== null)
    shares.push(isOver(scan.search) ? 1 : Math.min(1, scan.messagesFound / (scan.messagesExpected || Infinity)))
  return {
    name: 'total',
    status: scan.isPaused ? 'paused' : scan.status,
    done: isOver(scan.status) ? 1 : shares.reduce((sum, one) => sum + one, 0) / Math.max(1, shares.length),
    messages: scan.messagesScanned + scan.messagesFound,
    perSecond: scan.messagesPerSecond,
    clips: scan.clipsAdded,
  }
}

/** Whether nothing more will happen. */
export function isOver(status: string): boolean {
  return status !== 'queued' && status !== 'running'
}

/** Where and when a share was first looked at. */
export type Beginning = { done: number; at: number }

/** Milliseconds until the end when it goes on as it has since then; null when that says nothing yet. */
export function timeLeft(done: number, since: Beginning): number | null {
  const [gained, elapsedMs] = [done - since.done, Date.now() - since.at]
  return gained < 0.005 || elapsedMs < 2_000 ? null : (elapsedMs * (1 - done)) / gained
}

function share(channelId: string, before: string, newest: string | null): number {
  const [start, at] = [timeOf(channelId), timeOf(before)]
  const end = newest === null ? Date.now() : Math.max(timeOf(newest), at)
  return end <= start ? 0 : Math.min(1, Math.max(0, (end - at) / (end - start)))
}

function timeOf(id: string): number {
  return snowflakeToDate(id).getTime()
}
