import { sleep } from '@dcs/shared/core'
import type { ScratchServer } from './database.ts'

/** What keeps the product from being quiet: how many of each, and the first examples. */
export type Unfinished = { what: string; count: number; examples: string }

/** How long nothing may be left to do before the product counts as quiet. */
const CALM_MS = 3_000

/** Waits until nothing waits or runs any more. Resolves with what is left when it takes longer than `timeoutMs`. */
export async function waitUntilQuiet(server: ScratchServer, timeoutMs: number): Promise<Unfinished[]> {
  const deadline = performance.now() + timeoutMs
  let calmSince: number | null = null
  for (;;) {
    const left = await listUnfinished(server)
    const now = performance.now()
    if (left.length > 0) calmSince = null
    else calmSince ??= now
    if (calmSince !== null && now - calmSince >= CALM_MS) return []
    if (now > deadline) return left
    await sleep(500)
  }
}

async function listUnfinished(server: ScratchServer): Promise<Unfinished[]> {
  return server.rowsWhenUp<Unfinished>(`
    select what, count(*)::int as count, string_agg(example, '; ') filter (where place <= 3) as examples
    from (
      select what, example, row_number() over (partition by what order by example) as place from (
        select 'job ' || name as what, coalesce(singleton_key, id::text) || ' ' || state::text || ' retry ' || retry_count as example
        from pgboss.job where state in ('created', 'retry', 'active') and name not like '\\_\\_%'
        union all
        select 'run', id::text || ' ' || mode::text || ' ' || status::text from bot_channel_scan_runs
        where status in ('queued', 'running') and paused_at is null
        union all
        select 'search', id::text || ' ' || status::text from guild_scans where status in ('queued', 'running') and paused_at is null
        union all
        select 'clip', id || ' ' || state::text from clips where state = 'pending' and hidden_at is null
      ) as things
    ) as placed
    group by what order by what`)
}
