import { sleep } from '@dcs/shared/core'
import type { ScratchServer } from './database.ts'
import type { Target } from './plan.ts'

/** What one kill cost, in milliseconds. Null: not known before the plan ended. */
export type Recovery = { target: Target; readyMs: number | null; progressMs: number | null }

/** Live messages that were taken in, and everything else that was committed. */
type Counters = { live: number; work: number }

const SAMPLE_MS = 100

/** Watches what is committed, and notes for every kill how long nothing was. */
export function watchProgress(server: ScratchServer) {
  const recoveries: Recovery[] = []
  const waiting: { recovery: Recovery; at: number; counters: Counters }[] = []
  let last: Counters = { live: 0, work: 0 }
  const stopping = new AbortController()
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const now = await read(server).catch(() => null)
      if (now) {
        last = now
        for (const kill of waiting.splice(0)) {
          if (kill.recovery.readyMs !== null && hasProgressed(kill.recovery.target, kill.counters, now))
            kill.recovery.progressMs = performance.now() - kill.at
          else waiting.push(kill)
        }
      }
      await sleep(SAMPLE_MS)
    }
  })()
  return {
    recoveries,
    /** Notes a kill that was done now. */
    killed: (target: Target, ready: Promise<number>) => {
      const recovery: Recovery = { target, readyMs: null, progressMs: null }
      recoveries.push(recovery)
      const kill = { recovery, at: performance.now(), counters: last }
      waiting.push(kill)
      void ready.then((readyMs) => {
        recovery.readyMs = readyMs
        // What others did meanwhile does not count.
        kill.counters = last
      })
    },
    stop: async () => {
      stopping.abort()
      await loop
    },
  }
}

function hasProgressed(target: Target, before: Counters, now: Counters): boolean {
  if (target === 'bot') return now.live > before.live
  if (target.startsWith('worker')) return now.work > before.work
  return now.live > before.live || now.work > before.work
}

async function read(server: ScratchServer): Promise<Counters> {
  const [row] = await server.rows<{ live: string; work: string }>(`
    select (select coalesce(sum(message_count), 0) from bot_channels) as live,
      (select count(*) from clips where state <> 'pending')
        + (select coalesce(sum(messages_scanned), 0) from bot_channel_scan_runs)
        + (select count(*) from bot_channel_scan_runs where status not in ('queued', 'running')) as work`)
  return { live: Number(row?.live ?? 0), work: Number(row?.work ?? 0) }
}
