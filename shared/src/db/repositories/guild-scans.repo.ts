import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { database } from '../config.ts'
import type { Executor, Transaction } from '../database.ts'
import { guildScans, type GuildScan } from '../models/index.ts'
import type { SearchCursors } from '../types.ts'
import { toWaitingRun, type RunRow, type WaitingRun } from './guild-scan-runs.repo.ts'
import { requireScanRunId } from './scan-run-id.ts'

/**
 * Makes everybody who starts, pauses or ends scans of this guild take turns until the transaction ends; clips and pages can be stored meanwhile.
 * Throws `not-found` when the guild is not stored.
 */
export async function lockGuildForScans(guildId: string, tx: Transaction): Promise<void> {
  const { rows } = await tx.execute<Record<string, never>>(
    sql`select from bot_guilds where guild_id = ${guildId} for no key update`,
  )
  if (rows.length > 0) return
  throw new AppError('not-found', `guildId: the guild ${guildId} is not stored.`, {
    publicMessage: 'This server is not known here. Invite the bot first.',
  })
}

/** Adds a scan of a guild. One without a part for the search index has ended that part from the start. */
export async function addGuildScan(
  scan: Pick<GuildScan, 'guildId' | 'mode' | 'channelIds' | 'requestedBy'> & { searches: boolean },
  tx: Transaction,
): Promise<string> {
  const { searches, ...values } = scan
  const ended = { status: 'succeeded' as const, startedAt: sql`now()`, finishedAt: sql`now()` }
  const [row] = await tx
    .insert(guildScans)
    .values({ ...values, ...(searches ? {} : ended) })
    .returning({ id: guildScans.id })
  if (row) return row.id
  throw new AppError('internal', `The scan of guild ${scan.guildId} could not be stored.`)
}

/**
 * The active scan that a request would only repeat, or null. A search under way answers one for the same or fewer channels (`channelIds` null: every
 * channel that is read); other modes are the same work when every channel has a run under way that does as much.
 */
export async function findSameGuildScan(
  wanted: { guildId: string; mode: GuildScan['mode']; channelIds: string[] | null; runChannelIds: string[] },
  tx: Transaction,
): Promise<string | null> {
  const { guildId, mode, channelIds, runChannelIds } = wanted
  if (mode === 'quick') {
    const { rows } = await tx.execute<{ id: string }>(sql`
      select id from guild_scans
      where guild_id = ${guildId} and mode in ('quick', 'complete') and status in ('queued', 'running')
        and (channel_ids is null or channel_ids @> ${toTextArray(channelIds)})
      order by created_at limit 1`)
    return rows[0]?.id ?? null
  }
  const { rows } = await tx.execute<{ id: string | null; is_whole: boolean }>(sql`
    select min(r.guild_scan_id::text) as id, count(r.id) = count(*) and count(distinct r.guild_scan_id) = 1 and count(*) = count(r.guild_scan_id) as is_whole
    from jsonb_array_elements_text(${JSON.stringify(runChannelIds)}::jsonb) as given(channel_id)
    left join bot_channel_scan_runs r on r.channel_id = given.channel_id and r.status in ('queued', 'running')
      and (r.mode = ${mode} or (r.mode = 'complete' and ${mode} = 'forward'))`)
  return rows[0]?.is_whole ? rows[0].id : null
}

/** Whether some of these channels have never been read at all. */
export async function hasUnreadChannel(channelIds: readonly string[], db: Executor = database()): Promise<boolean> {
  const { rows } = await db.execute<Record<string, never>>(sql`
    select from jsonb_array_elements_text(${JSON.stringify(channelIds)}::jsonb) as given(channel_id)
    left join channel_coverage k using (channel_id)
    where k.covered is null or (isempty(k.covered) and k.state <> 'empty')
    limit 1`)
  return rows.length > 0
}

/** One scan of a guild, or null. */
export async function findGuildScan(scanId: string, db: Executor = database()): Promise<GuildScan | null> {
  const [row] = await db
    .select()
    .from(guildScans)
    .where(eq(guildScans.id, requireScanRunId(scanId)))
  return row ?? null
}

