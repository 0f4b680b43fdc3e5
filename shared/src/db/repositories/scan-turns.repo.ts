import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { parseRanges, type IdRange } from '../../domain/coverage.ts'
import { database } from '../config.ts'
import type { Executor, Transaction } from '../database.ts'
import { botChannelScanRuns as runs, type ScanRun } from '../models/index.ts'
import { requireScanRunId } from './scan-run-id.ts'

/**
 * Takes the turn of a run into work under a new claim, which ends all earlier ones: whoever held one can commit nothing more. Null when the run is finished,
 * canceled, paused or gone, or when this turn is over.
 */
export async function claimScanRun(runId: string, turn = 0, db: Executor = database()): Promise<ClaimedRun | null> {
  const [row] = await db
    .update(runs)
    .set({ status: 'running', claim: sql`gen_random_uuid()`, startedAt: sql`coalesce(${runs.startedAt}, now())` })
    .where(
      and(
        eq(runs.id, requireScanRunId(runId)),
        eq(runs.turn, turn),
        inArray(runs.status, ['queued', 'running']),
        isNull(runs.pausedAt),
      ),
    )
    .returning()
  return row?.claim ? { ...row, claim: row.claim } : null
}

/** A run that somebody works on; `claim` proves it. */
export type ClaimedRun = ScanRun & { claim: string }

/** What is held by a claim: checked by every statement that changes a run. */
export type RunClaim = Pick<ClaimedRun, 'id' | 'claim'>

/** Pages of a channel that were read. `ranges`: what they prove to be read. */
export type ScannedPages = {
  run: RunClaim
  channelId: string
  ranges: readonly IdRange[]
  /** The oldest message read. */
  beforeMessageId: string
  newestMessageId: string | null
  scanned: number
  /** Of them, those nobody had read before. */
  unread: number
  /** Messages with clips. */
  matched: number
  clipsAdded: number
  messagesPerSecond: number | null
  /** Nothing was ever posted. */
  isEmpty: boolean
  /** What was left out of them, in a sentence; null: nothing. */
  leftOut: string | null
}

/** The longest `error_message` of a run, in characters: what is left out of page after page must not grow without end. */
const NOTE_MAX = 2_000

/** Which of these runs are still held by their claims; they stay so until the transaction ends. */
export async function lockScanRuns(held: readonly RunClaim[], tx: Executor): Promise<Set<string>> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select r.id from jsonb_to_recordset(${JSON.stringify(held.map(({ id, claim }) => ({ id, claim })))}::jsonb) as given(id uuid, claim uuid)
    join bot_channel_scan_runs r on r.id = given.id and r.claim = given.claim and r.status = 'running' and r.paused_at is null
    order by r.id for no key update of r`)
  return new Set(rows.map(({ id }) => id))
}

/**
 * Commits what belongs to pages beside their clips, in one statement for any number of runs: the run's progress, the channel's coverage, state and cursor.
 * Returns by channel everything that is covered now. Runs whose claim is not the newest, or that were paused or ended, are left out: nothing of them is
 * kept, and nothing of their pages may be.
 */
export async function keepScannedPages(
  all: readonly ScannedPages[],
  db: Executor = database(),
): Promise<Map<string, IdRange[]>> {
  const given = all.map((pages) => ({
    run_id: pages.run.id,
    claim: pages.run.claim,
    channel_id: pages.channelId,
    covered: `{${pages.ranges.map(({ low, high }) => `[${low},${high}]`).join(',')}}`,
    before_message_id: pages.beforeMessageId,
    newest: pages.newestMessageId ?? '0',
    scanned: pages.scanned,
    unread: pages.unread,
    matched: pages.matched,
    added: pages.clipsAdded,
    rate: pages.messagesPerSecond,
    state: pages.isEmpty ? 'empty' : 'readable',
    left_out: pages.leftOut,
  }))
  // Runs, channels, coverage, each by id: the order in which everybody locks them.
  const { rows } = await db.execute<{ channel_id: string; covered: string }>(sql`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(run_id uuid, claim uuid, channel_id text, covered text,
        before_message_id text, newest numeric, scanned bigint, unread bigint, matched bigint, added bigint, rate double precision, state channel_state, left_out text)),
    held as materialized (
      select r.id from bot_channel_scan_runs r join given on r.id = given.run_id and r.claim = given.claim
      where r.status = 'running' and r.paused_at is null order by r.id for no key update of r),
    run as (
      update bot_channel_scan_runs r set
        before_message_id = given.before_message_id,
        messages_scanned = r.messages_scanned + given.scanned,
        messages_matched = r.messages_matched + given.matched,
        clips_added = r.clips_added + given.added,
        messages_per_second = coalesce(given.rate, r.messages_per_second),
        failure_code = case when given.left_out is null then r.failure_code else 'messages_left_out' end,
        error_message = left(nullif(concat_ws(' ', r.error_message, given.left_out), ''), ${NOTE_MAX}),
        progress_at = now()
      from given where r.id = given.run_id and r.id in (select id from held)
      returning given.*),
    place as materialized (
      select channel_id from bot_channels where channel_id in (select channel_id from run) order by channel_id for no key update),
    channel as (
      update bot_channels c set
        last_message_id = greatest(coalesce(nullif(c.last_message_id, ''), '0')::numeric, run.newest)::text,
        message_count = c.message_count + run.unread,
        last_scanned_at = now()
      from run where c.channel_id = run.channel_id and c.channel_id in (select channel_id from place)
      returning c.channel_id),
    coverage as (
      insert into channel_coverage as stored (channel_id, covered, state, newest_message_id)
      select channel_id, covered::int8multirange, state, nullif(newest::text, '0') from run
      where channel_id in (select channel_id from channel) order by channel_id
      on conflict (channel_id) do update set
        covered = stored.covered + excluded.covered, updated_at = now(),
        state = excluded.state, state_detail = null,
        state_since = case when stored.state = excluded.state then stored.state_since else now() end,
        newest_message_id = case when coalesce(stored.newest_message_id, '0')::numeric >= coalesce(excluded.newest_message_id, '0')::numeric
          then stored.newest_message_id else excluded.newest_message_id end
      returning channel_id, covered::text as covered)
    select channel_id, covered from coverage`)
  return new Map(rows.map((row) => [row.channel_id, parseRanges(row.covered)]))
}

/** Ends this turn of a run and returns the number of the next, whose job belongs into the same transaction. Null when the claim does not hold. */
export async function endScanTurn({ id, claim }: RunClaim, db: Executor = database()): Promise<number | null> {
  const [row] = await db
    .update(runs)
    .set({ turn: sql`${runs.turn} + 1`, claim: null })
    .where(isHeldBy({ id, claim }))
    .returning({ turn: runs.turn })
  return row?.turn ?? null
}

/** Makes those of a guild who ask `countRunsAtWork` in order to give way do so one after the other, until the transaction ends. */
export async function lockRunsAtWork(guildId: string, tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`runs at work of ${guildId}`}, 0))`)
}

