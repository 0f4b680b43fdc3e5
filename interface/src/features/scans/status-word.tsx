import { clsx } from 'clsx'
import type { ChannelScanItem, ChannelState, ScanStatus } from '@/lib/api-types.ts'

const STATUS: Record<ScanStatus, { word: string; dot: string }> = {
  never: { word: 'Not read yet', dot: 'bg-faint/50' },
  queued: { word: 'Waiting', dot: 'bg-accent animate-breathe' },
  running: { word: 'Reading', dot: 'bg-accent animate-breathe' },
  succeeded: { word: 'Up to date', dot: 'bg-ok' },
  failed: { word: 'Failed', dot: 'bg-danger' },
  canceled: { word: 'Cancelled', dot: 'bg-faint' },
}

const STATES: Partial<Record<ChannelState, { word: string; dot: string }>> = {
  no_permission: { word: 'No permission', dot: 'bg-danger' },
  hidden: { word: 'Hidden from the bot', dot: 'bg-danger' },
  gone: { word: 'Gone from Discord', dot: 'bg-faint' },
  rate_limited: { word: 'Discord asks to wait', dot: 'bg-accent' },
  empty: { word: 'Empty', dot: 'bg-ok' },
}

/** How a channel stands, in a word or two: what stands in the way goes before what the last scan did. */
export function StatusWord({ channel }: { channel: ChannelScanItem }) {
  const { word, dot } = wordOf(channel)
  return (
    <span className="flex shrink-0 items-center gap-1.5 text-xs text-muted">
      <span aria-hidden className={clsx('size-1.5 rounded-full', dot)} />
      {word}
    </span>
  )
}

function wordOf(channel: ChannelScanItem) {
  const { status, coverage } = channel
  if (channel.isPaused) return { word: 'Paused', dot: 'bg-faint' }
  const isActive = status === 'queued' || status === 'running'
  const obstacle = STATES[coverage.state]
  if (obstacle && (!isActive || coverage.state === 'rate_limited')) return obstacle
  if (isActive || status === 'failed') return STATUS[status]
  if (!channel.isReading) return { word: 'Off', dot: 'bg-faint/50' }
  if (channel.channelType === 'forum' || channel.channelType === 'media') return { word: 'On', dot: 'bg-ok' }
  if (coverage.isComplete) return STATUS.succeeded
  return coverage.parts.length > 0 ? { word: 'Read in part', dot: 'bg-accent' } : STATUS.never
}
