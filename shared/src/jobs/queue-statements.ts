import { sql } from 'drizzle-orm'
import type { Executor } from '../db/database.ts'
import { jobs, type JobName } from './registry.ts'

/** A job that this process works on. `worker` is whose claim it is: only that one may settle it. */
export type ClaimedJob = {
  id: string
  name: JobName
  key: string
  data: unknown
  retryCount: number
  retryLimit: number
  /** How often a worker died while doing it. */
  losses: number
  worker: string
}

/** What a worker says on the channel dcs_jobs. */
export type QueueMessage = { kind: 'wake'; name: string } | { kind: 'cancel'; jobId: string }

/** A worker whose connection is gone and that has not reported for this long is dead. */
const GONE_SECONDS = 3
/** One whose connection is still there may be slow, but not for so long. */
const SILENT_SECONDS = 20
const RETRY_DELAY_MAX_SECONDS = 600

/** The application name of a worker's connection: as long as it is open, the worker lives. */
export function connectionName(worker: string): string {
  return `dcs-jobs ${worker}`
}

/** Reads a notification of dcs_jobs. */
export function parseQueueMessage(payload: string): QueueMessage | null {
  const [kind, value = ''] = payload.split(' ')
  if (kind === 'wake') return { kind, name: value }
  return kind === 'cancel' ? { kind, jobId: value } : null
}

/** Wakes the workers of a kind of job when the transaction commits. */
export async function wakeWorkers(name: JobName, db: Executor): Promise<void> {
  await db.execute(sql`select pg_notify('dcs_jobs', ${`wake ${name}`})`)
}

/** Takes up to `limit` jobs that are due, the most important and then the oldest first. */
export async function claimJobs(name: JobName, worker: string, limit: number, db: Executor): Promise<ClaimedJob[]> {
  const { rows } = await db.execute<{
    id: string
    key: string | null
    data: unknown
    retry_count: number
    retry_limit: number
    losses: number
    priority: number
    created_on: string
  }>(sql`
    with next as (
      select id from pgboss.job
      where name = ${name} and state < 'active' and not blocked and start_after <= now()
      order by priority desc, created_on limit ${limit} for update skip locked)
    update pgboss.job j set state = 'active', started_on = now(), heartbeat_on = now(),
      output = coalesce(output, '{}'::jsonb) || jsonb_build_object('worker', ${worker}::text)
    from next where j.name = ${name} and j.id = next.id
    returning j.id, j.singleton_key as key, j.data, j.retry_count, j.retry_limit, j.priority, j.created_on::text,
      coalesce((j.output ->> 'losses')::int, 0) as losses`)
  return rows
    .toSorted((a, b) => b.priority - a.priority || (a.created_on < b.created_on ? -1 : 1))
    .map((row) => ({
      id: row.id,
      name,
      key: row.key ?? row.id,
      data: row.data,
      retryCount: row.retry_count,
      retryLimit: row.retry_limit,
      losses: row.losses,
      worker,
    }))
}

/** Says that these jobs are still worked on. Returns the ids of those that still are this worker's. */
export async function touchJobs(held: readonly ClaimedJob[], worker: string, db: Executor): Promise<Set<string>> {
  const { rows } = await db.execute<{ id: string }>(sql`
    update pgboss.job set heartbeat_on = now()
    where name in (select jsonb_array_elements_text(${JSON.stringify([...new Set(held.map(({ name }) => name))])}::jsonb))
      and id in (select jsonb_array_elements_text(${JSON.stringify(held.map(({ id }) => id))}::jsonb)::uuid)
      and state = 'active' and output ->> 'worker' = ${worker}
    returning id`)
  return new Set(rows.map(({ id }) => id))
}

