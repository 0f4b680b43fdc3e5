import { clsx } from 'clsx'
import type { CoverageItem } from '@/lib/api-types.ts'

/** What has been read between the beginning of a channel and now. The sentence beside it says the same in words. */
export function CoverageBar({ coverage, className }: { coverage: CoverageItem; className?: string }) {
  return (
    <span aria-hidden className={clsx('relative block h-1.5 overflow-hidden rounded-full bg-line-strong', className)}>
      {coverage.parts.map(({ from, to }) => (
        <span
          key={from}
          className={clsx('absolute inset-y-0', coverage.isComplete ? 'bg-ok' : 'bg-accent')}
          style={{ left: `${from * 100}%`, width: `max(2px, ${(to - from) * 100}%)` }}
        />
      ))}
    </span>
  )
}
