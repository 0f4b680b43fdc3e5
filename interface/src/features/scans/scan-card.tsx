import { Gauge, OctagonAlert, Pause, Play, X } from 'lucide-react'
import { Button } from '@/components/ui/button.tsx'
import type { BudgetItem, GuildScanItem } from '@/lib/api-types.ts'
import { formatRelative } from '@/lib/format.ts'
import { scanSentence, scanShare } from './scan-words.ts'
import { isBusy, type ScanActions } from './use-scans.ts'

/** The scan of the whole server that is under way, or the last one. */
export function ScanCard({ scan, now, actions }: { scan: GuildScanItem; now: number; actions: ScanActions | null }) {
  const isActive = isBusy(scan)
  const share = isActive ? scanShare(scan) : null
  const control = (action: 'pause' | 'resume' | 'cancel') => actions?.control.mutate({ action })
  return (
    <section
      aria-label="Scan of the server"
      data-testid="guild-scan"
      data-status={scan.status}
      className="relative flex flex-wrap items-center justify-between gap-x-6 gap-y-3 overflow-hidden rounded-2xl border border-line bg-surface px-5 py-4"
    >
      <div className="min-w-0 flex-1 basis-72">
        <output className="block text-pretty tabular-nums">
          {scan.isPaused ? <span className="font-medium">Paused. </span> : null}
          {scanSentence(scan, now)}
        </output>
        <p className="text-[0.8125rem] text-faint">
          {scan.requestedBy ? `Asked for by ${scan.requestedBy}` : 'Started by itself'}{' '}
          {formatRelative(scan.createdAt, now)}
        </p>
        {scan.search?.status === 'failed' ? (
          <p className="text-[0.8125rem] text-pretty text-accent-text">
            Discord’s search could not be asked; the history is read without it.
          </p>
        ) : null}
        {scan.error ? <p className="text-[0.8125rem] text-pretty text-danger">{scan.error}</p> : null}
      </div>
      {isActive && actions ? (
        <div className="flex gap-2">
          <Button size="small" disabled={actions.isPending} onClick={() => control(scan.isPaused ? 'resume' : 'pause')}>
            {scan.isPaused ? <Play aria-hidden className="size-3.5" /> : <Pause aria-hidden className="size-3.5" />}
            {scan.isPaused ? 'Resume all' : 'Pause all'}
          </Button>
          <Button size="small" disabled={actions.isPending} onClick={() => control('cancel')}>
            <X aria-hidden className="size-3.5" /> Cancel all
          </Button>
        </div>
      ) : null}
      {isActive && !scan.isPaused ? (
        <span aria-hidden className="absolute inset-x-0 bottom-0 h-1 overflow-hidden bg-accent-soft">
          <span
            className={
              share === null
                ? 'absolute inset-0 animate-sweep bg-linear-to-r from-transparent via-accent to-transparent'
                : 'absolute inset-0 origin-left bg-accent transition-transform duration-500 ease-calm'
            }
            style={share === null ? undefined : { transform: `scaleX(${Math.max(0.01, share)})` }}
          />
        </span>
      ) : null}
    </section>
  )
}

/** How much of what Discord allows is used, in one line. */
export function BudgetLine({ budget }: { budget: BudgetItem }) {
  const { usedPerSecond: used, allowedPerSecond: allowed } = budget
  return (
    <p
      className="flex items-center gap-2 text-[0.8125rem] text-faint tabular-nums"
      title="All programs together ask Discord no more often than it allows. Fresh clips go first, then people who wait, then old messages."
    >
      <Gauge aria-hidden className="size-4 shrink-0" />
      {Math.min(used, allowed)} of the {allowed} requests a second that Discord allows
      <span aria-hidden className="relative hidden h-1 w-16 overflow-hidden sm:block rounded-full bg-line-strong">
        <span
          className="absolute inset-0 origin-left bg-accent transition-transform duration-500"
          style={{ transform: `scaleX(${Math.min(1, used / allowed)})` }}
        />
      </span>
    </p>
  )
}

/** Says that nothing is asked of Discord at the moment, and why. */
export function StoppedBanner({ stopped, now }: { stopped: NonNullable<BudgetItem['stopped']>; now: number }) {
  const minutes = stopped.until ? Math.max(1, Math.ceil((Date.parse(stopped.until) - now) / 60_000)) : null
  return (
    <div role="alert" className="flex gap-3 rounded-2xl border border-danger/40 bg-danger-soft px-5 py-4">
      <OctagonAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-danger" />
      <div>
        <p className="font-medium">Everything is stopped{minutes === null ? '' : ` for about ${minutes} min`}</p>
        <p className="text-[0.8125rem] text-pretty text-muted">
          {stopped.reason} It goes on by itself. Check that the bot’s token is valid and that it may read the channels
          that are switched on.
        </p>
      </div>
    </div>
  )
}
