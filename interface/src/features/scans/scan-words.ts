import type { ChannelScanItem, GuildScanItem, RunMode, ScanRunItem } from '@/lib/api-types.ts'
import { countOf, formatCount, formatMonth, formatRelative } from '@/lib/format.ts'

/** What a mode is called, and what it does in one or two sentences. */
export const MODES: Record<RunMode, { title: string; line: string }> = {
  quick: { title: 'Quick', line: 'Asks Discord’s search for messages with videos. Finds most clips within minutes.' },
  complete: {
    title: 'Complete',
    line: 'Starts with a quick look, then reads the whole history until nothing is missing.',
  },
  recheck: { title: 'Re-check', line: 'Looks at saved clips again: edits, deletions and lost files.' },
  forward: { title: 'New messages', line: 'Reads only what is newer than everything read so far.' },
}

/** less than a minute, about 4 min, about 3 h, about 2 days. */
export function formatWait(seconds: number): string {
  if (seconds < 50) return 'less than a minute'
  if (seconds < 3_300) return `about ${Math.max(1, Math.round(seconds / 60))} min`
  if (seconds < 36 * 3_600) return `about ${Math.round(seconds / 3_600)} h`
  return `about ${countOf(Math.round(seconds / 86_400), 'day')}`
}

/** 4 s, 12 min, 3 h 20 min. */
export function formatLength(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** What goes on in a channel or was the outcome of its last run, in one sentence; null when there is nothing to say. */
export function runSentence(channel: ChannelScanItem, now: number): string | null {
  if (channel.status === 'never') return null
  if (channel.isPaused) return `Paused. ${readSoFar(channel)}`
  if (channel.status === 'queued') return queueSentence(channel.queuePosition)
  if (channel.status === 'running') {
    if (channel.messagesScanned === 0) return 'Starting'
    const rate = channel.messagesPerSecond
    return [
      readSoFar(channel),
      rate === null || rate <= 0 ? null : `${formatCount(Math.max(1, Math.round(rate)))} messages/s`,
      channel.etaSeconds !== null ? `${formatWait(channel.etaSeconds)} left` : backTo(channel),
    ]
      .filter(Boolean)
      .join(' · ')
  }
  const when = channel.finishedAt ? formatRelative(channel.finishedAt, now) : ''
  const isNothing = channel.messagesScanned === 0 && channel.status !== 'succeeded'
  return isNothing ? `${OUTCOME[channel.status]} ${when}` : `${OUTCOME[channel.status]} ${when}: ${readSoFar(channel)}`
}

/** How a scan of the server stands, in one sentence. `now` in milliseconds. */
export function scanSentence(scan: GuildScanItem, now: number): string {
  const clips = scan.clipsAdded === null ? null : countOf(scan.clipsAdded, 'new clip')
  const { status } = scan
  const isOver = status !== 'queued' && status !== 'running'
  const facts = [isOver && scan.mode !== 'quick' ? null : searchPart(scan), readPart(scan), clips]
    .filter(Boolean)
    .join(', ')
  const name = `${MODES[scan.mode].title} scan`
  if (isOver) {
    const when = formatRelative(scan.finishedAt ?? scan.createdAt, now)
    const over = scan.isPartial ? 'finished in part' : OVER[status]
    return facts ? `${name} ${over} ${when}: ${facts}` : `${name} ${over} ${when}`
  }
  if (status === 'queued') return `${name}: waiting for its turn`
  return facts ? `${name}: ${facts}` : `${name} under way`
}

/** How far a scan of the server has come, from 0 to 1; null when that cannot be said. */
export function scanShare({ search, runs }: GuildScanItem): number | null {
  const isSearching = search && (search.status === 'queued' || search.status === 'running')
  if (isSearching) return search.expected ? Math.min(1, search.found / search.expected) : null
  return runs && runs.total > 0 ? runs.done / runs.total : null
}

/** What came of a run. */
export function runOutcome(run: ScanRunItem): string {
  const facts = [countOf(run.messagesScanned, 'message'), countOf(run.clipsFound, 'clip')]
  if (run.clipsAdded > 0) facts.push(`${formatCount(run.clipsAdded)} new`)
  if (run.seconds !== null) facts.push(formatLength(run.seconds))
  return facts.join(', ')
}

const OUTCOME = { succeeded: 'Finished', failed: 'Failed', canceled: 'Cancelled' } as const
const OVER = { succeeded: 'finished', failed: 'failed', canceled: 'cancelled' } as const

function readSoFar({ messagesScanned, clipsFound, mode }: ChannelScanItem): string {
  const verb = mode === 'recheck' ? 'checked' : 'read'
  const clips = clipsFound === null ? '' : `, ${countOf(clipsFound, 'clip')} found`
  return `${countOf(messagesScanned, 'message')} ${verb}${clips}`
}

function queueSentence(before: number | null): string {
  return before ? `Waiting for its turn, ${countOf(before, 'channel')} before it` : 'Waiting for its turn'
}

function backTo({ readBackTo }: ChannelScanItem): string | null {
  return readBackTo ? `back to ${formatMonth(readBackTo)}` : null
}

function searchPart({ search }: GuildScanItem): string | null {
  if (!search || search.status === 'failed') return null
  if (search.expected === null) return 'asking Discord’s search'
  return `${formatCount(Math.min(search.found, search.expected))} of ${countOf(search.expected, 'message')} with videos`
}

function readPart({ runs, search, messagesScanned, messagesPerSecond }: GuildScanItem): string | null {
  const isSearching = search && (search.status === 'queued' || search.status === 'running')
  if (!runs || runs.total === 0 || isSearching) return null
  const rate = messagesPerSecond ? ` at ${formatCount(Math.max(1, Math.round(messagesPerSecond)))} a second` : ''
  const messages = messagesScanned ? `, ${countOf(messagesScanned, 'message')}${rate}` : ''
  const failed = runs.failed > 0 ? `, ${formatCount(runs.failed)} could not be read` : ''
  const done =
    runs.done === runs.total
      ? countOf(runs.total, 'channel')
      : `${formatCount(runs.done)} of ${countOf(runs.total, 'channel')} done`
  return `${done}${failed}${messages}`
}
