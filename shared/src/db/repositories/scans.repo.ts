import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor, Transaction } from '../database.ts'
import { botChannelScanRuns as runs, botChannels, type ScanRun } from '../models/index.ts'

/**
 * Queues a scan of a channel unless one is queued or running. `created` false means that the run was there already.
 * Null when the channel is not stored. Safe when several ask at once.
 */
export async function requestScan(
  channelId: string,
  requestedBy: string | null,
  db: Executor = database(),
): Promise<{ runId: string; created: boolean } | null> {
  return db.transaction(async (tx) => {
    // The row lock makes a second caller wait and then see the first one's run; clips of the channel can be stored meanwhile.
    const { rows } = await tx.execute<{ channel_id: string }>(
      sql`select channel_id from bot_channels where channel_id = ${channelId} for no key update`,
    )
    if (rows.length === 0) return null
    const [active] = await tx
      .select({ id: runs.id })
      .from(runs)
      .where(and(eq(runs.channelId, channelId), inArray(runs.status, ['queued', 'running'])))
    if (active) return { runId: active.id, created: false }
    const [added] = await tx
      .insert(runs)
      .values({
        channelId,
        requestedBy,
        afterMessageId: sql`(select last_message_id from bot_channels where channel_id = ${channelId})`,
      })
      .returning({ id: runs.id })
    return added ? { runId: added.id, created: true } : null
  })
}

/**
 * `requestScan` for many channels in a constant number of statements. Returns the runs that were made; channels with a waiting or running one are left out.
 * To be called in the transaction that enqueues their jobs.
 */
export async function requestScans(
  channelIds: readonly string[],
  requestedBy: string | null,
  tx: Transaction,
): Promise<{ runId: string; channelId: string; guildId: string }[]> {
  const wanted = sql`(select jsonb_array_elements_text(${JSON.stringify(channelIds)}::jsonb))`
  // The row locks make a second caller wait and then see the first one's runs; ordered, so that two callers cannot deadlock.
  await tx.execute(sql`select from bot_channels where channel_id in ${wanted} order by channel_id for no key update`)
  const { rows } = await tx.execute<{ id: string; channel_id: string; guild_id: string }>(sql`
    with added as (
      insert into bot_channel_scan_runs (channel_id, requested_by, after_message_id)
      select channel_id, ${requestedBy}, last_message_id from bot_channels c
      where channel_id in ${wanted}
        and not exists (select from bot_channel_scan_runs r where r.channel_id = c.channel_id and r.status in ('queued', 'running'))
      returning id, channel_id)
    select added.id, added.channel_id, c.guild_id from added join bot_channels c using (channel_id)`)
  return rows.map((row) => ({ runId: row.id, channelId: row.channel_id, guildId: row.guild_id }))
}

/** The newest run of each of these channels. */
export async function listNewestScans(channelIds: readonly string[], db: Executor = database()): Promise<ScanRun[]> {
  if (channelIds.length === 0) return []
  return db
    .selectDistinctOn([runs.channelId])
    .from(runs)
    .where(sql`${runs.channelId} in (select jsonb_array_elements_text(${JSON.stringify(channelIds)}::jsonb))`)
    .orderBy(runs.channelId, desc(runs.createdAt))
}

/**
 * Runs that wait or were cut off, are neither paused nor waiting for a search and have no job, oldest first: what belongs into the queue. Those that have
 * one are left out, because each job that is asked for moves its guild back by a turn.
 */
export async function listScansWithoutJob(
  db: Executor = database(),
): Promise<{ runId: string; channelId: string; guildId: string; turn: number }[]> {
  return db
    .select({ runId: runs.id, channelId: runs.channelId, guildId: botChannels.guildId, turn: runs.turn })
    .from(runs)
    .innerJoin(botChannels, eq(botChannels.channelId, runs.channelId))
    .where(
      and(
        inArray(runs.status, ['queued', 'running']),
        isNull(runs.pausedAt),
        sql`not exists (select from guild_scans g where g.id = ${runs.guildScanId} and g.status in ('queued', 'running'))`,
        sql`not exists (select from pgboss.job j where j.name = 'scan-channel' and coalesce(j.singleton_key, '') = ${runs.id} || ':' || ${runs.turn}
          and j.state <= 'active' and j.policy = 'exclusive')`,
      ),
    )
    .orderBy(runs.createdAt)
}
