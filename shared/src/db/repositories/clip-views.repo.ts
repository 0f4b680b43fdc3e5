import { and, eq, getColumns, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import type { GuildAccess } from '../../domain/access.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { botChannels, botGuilds, clips, objects, type Clip } from '../models/index.ts'
import { isInvalidTime } from '../postgres-errors.ts'
import { channelsOf, shownClips, visibleClips } from './visible-clips.ts'

/** A clip with the names a person sees. */
export type ClipView = Clip & {
  channelName: string | null
  channelType: string | null
  /** Names of the tags of the forum post the clip stands in. */
  channelTags: string[] | null
  guildName: string
  objectSizeBytes: number | null
  objectContentType: string | null
  /** What people here tagged it with. */
  clipTags: string[]
}

/** Where the next page starts: the last clip of the one before. The time is in UTC, ISO 8601. */
export type ClipCursor = { postedAt: string; id: string }

/** One clip that these grants allow to see and that is not hidden, or null. */
export async function findVisibleClip(
  access: readonly GuildAccess[],
  clipId: string,
  db: Executor = database(),
): Promise<ClipView | null> {
  const [row] = await db
    .select(view)
    .from(clips)
    .innerJoin(botChannels, eq(botChannels.channelId, clips.channelId))
    .innerJoin(botGuilds, eq(botGuilds.guildId, clips.guildId))
    .leftJoin(objects, eq(objects.sha256, clips.objectSha256))
    .where(and(eq(clips.id, clipId), visibleClips(access, 'link')))
  return row ?? null
}

/**
 * One page of the clips these grants allow to see, hidden ones left out, newest first (ties by id), `limit` at most. Reads the newest of every channel through
 * idx_clips_channel_posted and merges them, so the cost follows the page and not the library. Throws `invalid-input` for a cursor that is no cursor.
 */
export async function listVisibleClips(
  access: readonly GuildAccess[],
  page: { limit: number; after?: ClipCursor | null },
  db: Executor = database(),
): Promise<{ clips: ClipView[]; next: ClipCursor | null }> {
  const after = page.after
  const older = after
    ? sql`and (inner_clips.posted_at, inner_clips.id) < (${after.postedAt}::timestamptz, ${after.id})`
    : sql``
  const newest = sql`
    select newest.id, to_char(newest.posted_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as posted_at
    from jsonb_array_elements_text(${channelsOf(access)}::jsonb) as allowed(channel_id)
    cross join lateral (
      select inner_clips.id, inner_clips.posted_at from clips inner_clips
      where inner_clips.channel_id = allowed.channel_id and ${shownClips(access, 'list', 'inner_clips')} ${older}
      order by inner_clips.posted_at desc, inner_clips.id desc limit ${page.limit + 1}
    ) newest
    order by newest.posted_at desc, newest.id desc limit ${page.limit + 1}`
  const { rows: ids } = await db.execute<{ id: string; posted_at: string }>(newest).catch((error: unknown) => {
    if (!after || !isInvalidTime(error)) throw error
    throw new AppError('invalid-input', `after: ${JSON.stringify(after)} is not where a page of clips ended.`, {
      cause: error,
    })
  })
  const wanted = ids.slice(0, page.limit)
  const last = ids.length > page.limit ? wanted.at(-1) : undefined
  if (wanted.length === 0) return { clips: [], next: null }
  const found = await db
    .select(view)
    .from(clips)
    .innerJoin(botChannels, eq(botChannels.channelId, clips.channelId))
    .innerJoin(botGuilds, eq(botGuilds.guildId, clips.guildId))
    .leftJoin(objects, eq(objects.sha256, clips.objectSha256))
    .where(sql`${clips.id} in (select jsonb_array_elements_text(${JSON.stringify(wanted.map(({ id }) => id))}::jsonb))`)
    .orderBy(sql`${clips.postedAt} desc, ${clips.id} desc`)
  return { clips: found, next: last ? { postedAt: last.posted_at, id: last.id } : null }
}

/** How many clips each channel of a grant has in sight, by state. */
export async function countClipsByChannel(
  access: GuildAccess,
  db: Executor = database(),
): Promise<{ channelId: string; state: Clip['state']; count: number }[]> {
  const { rows } = await db.execute<{ channel_id: string; state: Clip['state']; count: number }>(sql`
    select channel_id, state, count(*)::int as count from clips
    where ${visibleClips([access], 'list')}
    group by channel_id, state`)
  return rows.map((row) => ({ channelId: row.channel_id, state: row.state, count: row.count }))
}

const view = {
  ...getColumns(clips),
  channelName: botChannels.name,
  channelType: botChannels.type,
  channelTags: botChannels.tags,
  guildName: botGuilds.name,
  objectSizeBytes: objects.sizeBytes,
  objectContentType: objects.contentType,
  clipTags: sql<string[]>`array(select t.tag from clip_tags t where t.clip_id = ${clips.id} order by t.tag)`,
}