/** Takes the search of a scan into work under a new claim, which ends all earlier ones. Null when it is paused, ended or gone. */
export async function claimGuildScan(scanId: string, db: Executor = database()): Promise<GuildScan | null> {
  const [row] = await db
    .update(guildScans)
    .set({
      status: 'running',
      claim: sql`gen_random_uuid()`,
      startedAt: sql`coalesce(${guildScans.startedAt}, now())`,
    })
    .where(
      and(
        eq(guildScans.id, requireScanRunId(scanId)),
        inArray(guildScans.status, ['queued', 'running']),
        isNull(guildScans.pausedAt),
      ),
    )
    .returning()
  return row ?? null
}

/** What a page of the search adds. */
export type SearchProgress = {
  cursors: SearchCursors
  expected: number
  found: number
  requests: number
}

/** Keeps how far a search has come. False when it was paused, ended or taken over: then nothing of the page may be kept. */
export async function advanceGuildScan(
  { id, claim }: Pick<GuildScan, 'id' | 'claim'>,
  page: SearchProgress,
  tx: Executor,
): Promise<boolean> {
  const rows = await tx
    .update(guildScans)
    .set({
      cursors: page.cursors,
      messagesExpected: sql`coalesce(${guildScans.messagesExpected}, 0) + ${page.expected}::bigint`,
      messagesFound: sql`${guildScans.messagesFound} + ${page.found}::bigint`,
      requests: sql`${guildScans.requests} + ${page.requests}::integer`,
    })
    .where(isHeldBy(id, claim))
    .returning({ id: guildScans.id })
  return rows.length > 0
}

/** Counts clips that the search found and nobody knew. */
export async function addFoundClips(scanId: string, count: number, tx: Executor): Promise<void> {
  await tx
    .update(guildScans)
    .set({ clipsAdded: sql`${guildScans.clipsAdded} + ${count}::bigint` })
    .where(eq(guildScans.id, scanId))
}

/** Whether the search still is the claim's: not paused, ended or taken over. */
export async function holdsGuildScan(
  { id, claim }: Pick<GuildScan, 'id' | 'claim'>,
  db: Executor = database(),
): Promise<boolean> {
  return (await db.select({ id: guildScans.id }).from(guildScans).where(isHeldBy(id, claim))).length > 0
}

/**
 * Ends the search of a scan and returns the channel runs that waited for it, whose jobs belong into the same transaction. Null when it had ended, or when
 * a claim is given and is not the newest.
 */
export async function endGuildSearch(
  scanId: string,
  end: { claim?: string | null; failure?: { code: string; message: string } },
  tx: Transaction,
): Promise<WaitingRun[] | null> {
  const id = requireScanRunId(scanId)
  const ended = await tx
    .update(guildScans)
    .set({
      status: end.failure ? 'failed' : 'succeeded',
      failureCode: end.failure?.code ?? null,
      errorMessage: end.failure?.message ?? null,
      claim: null,
      finishedAt: sql`now()`,
    })
    .where(
      end.claim === undefined
        ? and(eq(guildScans.id, id), inArray(guildScans.status, ['queued', 'running']))
        : isHeldBy(id, end.claim),
    )
    .returning({ id: guildScans.id })
  if (ended.length === 0) return null
  const { rows } = await tx.execute<RunRow>(sql`
    select r.id as run_id, r.channel_id, c.guild_id, r.turn
    from bot_channel_scan_runs r join bot_channels c using (channel_id)
    where r.guild_scan_id = ${id} and r.status = 'queued' and r.paused_at is null
    order by r.created_at, r.id`)
  return rows.map(toWaitingRun)
}

/** Searches that wait or were cut off, oldest first: what a starting program puts into the queue again. */
export async function listUnfinishedGuildSearches(
  db: Executor = database(),
): Promise<{ scanId: string; guildId: string }[]> {
  return db
    .select({ scanId: guildScans.id, guildId: guildScans.guildId })
    .from(guildScans)
    .where(and(inArray(guildScans.status, ['queued', 'running']), isNull(guildScans.pausedAt)))
    .orderBy(guildScans.createdAt)
}

function isHeldBy(scanId: string, claim: string | null) {
  return and(
    eq(guildScans.id, requireScanRunId(scanId)),
    eq(guildScans.status, 'running'),
    isNull(guildScans.pausedAt),
    sql`${guildScans.claim} = ${claim}::uuid`,
  )
}

function toTextArray(ids: readonly string[] | null) {
  return ids === null ? sql`null::text[]` : sql`array(select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`
}
