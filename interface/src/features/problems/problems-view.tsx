'use client'

import { CircleCheck, RotateCw } from 'lucide-react'
import Link from 'next/link'
import { Button } from '@/components/ui/button.tsx'
import { Message } from '@/components/ui/message.tsx'
import { ScansFrame } from '@/features/scans/scans-frame.tsx'
import type { GuildProblems, ProblemItem } from '@/lib/api-types.ts'
import { countOf, formatRelative } from '@/lib/format.ts'
import { hrefOfClip } from '@/lib/hrefs.ts'
import { useNow } from '@/lib/use-now.ts'
import { useProblems } from './use-problems.ts'

/** What could not be done in a server, why, and a way to try it again. */
export function ProblemsView({ initial, at }: { initial: GuildProblems; at: number }) {
  const { guild } = initial
  const { problems, total, hasMore, isLoadingMore, loadMore, retry } = useProblems(initial, at)
  const now = useNow(at)
  return (
    <ScansFrame
      guild={guild}
      place="problems"
      problems={total}
      summary={total === 0 ? 'No problems' : `${countOf(total, 'task')} could not be finished`}
      actions={
        total > 1 ? (
          <Button
            look="primary"
            disabled={retry.isPending}
            onClick={() => retry.mutate(undefined)}
            data-testid="retry-all"
          >
            <RotateCw aria-hidden className="size-4" /> Try all again
          </Button>
        ) : null
      }
    >
      {problems.length === 0 ? (
        <Message icon={<CircleCheck />} title="Everything worked">
          When a channel cannot be read or a video cannot be saved, it is listed here with the reason and a way to try
          again.
        </Message>
      ) : (
        <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-surface">
          {problems.map((problem) => (
            <ProblemRow
              key={problem.id}
              problem={problem}
              guildId={guild.id}
              now={now}
              isBusy={retry.isPending}
              onRetry={() => retry.mutate([problem.id])}
            />
          ))}
        </ul>
      )}
      {hasMore ? (
        <Button className="mt-4" disabled={isLoadingMore} onClick={loadMore}>
          Show more
        </Button>
      ) : null}
    </ScansFrame>
  )
}

function ProblemRow({
  problem,
  guildId,
  now,
  isBusy,
  onRetry,
}: {
  problem: ProblemItem
  guildId: string
  now: number
  isBusy: boolean
  onRetry: () => void
}) {
  const channel = problem.channelName ? `#${problem.channelName}` : null
  return (
    <li
      data-testid="problem"
      data-code={problem.code}
      className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 px-4 py-4 sm:px-5"
    >
      <div className="min-w-0 flex-1 basis-72">
        <p className="font-medium">{problem.title}</p>
        <p className="text-[0.8125rem] text-pretty wrap-anywhere text-muted">{problem.reason}</p>
        <p className="mt-1 flex flex-wrap gap-x-2 text-[0.8125rem] text-faint tabular-nums">
          {problem.clipId ? (
            <Link
              href={hrefOfClip(problem.clipId, guildId)}
              className="truncate text-accent-text underline underline-offset-2"
            >
              {problem.clipName ?? 'Show the clip'}
            </Link>
          ) : null}
          {problem.channelId && channel ? (
            <Link
              href={`/guilds/${guildId}/scans#channel-${problem.channelId}`}
              className="text-accent-text underline underline-offset-2"
            >
              {channel}
            </Link>
          ) : null}
          <span>
            <time dateTime={problem.failedAt}>{formatRelative(problem.failedAt, now)}</time>, tried{' '}
            {problem.attempts === 1 ? 'once' : countOf(problem.attempts, 'time')}
          </span>
        </p>
      </div>
      {problem.isRetrying ? (
        <p className="text-[0.8125rem] text-muted">Being tried again</p>
      ) : (
        <Button
          size="small"
          disabled={isBusy}
          onClick={onRetry}
          aria-label={`Try again: ${problem.title} ${problem.clipName ?? channel ?? ''}`}
        >
          <RotateCw aria-hidden className="size-3.5" /> Try again
        </Button>
      )}
    </li>
  )
}
