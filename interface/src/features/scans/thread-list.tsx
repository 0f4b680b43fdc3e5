import { useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button.tsx'
import type { ChannelScanItem } from '@/lib/api-types.ts'
import { useThreads } from './use-scans.ts'

/** The threads or posts of a channel, newest first. */
export function ThreadList({
  id,
  guildId,
  channel,
  children,
}: {
  id: string
  guildId: string
  channel: ChannelScanItem
  children: (thread: ChannelScanItem) => ReactNode
}) {
  const [pages, setPages] = useState(1)
  const { data, error, isFetching } = useThreads(guildId, channel.channelId, pages)
  return (
    <div id={id} className="mt-3 border-l-2 border-line sm:ml-7">
      {error ? <p className="px-4 py-2 text-[0.8125rem] text-danger">{error.message}</p> : null}
      {!data && !error ? <p className="px-4 py-2 text-[0.8125rem] text-muted">Loading</p> : null}
      <ul className="divide-y divide-line" aria-label={`Threads of ${channel.channelName ?? 'this channel'}`}>
        {data?.threads.map(children)}
      </ul>
      {data?.next ? (
        <Button size="small" look="ghost" className="m-2" disabled={isFetching} onClick={() => setPages(pages + 1)}>
          Show more
        </Button>
      ) : null}
    </div>
  )
}
