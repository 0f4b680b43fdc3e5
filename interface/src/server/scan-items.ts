import { snowflakeToDate } from '@dcs/shared/core'
import type { BotChannel, ScanRun } from '@dcs/shared/db'
import type { ChannelScanItem, CoverageItem, ScanRunItem, ThreadCounts } from '../lib/api-types.ts'

/** What is known about a channel beside its row. */
export type ChannelFacts = {
  categoryName: string | null
  parentId: string | null
  isReading: boolean
  isReadWithParent: boolean
  readsThreads: boolean
  run: ScanRun | undefined
  queuePosition: number | null
  coverage: CoverageItem
  clips: ChannelScanItem['clips']
  threads: ThreadCounts | null
}

/** A channel or thread as the scan page shows it. `now` in milliseconds. */
export function toChannelItem(
  channel: BotChannel,
  facts: ChannelFacts,
  { now, seesStats }: { now: number; seesStats: boolean },
): ChannelScanItem {
  const { run, ...rest } = facts
  const readBackTo = run?.beforeMessageId ? snowflakeToDate(run.beforeMessageId) : null
  const progress = run && readBackTo ? toProgress(run, channel, readBackTo) : null
  const isRunning = run?.status === 'running' && run.pausedAt === null
  return {
    channelId: channel.channelId,
    channelName: channel.name,
    channelType: channel.type,
    isArchived: channel.isArchived,
    ...rest,
    status: run?.status ?? 'never',
    mode: run?.mode ?? null,
    isPaused: run !== undefined && isActive(run) && run.pausedAt !== null,
    runId: run?.id ?? null,
    messagesScanned: run?.messagesScanned ?? 0,
    clipsFound: seesStats ? (run?.messagesMatched ?? 0) : null,
    clipsAdded: seesStats ? (run?.clipsAdded ?? 0) : null,
    messagesPerSecond: isRunning && isFresh(run, now) ? run.messagesPerSecond : null,
    etaSeconds: isRunning ? toEta(run, progress, now) : null,
    readBackTo: readBackTo?.toISOString() ?? null,
    progress,
    error: run ? errorOf(run) : null,
    startedAt: run?.startedAt?.toISOString() ?? null,
    finishedAt: run?.finishedAt?.toISOString() ?? null,
  }
}

/** A run as the history of a channel shows it. */
export function toRunItem(run: ScanRun, requestedBy: string | null): ScanRunItem {
  const end = run.finishedAt?.getTime() ?? null
  return {
    runId: run.id,
    mode: run.mode,
    status: run.status,
    requestedBy,
    messagesScanned: run.messagesScanned,
    clipsFound: run.messagesMatched,
    clipsAdded: run.clipsAdded,
    seconds: end === null || !run.startedAt ? null : Math.max(0, (end - run.startedAt.getTime()) / 1000),
    error: errorOf(run),
    createdAt: run.createdAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
  }
}

/** Why it failed, or what it had to leave out. */
function errorOf({ status, errorMessage }: ScanRun): string | null {
  return status === 'failed' ? (errorMessage ?? 'It ended without saying why.') : errorMessage
}

/** How many of the waiting runs are before each of them, by run id. Paused ones do not stand in line. */
export function queuePositions(runs: readonly ScanRun[]): Map<string, number> {
  const waiting = runs
    .filter((run) => run.status === 'queued' && run.pausedAt === null)
    .toSorted((a, b) => a.turn - b.turn || a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1))
  return new Map(waiting.map((run, index) => [run.id, index]))
}

/** Waiting or being read. */
export function isActive({ status }: ScanRun): boolean {
  return status === 'queued' || status === 'running'
}

const RATE_MAX_AGE_MS = 30_000

function isFresh(run: ScanRun, now: number): boolean {
  return run.progressAt !== null && now - run.progressAt.getTime() < RATE_MAX_AGE_MS
}

// How many messages there are is not known; how much of the channel's time has been read is.
function toProgress(run: ScanRun, channel: BotChannel, readBackTo: Date): number {
  const born = snowflakeToDate(channel.channelId).getTime()
  const life = run.createdAt.getTime() - born
  if (life <= 0) return 1
  return Math.min(1, Math.max(0, (run.createdAt.getTime() - readBackTo.getTime()) / life))
}

// A guess from the first seconds would jump about.
function toEta(run: ScanRun, progress: number | null, now: number): number | null {
  if (!run.startedAt || progress === null || progress < 0.02 || progress >= 1) return null
  const elapsed = (now - run.startedAt.getTime()) / 1000
  return elapsed < 3 ? null : Math.round((elapsed * (1 - progress)) / progress)
}
