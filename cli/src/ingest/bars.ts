import { MultiBar, Presets, type SingleBar } from 'cli-progress'
import type { View } from './follow.ts'
import { formatSpan } from './open.ts'
import { channelProgress, timeLeft, totalProgress, type Progress } from './progress.ts'

/** Lines of a terminal that bars leave to what came before them. */
const ROWS_KEPT = 4
const STEPS = 1_000

/** A bar for each channel that is being read, as many as the terminal has room for, and one for the whole. */
export function openBars(): View {
  const begun = Date.now()
  const bars = new Map<string, SingleBar>()
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
  const total = multi.create(STEPS, 0, toPayload(null, 0))

  return {
    show: ({ scan, runs }) => {
      const running = runs.filter(({ status }) => status === 'running')
      const shown = running.slice(0, Math.max(1, (process.stdout.rows ?? 24) - ROWS_KEPT))
      const ids = new Set(shown.map(({ channelId }) => channelId))
      for (const [id, bar] of bars) {
        if (ids.has(id)) continue
        multi.remove(bar)
        bars.delete(id)
      }
      for (const run of shown) {
        const progress = channelProgress(run)
        const bar = bars.get(run.channelId) ?? multi.create(STEPS, 0, toPayload(progress, 0))
        bars.set(run.channelId, bar)
        bar.update(Math.floor(progress.done * STEPS), toPayload(progress, Date.now() - begun))
      }
      const all = totalProgress(scan, runs)
      total.update(Math.floor(all.done * STEPS), toPayload(all, Date.now() - begun))
    },
    close: () => multi.stop(),
  }
}

function toPayload(progress: Progress | null, elapsedMs: number) {
  const left = progress && timeLeft(progress.done, elapsedMs)
  const name = progress?.name ?? 'total'
  return {
    name: (name.length > 24 ? `${name.slice(0, 23)}…` : name).padEnd(24),
    messages: progress?.messages ?? 0,
    rate: progress?.perSecond ? `${Math.round(progress.perSecond)}/s` : (progress?.status ?? ''),
    clips: progress?.clips ?? 0,
    left: left === null ? '' : `${formatSpan(left)} left`,
  }
}
