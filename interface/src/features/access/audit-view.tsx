'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { Button } from '@/components/ui/button.tsx'
import { Message } from '@/components/ui/message.tsx'
import { ScansFrame } from '@/features/scans/scans-frame.tsx'
import { api } from '@/lib/api.ts'
import type { AuditItem, GuildAudit } from '@/lib/api-types.ts'
import { formatRelative } from '@/lib/format.ts'
import { useNow } from '@/lib/use-now.ts'
import { describeAction, describeDetails } from './audit-words.ts'

/** What people changed in a server: who, what, when and how. */
export function AuditView({ initial, at }: { initial: GuildAudit; at: number }) {
  const { guild, problems } = initial
  const now = useNow(at)
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['audit', guild.id],
    queryFn: ({ pageParam, signal }) =>
      api<GuildAudit>(`/api/guilds/${guild.id}/audit${pageParam ? `?before=${pageParam}` : ''}`, { signal }),
    initialPageParam: '',
    initialData: { pages: [initial], pageParams: [''] },
    initialDataUpdatedAt: at,
    getNextPageParam: ({ next }) => next,
  })
  const entries = data.pages.flatMap((page) => page.entries)
  return (
    <ScansFrame guild={guild} place="audit" problems={problems} summary="What people changed, newest first">
      {entries.length === 0 ? (
        <Message icon={<History />} title="Nothing was changed yet">
          Settings, scans, claims, removed clips: what people do here and with commands is written down.
        </Message>
      ) : (
        <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-surface">
          {entries.map((entry) => (
            <AuditRow key={entry.id} entry={entry} now={now} />
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button className="mt-4" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </ScansFrame>
  )
}

function AuditRow({ entry, now }: { entry: AuditItem; now: number }) {
  const details = describeDetails(entry.details)
  return (
    <li data-testid="audit-entry" data-action={entry.action} className="px-4 py-3.5 sm:px-5">
      <p className="text-pretty wrap-anywhere">
        <span className="font-medium">{entry.actor}</span> {describeAction(entry)}
      </p>
      {details ? <p className="text-[0.8125rem] text-pretty wrap-anywhere text-muted">{details}</p> : null}
      <p className="mt-0.5 flex flex-wrap gap-x-2 text-[0.8125rem] text-faint tabular-nums">
        <time dateTime={entry.at} title={new Date(entry.at).toLocaleString('en')} suppressHydrationWarning>
          {formatRelative(entry.at, now)}
        </time>
        {entry.target ? <span>{entry.target}</span> : null}
      </p>
    </li>
  )
}
