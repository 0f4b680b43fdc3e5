import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'

/** A program that runs now. */
export type RunningProgram = {
  program: string
  instanceId: string
  isHealthy: boolean
  detail: Record<string, unknown>
  seenAt: Date
}

/** A row whose program has not reported for this long counts as hung. */
const STALE_SECONDS = 15

/** Writes the report of a program on the connection whose life stands for the program's. */
export async function putHeartbeat(
  client: { query: (text: string, values: unknown[]) => Promise<unknown> },
  report: { instanceId: string; program: string; isHealthy: boolean; detail: Record<string, unknown> },
): Promise<void> {
  await client.query(
    `insert into program_heartbeats (instance_id, program, backend_pid, backend_start, is_healthy, detail)
     select $1, $2, pg_backend_pid(), (select backend_start from pg_stat_activity where pid = pg_backend_pid()), $3, $4
     on conflict (instance_id) do update set backend_pid = excluded.backend_pid, backend_start = excluded.backend_start,
       is_healthy = excluded.is_healthy, detail = excluded.detail, seen_at = now()`,
    [report.instanceId, report.program, report.isHealthy, JSON.stringify(report.detail)],
  )
}

/** The programs that run now: those whose connection is open and whose last report is recent. Rows of the dead are removed. */
export async function listRunningPrograms(db: Executor = database()): Promise<RunningProgram[]> {
  await db.execute(sql`delete from program_heartbeats where seen_at < now() - interval '1 hour'`)
  const { rows } = await db.execute<{
    program: string
    instance_id: string
    is_healthy: boolean
    detail: Record<string, unknown>
    seen_at: string
  }>(sql`
    select program, instance_id, is_healthy and seen_at > now() - make_interval(secs => ${STALE_SECONDS}) as is_healthy, detail, seen_at
    from program_heartbeats h
    where exists (select from pg_stat_activity a where a.pid = h.backend_pid and a.backend_start = h.backend_start)
    order by program, instance_id`)
  return rows.map((row) => ({
    program: row.program,
    instanceId: row.instance_id,
    isHealthy: row.is_healthy,
    detail: row.detail,
    seenAt: new Date(row.seen_at),
  }))
}
