import { clsx } from 'clsx'
import { Hash, Megaphone, MessagesSquare, Square, Volume2 } from 'lucide-react'
import { Button } from '@/components/ui/button.tsx'
import type { ChannelScanItem, ScanStatus } from '@/lib/api-types.ts'
import { countOf, formatMonth, formatRelative } from '@/lib/format.ts'

type Props = {
  channel: ChannelScanItem
  now: number
  canManage: boolean
  isBusy: boolean
  onStart: () => void
  onStop: () => void
}

/** One channel: what it is, how far it has been read, and what went wrong. */
export function ScanRow({ channel, now, canManage, isBusy, onStart, onStop }: Props) {
  const isActive = channel.status === 'queued' || channel.status === 'running'
  const name = channel.channelName ?? 'unnamed channel'
  return (
    <li
      data-testid="scan-row"
      data-channel-id={channel.channelId}
      data-status={channel.status}
      className="relative flex min-h-[4.5rem] items-center gap-x-3 px-3.5 py-3 sm:gap-x-4 sm:px-5"
    >
      <ChannelSign type={channel.channelType} />
      <div className="min-w-0 flex-1 basis-40">
        <p className="flex items-center gap-2.5">
          <span className="truncate font-medium">{name}</span>
          <Status status={channel.status} />
        </p>
        <p className="text-[0.8125rem] text-pretty text-muted tabular-nums">{sentence(channel, now)}</p>
        {channel.clips.ready > 0 ? <Saved clips={channel.clips} className="sm:hidden" /> : null}
        {channel.error ? <p className="text-[0.8125rem] text-pretty text-danger">{channel.error}</p> : null}
      </div>
      <Saved clips={channel.clips} className="hidden sm:block" />
      {canManage ? (
        isActive ? (
          <Button
            size="small"
            className="justify-center sm:w-[6.25rem]"
            onClick={onStop}
            disabled={isBusy}
            aria-label={`Stop reading ${name}`}
          >
            <Square className="size-3 fill-current" /> Stop
          </Button>
        ) : (
          <Button
            size="small"
            data-testid="scan-now"
            className="justify-center sm:w-[6.25rem]"
            onClick={onStart}
            disabled={isBusy}
            aria-label={`Scan now: ${name}`}
          >
            Scan now
          </Button>
        )
      ) : null}
      {isActive ? <Progress share={channel.progress} /> : null}
    </li>
  )
}

function Saved({ clips, className }: Pick<ChannelScanItem, 'clips'> & { className: string }) {
  const rest = [
    clips.pending > 0 ? `${clips.pending} being saved` : null,
    clips.failed > 0 ? `${clips.failed} failed` : null,
  ].filter(Boolean)
  return (
    <div className={clsx('text-[0.8125rem] leading-snug tabular-nums sm:w-32 sm:text-right', className)}>
      <p className={clips.ready > 0 ? 'text-text' : 'text-faint'}>{countOf(clips.ready, 'clip')}</p>
      {rest.length > 0 ? <p className="text-faint">{rest.join(', ')}</p> : null}
    </div>
  )
}

const STATUS: Record<ScanStatus, { word: string; dot: string }> = {
  never: { word: 'Not read yet', dot: 'bg-faint/50' },
  queued: { word: 'Waiting', dot: 'bg-accent animate-breathe' },
  running: { word: 'Reading', dot: 'bg-accent animate-breathe' },
  succeeded: { word: 'Up to date', dot: 'bg-ok' },
  failed: { word: 'Failed', dot: 'bg-danger' },
  canceled: { word: 'Stopped', dot: 'bg-faint' },
}

function Status({ status }: { status: ScanStatus }) {
  const { word, dot } = STATUS[status]
  return (
    <span className="flex shrink-0 items-center gap-1.5 text-xs text-muted">
      <span aria-hidden className={clsx('size-1.5 rounded-full', dot)} />
      {word}
    </span>
  )
}

// How much of the channel's time has been read; without a figure yet, only that something goes on. The sentence above says it in words.
function Progress({ share }: { share: number | null }) {
  return (
    <span aria-hidden className="absolute inset-x-0 bottom-0 h-0.5 overflow-hidden bg-accent-soft">
      {share === null ? (
        <span className="absolute inset-0 animate-sweep bg-linear-to-r from-transparent via-accent to-transparent" />
      ) : (
        <span
          className="absolute inset-0 origin-left bg-accent transition-transform duration-500 ease-calm"
          style={{ transform: `scaleX(${Math.max(0.02, share)})` }}
        />
      )}
    </span>
  )
}

function sentence(channel: ChannelScanItem, now: number): string {
  const read = `${countOf(channel.messagesScanned, 'message')} read, ${countOf(channel.clipsFound, 'clip')} found`
  switch (channel.status) {
    case 'never':
      return channel.isReading ? 'New clips are saved; the history has not been read.' : 'Nothing has been read here.'
    case 'queued':
      return 'Starts as soon as a worker is free.'
    case 'running':
      return channel.readBackTo ? `${read}, back to ${formatMonth(channel.readBackTo)}` : 'Starting'
    case 'succeeded':
    case 'canceled':
    case 'failed':
      return channel.finishedAt ? `${read}, ${formatRelative(channel.finishedAt, now)}` : read
  }
}

function ChannelSign({ type }: { type: string | null }) {
  const className = 'size-[1.125rem] shrink-0 text-faint'
  if (type === 'voice' || type === 'stage_voice') return <Volume2 aria-hidden className={className} />
  if (type === 'news') return <Megaphone aria-hidden className={className} />
  if (type?.includes('thread')) return <MessagesSquare aria-hidden className={className} />
  return <Hash aria-hidden className={className} />
}
