import { clsx } from 'clsx'
import {
  ChevronRight,
  Hash,
  History,
  Megaphone,
  MessagesSquare,
  Pause,
  Play,
  TriangleAlert,
  Volume2,
  X,
} from 'lucide-react'
import { useId, useState } from 'react'
import { Button } from '@/components/ui/button.tsx'
import type { ChannelScanItem, ThreadCounts } from '@/lib/api-types.ts'
import { countOf } from '@/lib/format.ts'
import { CoverageBar } from './coverage-bar.tsx'
import { ReadingSwitch } from './reading-switch.tsx'
import { runSentence } from './scan-words.ts'
import { StartMenu } from './start-menu.tsx'
import { StatusWord } from './status-word.tsx'
import { ThreadList } from './thread-list.tsx'
import { isBusy, type ScanActions } from './use-scans.ts'

type RowProps = {
  guildId: string
  channel: ChannelScanItem
  now: number
  canManage: boolean
  actions: ScanActions
  onHistory: (channel: ChannelScanItem) => void
}

/** One channel or thread: what it is, how far it has been read, what stands in the way, and what a manager can do about it. */
export function ScanRow(props: RowProps) {
  const { channel, now, canManage, actions } = props
  const [isOpen, setIsOpen] = useState(false)
  const threadsId = useId()
  const name = channel.channelName ?? 'unnamed channel'
  const isActive = isBusy(channel)
  const sentence = runSentence(channel, now)
  const holdsPosts = channel.channelType === 'forum' || channel.channelType === 'media'
  return (
    <li
      id={`channel-${channel.channelId}`}
      data-testid="scan-row"
      data-channel-id={channel.channelId}
      data-status={channel.status}
      data-reading={channel.isReading}
      className="relative scroll-mt-24 target:bg-accent-soft px-3.5 py-3.5 sm:px-5"
    >
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-2 sm:grid-cols-[minmax(0,1fr)_auto_auto_auto]">
        <p className="flex min-w-0 items-center gap-2.5">
          <ChannelSign type={channel.channelType} />
          <span className={clsx('truncate font-medium', channel.isReading || 'text-muted')}>{name}</span>
          <StatusWord channel={channel} />
        </p>
        <div className="order-2 col-span-full flex items-center justify-between gap-3 sm:contents">
          <Saved channel={channel} />
          {canManage ? <RowActions {...props} name={name} isActive={isActive} /> : null}
        </div>
        {canManage && !channel.isReadWithParent ? (
          <ReadingSwitch
            className="justify-self-end"
            isOn={channel.isReading}
            name={name}
            disabled={actions.switchReading.isPending}
            onChange={(isReading) => actions.switchReading.mutate({ channelIds: [channel.channelId], isReading })}
          />
        ) : null}
        <div className="order-1 col-span-full min-w-0 space-y-1 text-[0.8125rem] text-pretty text-muted tabular-nums sm:order-none sm:pl-7">
          {sentence ? <p className={clsx(isActive && 'text-text')}>{sentence}</p> : null}
          {channel.error ? <p className="text-danger">{channel.error}</p> : null}
          {holdsPosts ? (
            <p>{channel.readsThreads ? 'Its posts are read.' : POSTS_OFF}</p>
          ) : (
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <CoverageBar coverage={channel.coverage} className="w-28 shrink-0" />
              <span>{channel.coverage.sentence}</span>
            </div>
          )}
          {channel.coverage.advice ? (
            <p className="flex gap-1.5 text-accent-text">
              <TriangleAlert aria-hidden className="mt-[0.2em] size-3.5 shrink-0" /> {channel.coverage.advice}
            </p>
          ) : null}
          {channel.threads ? (
            <ThreadsButton
              threads={channel.threads}
              word={holdsPosts ? 'post' : 'thread'}
              isOpen={isOpen}
              controls={threadsId}
              onToggle={() => setIsOpen(!isOpen)}
            />
          ) : null}
        </div>
      </div>
      {isOpen ? (
        <ThreadList id={threadsId} guildId={props.guildId} channel={channel}>
          {(thread) => <ScanRow key={thread.channelId} {...props} channel={thread} />}
        </ThreadList>
      ) : null}
      {isActive && !channel.isPaused ? <Progress share={channel.progress} /> : null}
    </li>
  )
}