/** Those of these jobs that somebody cancelled. */
export async function findCancelledJobs(missing: readonly ClaimedJob[], db: Executor): Promise<Set<string>> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select id from pgboss.job
    where name in (select jsonb_array_elements_text(${JSON.stringify([...new Set(missing.map(({ name }) => name))])}::jsonb))
      and id in (select jsonb_array_elements_text(${JSON.stringify(missing.map(({ id }) => id))}::jsonb)::uuid) and state = 'cancelled'`)
  return new Set(rows.map(({ id }) => id))
}

/** The job is done; a failure about the same subject ends with it. False when it was not this worker's any more. */
export async function completeJob(job: ClaimedJob, subject: string, db: Executor): Promise<boolean> {
  const { rows } = await db.execute<{ id: string }>(sql`
    with done as (
      update pgboss.job set state = 'completed', completed_on = now(), output = null where ${isMine(job)} returning id),
    healed as (
      delete from job_failures where job = ${job.name} and key = ${subject} and exists (select from done))
    select id from done`)
  return rows.length > 0
}

/** The job ended without success. False when it was not this worker's any more. */
export async function failJob(job: ClaimedJob, message: string, db: Executor): Promise<boolean> {
  return settle(
    job,
    sql`state = 'failed', completed_on = now(), output = jsonb_build_object('message', ${message}::text)`,
    db,
  )
}

/** The job is tried again later, by whichever worker, and an attempt is used up. */
export async function retryJob(job: ClaimedJob, delaySeconds: number, message: string, db: Executor): Promise<boolean> {
  const seconds = Math.min(RETRY_DELAY_MAX_SECONDS, delaySeconds * 2 ** job.retryCount)
  return settle(
    job,
    sql`state = 'retry', retry_count = retry_count + 1, heartbeat_on = null, start_after = now() + make_interval(secs => ${seconds}),
      output = jsonb_build_object('message', ${message}::text, 'losses', 0)`,
    db,
  )
}

/** The job is free for any worker at once, as if this one had not taken it. */
export async function giveBackJob(job: ClaimedJob, db: Executor): Promise<boolean> {
  return settle(
    job,
    sql`state = 'retry', heartbeat_on = null, started_on = null, start_after = now(), output = output - 'worker'`,
    db,
  )
}

/** Frees the jobs of dead workers at once, without using up an attempt. Returns the kinds of jobs that were freed. */
export async function freeLostJobs(db: Executor): Promise<JobName[]> {
  const { rows } = await db.execute<{ name: JobName }>(sql`
    with lost as (
      select name, id from pgboss.job j
      where name in (select jsonb_array_elements_text(${JSON.stringify(Object.keys(jobs))}::jsonb)) and state = 'active'
        and heartbeat_on < now() - make_interval(secs => ${GONE_SECONDS})
        and (heartbeat_on < now() - make_interval(secs => ${SILENT_SECONDS}) or not exists (
          select from pg_stat_activity a where a.datname = current_database() and a.application_name = 'dcs-jobs ' || (j.output ->> 'worker')))
      for update skip locked)
    update pgboss.job j set state = 'retry', heartbeat_on = null, started_on = null, start_after = now(),
      output = (coalesce(output, '{}'::jsonb) - 'worker') || jsonb_build_object('losses', coalesce((output ->> 'losses')::int, 0) + 1)
    from lost where j.name = lost.name and j.id = lost.id
    returning j.name`)
  return [...new Set(rows.map(({ name }) => name))]
}

/** Ends jobs that wait or run; whoever runs one is told. Returns their ids. */
export async function cancelJobs(name: JobName, keys: readonly string[], db: Executor): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    with ended as (
      update pgboss.job set state = 'cancelled', completed_on = now()
      where name = ${name} and state <= 'active' and policy = 'exclusive' and coalesce(singleton_key, '') in (select jsonb_array_elements_text(${JSON.stringify(keys)}::jsonb))
      returning id)
    select id, pg_notify('dcs_jobs', 'cancel ' || id) from ended`)
  return rows.map(({ id }) => id)
}

/** How many jobs of a kind are due and not taken; counts no further than `atMost`. */
export async function countWaitingJobs(name: JobName, atMost: number, db: Executor): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from (
      select from pgboss.job where name = ${name} and state < 'active' and not blocked and start_after <= now() limit ${atMost}) as due`)
  return rows[0]?.count ?? 0
}

/** The queue's own watch over dead workers counts a death as an attempt; ours does not, so it is switched off for jobs of before. */
export async function dropForeignHeartbeats(db: Executor): Promise<void> {
  await db.execute(sql`update pgboss.queue set heartbeat_seconds = null where heartbeat_seconds is not null`)
  await db.execute(
    sql`update pgboss.job set heartbeat_seconds = null where heartbeat_seconds is not null and state < 'completed'`,
  )
}

function isMine(job: ClaimedJob) {
  return sql`name = ${job.name} and id = ${job.id} and state = 'active' and output ->> 'worker' = ${job.worker}`
}

async function settle(job: ClaimedJob, change: ReturnType<typeof sql>, db: Executor): Promise<boolean> {
  const { rows } = await db.execute<{ id: string }>(
    sql`update pgboss.job set ${change} where ${isMine(job)} returning id`,
  )
  return rows.length > 0
}
