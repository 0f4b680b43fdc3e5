import { sql } from 'drizzle-orm'
import type { GuildAccess } from '../../domain/access.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import type { JobFailure } from '../models/index.ts'
import { shownClips, visibleClips } from './visible-clips.ts'

/** A failed job with the names a person sees. */
export type GuildProblem = Pick<
  JobFailure,
  'id' | 'job' | 'guildId' | 'channelId' | 'code' | 'message' | 'attempts' | 'failedAt'
> & { clipId: string | null; clipName: string | null; isRetrying: boolean }

/** The failed jobs of a guild, newest first: `limit` at most, those after the failure `after` when it is given. Those of clips and channels that the viewer does not see are left out. */
export async function listGuildProblems(
  access: GuildAccess,
  page: { limit: number; after?: string | undefined },
  db: Executor = database(),
): Promise<GuildProblem[]> {
  const older = page.after
    ? sql`and (f.failed_at, f.id) < (select o.failed_at, o.id from job_failures o where o.id = ${page.after}::uuid)`
    : sql``
  const { rows } = await db.execute<Row>(sql`
    select f.id, f.job, f.guild_id, f.channel_id, f.code, f.message, f.attempts, f.failed_at, f.retried_at is not null as is_retrying, ${ifSeen(access, 'id')} as clip_id, ${ifSeen(access, 'filename')} as filename
    ${visible(access)} ${older}
    order by f.failed_at desc, f.id desc limit ${page.limit}`)
  return rows.map((row) => ({
    id: row.id,
    job: row.job,
    guildId: row.guild_id,
    channelId: row.channel_id,
    code: row.code,
    message: row.message,
    attempts: row.attempts,
    failedAt: new Date(row.failed_at),
    clipId: row.clip_id,
    clipName: row.filename,
    isRetrying: row.is_retrying,
  }))
}

/** How many failed jobs `listGuildProblems` would list in all, without those that are being tried again. */
export async function countGuildProblems(access: GuildAccess, db: Executor = database()): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(
    sql`select count(*)::int as count ${visible(access)} and f.retried_at is null`,
  )
  return rows[0]?.count ?? 0
}

/** The ids of failed jobs that `listGuildProblems` would list: those of `ids`, or with null all that are not being tried again. Oldest first. */
export async function listGuildProblemIds(
  access: GuildAccess,
  ids: readonly string[] | null,
  limit: number,
  db: Executor = database(),
): Promise<string[]> {
  const chosen =
    ids === null
      ? sql`and f.retried_at is null`
      : sql`and f.id::text in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`
  const { rows } = await db.execute<{ id: string }>(
    sql`select f.id ${visible(access)} ${chosen} order by f.failed_at, f.id limit ${limit}`,
  )
  return rows.map(({ id }) => id)
}

type Row = {
  id: string
  job: string
  guild_id: string | null
  channel_id: string | null
  code: string
  message: string
  attempts: number
  failed_at: Date
  clip_id: string | null
  filename: string | null
  is_retrying: boolean
}

function visible(access: GuildAccess) {
  return sql`
    from job_failures f left join clips on clips.id = f.payload ->> 'clipId'
    where f.guild_id = ${access.guildId} and (clips.id is null or ${shownClips([access], 'list')})
      and (coalesce(f.channel_id, clips.channel_id) is null
        or coalesce(f.channel_id, clips.channel_id) in (select jsonb_array_elements_text(${JSON.stringify(access.shownChannelIds)}::jsonb)))`
}

/** Of an age-restricted channel a manager is told that something failed, also who does not want to see its clips. */
function ifSeen(access: GuildAccess, column: 'id' | 'filename') {
  return sql`case when ${visibleClips([access], 'list')} then ${sql.raw(`clips.${column}`)} end`
}