const POSTS_OFF = 'Its posts are not read: “Include threads and forum posts” is off in the settings.'

function RowActions({ channel, actions, onHistory, name, isActive }: RowProps & { name: string; isActive: boolean }) {
  const channelIds = [channel.channelId]
  if (!isActive)
    return (
      <StartMenu
        label="Scan"
        of={name}
        disabled={actions.isPending}
        onStart={(mode) => actions.start.mutate({ mode, channelIds })}
        onHistory={() => onHistory(channel)}
      />
    )
  const control = (action: 'pause' | 'resume' | 'cancel') => actions.control.mutate({ action, channelIds })
  return (
    <div className="flex gap-1.5">
      <Button
        size="small"
        disabled={actions.isPending}
        onClick={() => control(channel.isPaused ? 'resume' : 'pause')}
        aria-label={`${channel.isPaused ? 'Resume' : 'Pause'} the scan of ${name}`}
      >
        {channel.isPaused ? <Play aria-hidden className="size-3.5" /> : <Pause aria-hidden className="size-3.5" />}
        {channel.isPaused ? 'Resume' : 'Pause'}
      </Button>
      <Button
        size="small"
        disabled={actions.isPending}
        onClick={() => control('cancel')}
        aria-label={`Cancel the scan of ${name}`}
      >
        <X aria-hidden className="size-3.5" /> Cancel
      </Button>
      <Button
        size="small"
        look="ghost"
        className="px-2!"
        onClick={() => onHistory(channel)}
        aria-label={`Past scans of ${name}`}
      >
        <History aria-hidden className="size-4" />
      </Button>
    </div>
  )
}

function ThreadsButton({
  threads,
  word,
  isOpen,
  controls,
  onToggle,
}: {
  threads: ThreadCounts
  word: string
  isOpen: boolean
  controls: string
  onToggle: () => void
}) {
  const facts = [
    countOf(threads.total, word),
    threads.clips > 0 ? countOf(threads.clips, 'clip') : null,
    threads.active > 0 ? `${threads.active} being read` : null,
    threads.failed > 0 ? `${threads.failed} failed` : null,
  ].filter(Boolean)
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      aria-controls={controls}
      onClick={onToggle}
      className="-ml-1 flex items-center gap-1 rounded-md px-1 py-0.5 text-muted transition-colors hover:text-text"
    >
      <ChevronRight aria-hidden className={clsx('size-4 transition-transform', isOpen && 'rotate-90')} />
      {facts.join(', ')}
    </button>
  )
}

function Saved({ channel }: { channel: ChannelScanItem }) {
  const { ready, pending, failed } = channel.clips
  const rest = [pending > 0 ? `${pending} being saved` : null, failed > 0 ? `${failed} failed` : null].filter(Boolean)
  if (ready === 0 && rest.length === 0) return <span />
  return (
    <p className="text-[0.8125rem] tabular-nums sm:whitespace-nowrap">
      <span className="text-text">{countOf(ready, 'clip')}</span>
      {rest.length > 0 ? <span className="text-faint">, {rest.join(', ')}</span> : null}
    </p>
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

function ChannelSign({ type }: { type: string | null }) {
  const className = 'size-[1.125rem] shrink-0 text-faint'
  if (type === 'voice' || type === 'stage_voice') return <Volume2 aria-hidden className={className} />
  if (type === 'news') return <Megaphone aria-hidden className={className} />
  if (type?.includes('thread') || type === 'forum' || type === 'media')
    return <MessagesSquare aria-hidden className={className} />
  return <Hash aria-hidden className={className} />
}
