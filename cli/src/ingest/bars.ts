import { MultiBar, Presets, type SingleBar } from 'cli-progress'
import type { View } from './follow.ts'
import { formatSpan } from './open.ts'
import { channelProgress, timeLeft, totalProgress, type Beginning, type Progress } from './progress.ts'

/** Lines of a terminal that bars leave to what came before them. */
const ROWS_KEPT = 4
const STEPS = 1_000

/** A bar for each channel that is being read, as many as the terminal has room for, and one for the whole. */
export function openBars(): View {
  const bars = new Map<string, { bar: SingleBar; since: Beginning }>()
  let since: Beginning | null = null
  const multi = new MultiBar(
    {
      format: '{name} {bar} {percentage} %  {messages} messages  {rate}  {clips} clips  {left}',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: false,
      // The command decides what Ctrl-C means.
      gracefulExit: false,
    },
    Presets.shades_classic,
  )
  const total = multi.create(STEPS, 0, toPayload(null, null))

  return {
    show: ({ scan, runs }) => {
      const running = runs.filter(({ status }) => status === 'running')
      const shown = running.slice(0, Math.max(1, (process.stdout.rows ?? 24) - ROWS_KEPT))
      const ids = new Set(shown.map(({ channelId }) => channelId))
      for (const [id, { bar }] of bars) {
        if (ids.has(id)) continue
        multi.remove(bar)
        bars.delete(id)
      }
      for (const run of shown) {
        const progress = channelProgress(run)
        const kept = bars.get(run.channelId) ?? {
          bar: multi.create(STEPS, 0, toPayload(progress, null)),
          since: { done: progress.done, at: Date.now() },
        }
        bars.set(run.channelId, kept)
        kept.bar.update(Math.floor(progress.done * STEPS), toPayload(progress, kept.since))
      }
      const all = totalProgress(scan, runs)
      since ??= { done: all.done, at: Date.now() }
      total.update(Math.floor(all.done * STEPS), toPayload(all, since))
    },
    close: () => multi.stop(),
  }
}

function toPayload(progress: Progress | null, since: Beginning | null) {
  const left = progress && since && timeLeft(progress.done, since)
  const name = progress?.name ?? 'total'
  return {
    name: (name.length > 24 ? `${name.slice(0, 23)}…` : name).padEnd(24),
    messages: progress?.messages ?? 0,
    rate: progress?.perSecond ? `${Math.round(progress.perSecond)}/s` : (progress?.status ?? ''),
    clips: progress?.clips ?? 0,
    left: left === null ? '' : `${formatSpan(left)} left`,
  }
}