/** How many runs of a guild somebody works on now. */
export async function countRunsAtWork(guildId: string, db: Executor = database()): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from bot_channel_scan_runs r join bot_channels c using (channel_id)
    where r.status = 'running' and r.claim is not null and r.paused_at is null and c.guild_id = ${guildId}`)
  return rows[0]?.count ?? 0
}

/** running → succeeded; what was left out on the way stays noted. False when the claim does not hold. */
export async function finishScanRun(held: RunClaim, db: Executor = database()): Promise<boolean> {
  const rows = await db
    .update(runs)
    .set({ status: 'succeeded', finishedAt: sql`now()`, claim: null })
    .where(isHeldBy(held))
    .returning({ id: runs.id })
  return rows.length > 0
}

/** queued or running → failed, unless the run has gone on to another turn since. False when it has, or is over. */
export async function failScanTurn(
  { runId, turn }: { runId: string; turn: number },
  failure: { message: string; code: string | null },
  db: Executor = database(),
): Promise<boolean> {
  const rows = await db
    .update(runs)
    .set({ status: 'failed', finishedAt: sql`now()`, errorMessage: failure.message, failureCode: failure.code })
    .where(and(eq(runs.id, requireScanRunId(runId)), eq(runs.turn, turn), inArray(runs.status, ['queued', 'running'])))
    .returning({ id: runs.id })
  return rows.length > 0
}

/** Adds to the progress of a run that reads no new history: how far down it has come. False when the claim does not hold. */
export async function advanceScan(
  held: RunClaim,
  page: { beforeMessageId: string; scanned: number; matched: number },
  db: Executor = database(),
): Promise<boolean> {
  const rows = await db
    .update(runs)
    .set({
      beforeMessageId: page.beforeMessageId,
      messagesScanned: sql`${runs.messagesScanned} + ${page.scanned}::bigint`,
      messagesMatched: sql`${runs.messagesMatched} + ${page.matched}::bigint`,
      progressAt: sql`now()`,
    })
    .where(isHeldBy(held))
    .returning({ id: runs.id })
  return rows.length > 0
}

function isHeldBy({ id, claim }: RunClaim) {
  return sql`${runs.id} = ${requireScanRunId(id)} and ${runs.claim} = ${claim}::uuid and ${runs.status} = 'running' and ${runs.pausedAt} is null`
}
