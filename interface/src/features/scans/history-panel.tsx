'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { Button } from '@/components/ui/button.tsx'
import { api } from '@/lib/api.ts'
import type { ChannelScanItem, ScanRunItem, ScanRunPage } from '@/lib/api-types.ts'
import { formatRelative } from '@/lib/format.ts'
import { MODES, runOutcome } from './scan-words.ts'

const WORDS: Record<ScanRunItem['status'], { word: string; dot: string }> = {
  queued: { word: 'waiting', dot: 'bg-accent' },
  running: { word: 'under way', dot: 'bg-accent animate-breathe' },
  succeeded: { word: 'finished', dot: 'bg-ok' },
  failed: { word: 'failed', dot: 'bg-danger' },
  canceled: { word: 'cancelled', dot: 'bg-faint' },
}

/** The past scans of a channel in a panel at the side; closed when there is no channel. */
export function HistoryPanel({
  guildId,
  channel,
  now,
  onClose,
}: {
  guildId: string
  channel: ChannelScanItem | null
  now: number
  onClose: () => void
}) {
  return (
    <Dialog.Root open={channel !== null} onOpenChange={(isOpen) => isOpen || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-black/50" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 right-0 z-50 flex w-full max-w-md animate-fade flex-col border-l border-line bg-surface shadow-2xl outline-none"
        >
          <div className="flex items-center justify-between gap-4 border-b border-line px-5 py-4">
            <Dialog.Title className="min-w-0 truncate text-lg font-semibold tracking-tight">
              Past scans of {channel?.channelName ?? 'this channel'}
            </Dialog.Title>
            <Dialog.Close asChild>
              <Button look="ghost" size="icon" aria-label="Close">
                <X aria-hidden className="size-5" />
              </Button>
            </Dialog.Close>
          </div>
          {channel ? <Runs guildId={guildId} channelId={channel.channelId} now={now} /> : null}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Runs({ guildId, channelId, now }: { guildId: string; channelId: string; now: number }) {
  const { data, error, hasNextPage, fetchNextPage, isFetching } = useInfiniteQuery({
    queryKey: ['runs', guildId, channelId],
    queryFn: ({ signal, pageParam }) => {
      const after = pageParam ? `?after=${pageParam}` : ''
      return api<ScanRunPage>(`/api/guilds/${guildId}/channels/${channelId}/runs${after}`, { signal })
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  })
  const runs = data?.pages.flatMap((page) => page.runs)
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      {error ? <p className="p-5 text-danger">{error.message}</p> : null}
      {!runs && !error ? <p className="p-5 text-muted">Loading</p> : null}
      {runs?.length === 0 ? <p className="p-5 text-muted">This channel has not been scanned yet.</p> : null}
      <ol className="divide-y divide-line">
        {runs?.map((run) => (
          <Run key={run.runId} run={run} now={now} />
        ))}
      </ol>
      {hasNextPage ? (
        <Button size="small" look="ghost" className="m-3" disabled={isFetching} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </div>
  )
}

function Run({ run, now }: { run: ScanRunItem; now: number }) {
  const { word, dot } = WORDS[run.status]
  return (
    <li className="px-5 py-3.5">
      <p className="flex items-baseline justify-between gap-3">
        <span className="font-medium">{MODES[run.mode].title}</span>
        <span className="flex items-center gap-1.5 text-xs text-muted">
          <span aria-hidden className={clsx('size-1.5 rounded-full', dot)} /> {word}
        </span>
      </p>
      <p className="text-[0.8125rem] text-muted tabular-nums">{runOutcome(run)}</p>
      <p className="text-[0.8125rem] text-faint">
        <time dateTime={run.createdAt} title={new Date(run.createdAt).toUTCString()}>
          {formatRelative(run.createdAt, now)}
        </time>
        , {run.requestedBy ? `asked for by ${run.requestedBy}` : 'started by itself'}
      </p>
      {run.error ? <p className="text-[0.8125rem] text-pretty text-danger">{run.error}</p> : null}
    </li>
  )
}
