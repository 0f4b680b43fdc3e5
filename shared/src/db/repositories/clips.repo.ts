import { and, eq, getColumns, sql } from 'drizzle-orm'
import type { GuildAccess } from '../../domain/access.ts'
import type { FoundClip } from '../../domain/clips.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { botChannels, botGuilds, clips, objects, type Clip } from '../models/index.ts'
import { notify } from '../notifications.ts'

/** A clip to store: what was found, its guild, and the full URL of the author's avatar. */
export type NewClip = FoundClip & { guildId: string; authorAvatar: string | null }

/** A clip with the names a person sees. */
export type ClipView = Clip & {
  channelName: string | null
  guildName: string
  objectSizeBytes: number | null
  objectContentType: string | null
}

/** Where the next page starts: the last clip of the one before. */
export type ClipCursor = { postedAt: string; id: string }

/**
 * Stores found clips in one statement and returns the ids that were not stored before. A clip stored already gets the fresh URL; its bytes, state and
 * place stay, except that the original message takes over a clip first seen in a forward.
 */
export async function upsertClips(found: readonly NewClip[], db: Executor = database()): Promise<string[]> {
  const rows = [...new Map(found.map((clip) => [clip.id, toRow(clip)])).values()]
  if (rows.length === 0) return []
  const { rows: stored } = await db.execute<{ id: string; is_new: boolean }>(sql`
    insert into clips as stored (id, guild_id, channel_id, message_id, source, author_id, author_name, author_avatar, message_content, filename,
      content_type, size_bytes, width, height, duration_seconds, placeholder, is_spoiler, is_native_clip, url, posted_at)
    select id, guild_id, channel_id, message_id, source, author_id, author_name, author_avatar, message_content, filename,
      content_type, size_bytes, width, height, duration_seconds, placeholder, is_spoiler, is_native_clip, url, posted_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given(id text, guild_id text, channel_id text, message_id text, source clip_source,
      author_id text, author_name text, author_avatar text, message_content text, filename text, content_type text, size_bytes bigint,
      width integer, height integer, duration_seconds double precision, placeholder text, is_spoiler boolean, is_native_clip boolean,
      url text, posted_at timestamptz)
    order by id
    on conflict (id) do update set
      url = excluded.url,
      source = case when ${TAKES_OVER} then excluded.source else stored.source end,
      guild_id = case when ${TAKES_OVER} then excluded.guild_id else stored.guild_id end,
      channel_id = case when ${TAKES_OVER} then excluded.channel_id else stored.channel_id end,
      message_id = case when ${TAKES_OVER} then excluded.message_id else stored.message_id end,
      author_id = case when ${TAKES_OVER} then excluded.author_id else stored.author_id end,
      author_name = case when ${TAKES_OVER} then excluded.author_name else stored.author_name end,
      author_avatar = case when ${TAKES_OVER} then excluded.author_avatar else stored.author_avatar end,
      posted_at = case when ${TAKES_OVER} then excluded.posted_at else stored.posted_at end,
      updated_at = now()
    returning id, xmax = 0 as is_new`)
  return stored.filter((row) => row.is_new).map((row) => row.id)
}

/** One clip whatever its guild; for the worker. The interface uses `findVisibleClip`. */
export async function findClip(clipId: string, db: Executor = database()): Promise<Clip | null> {
  const [row] = await db.select().from(clips).where(eq(clips.id, clipId))
  return row ?? null
}

/** One clip that these grants allow to see, or null. */
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
    .where(
      and(
        eq(clips.id, clipId),
        sql`${clips.channelId} in (select jsonb_array_elements_text(${channelsOf(access)}::jsonb))`,
      ),
    )
  return row ?? null
}

/**
 * One page of the clips these grants allow to see, newest first (ties by id), `limit` at most. Reads the newest of every channel through
 * idx_clips_channel_posted and merges them, so the cost follows the page and not the library.
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
  const { rows: ids } = await db.execute<{ id: string }>(sql`
    select newest.id from jsonb_array_elements_text(${channelsOf(access)}::jsonb) as allowed(channel_id)
    cross join lateral (
      select inner_clips.id, inner_clips.posted_at from clips inner_clips
      where inner_clips.channel_id = allowed.channel_id ${older}
      order by inner_clips.posted_at desc, inner_clips.id desc limit ${page.limit + 1}
    ) newest
    order by newest.posted_at desc, newest.id desc limit ${page.limit + 1}`)
  const wanted = ids.slice(0, page.limit).map(({ id }) => id)
  if (wanted.length === 0) return { clips: [], next: null }
  const found = await db
    .select(view)
    .from(clips)
    .innerJoin(botChannels, eq(botChannels.channelId, clips.channelId))
    .innerJoin(botGuilds, eq(botGuilds.guildId, clips.guildId))
    .leftJoin(objects, eq(objects.sha256, clips.objectSha256))
    .where(sql`${clips.id} in (select jsonb_array_elements_text(${JSON.stringify(wanted)}::jsonb))`)
    .orderBy(sql`${clips.postedAt} desc, ${clips.id} desc`)
  const last = found.at(-1)
  return {
    clips: found,
    next: ids.length > page.limit && last ? { postedAt: last.postedAt.toISOString(), id: last.id } : null,
  }
}

/** How many clips each channel of a grant has, by state. */
export async function countClipsByChannel(
  access: GuildAccess,
  db: Executor = database(),
): Promise<{ channelId: string; state: Clip['state']; count: number }[]> {
  const { rows } = await db.execute<{ channel_id: string; state: Clip['state']; count: number }>(sql`
    select channel_id, state, count(*)::int as count from clips
    where channel_id in (select jsonb_array_elements_text(${channelsOf([access])}::jsonb))
    group by channel_id, state`)
  return rows.map((row) => ({ channelId: row.channel_id, state: row.state, count: row.count }))
}

/** What was learned about stored bytes. */
export type StoredVideo = {
  object: { sha256: string; sizeBytes: number; contentType: string }
  poster: { sha256: string; sizeBytes: number; contentType: string } | null
  durationSeconds: number
  width: number
  height: number
  videoCodec: string
  audioCodec: string | null
  placeholder: string | null
}

/** pending or failed → ready, with the object and poster rows, in one transaction. */
export async function markClipReady(clipId: string, video: StoredVideo, db: Executor = database()): Promise<void> {
  const { object, poster, placeholder, ...facts } = video
  await db.transaction(async (tx) => {
    await tx
      .insert(objects)
      .values(poster ? [object, poster] : [object])
      .onConflictDoNothing()
    const [clip] = await tx
      .update(clips)
      .set({
        state: 'ready',
        failureCode: null,
        failureMessage: null,
        objectSha256: object.sha256,
        posterSha256: poster?.sha256 ?? null,
        ...facts,
        placeholder: placeholder ?? clips.placeholder,
        updatedAt: sql`now()`,
      })
      .where(eq(clips.id, clipId))
      .returning({ guildId: clips.guildId })
    if (clip) await notify('dcs_clips', clip.guildId, tx)
  })
}

/** pending → failed, with a code for programs and a sentence for people. A clip that is ready stays ready. */
export async function markClipFailed(
  clipId: string,
  failureCode: string,
  failureMessage: string,
  db: Executor = database(),
): Promise<void> {
  await db.transaction(async (tx) => {
    const [clip] = await tx
      .update(clips)
      .set({ state: 'failed', failureCode, failureMessage, updatedAt: sql`now()` })
      .where(and(eq(clips.id, clipId), sql`${clips.state} <> 'ready'`))
      .returning({ guildId: clips.guildId })
    if (clip) await notify('dcs_clips', clip.guildId, tx)
  })
}

/** Keeps the fresh address of a clip. */
export async function updateClipUrl(clipId: string, url: string, db: Executor = database()): Promise<void> {
  await db
    .update(clips)
    .set({ url, updatedAt: sql`now()` })
    .where(eq(clips.id, clipId))
}

/** Ids of clips that still wait for their bytes, oldest first: what a starting worker puts into the queue again. */
export async function listPendingClipIds(db: Executor = database()): Promise<string[]> {
  const rows = await db.select({ id: clips.id }).from(clips).where(eq(clips.state, 'pending')).orderBy(clips.createdAt)
  return rows.map(({ id }) => id)
}

const TAKES_OVER = sql.raw(`stored.source = 'forward' and excluded.source = 'attachment'`)

const view = {
  ...getColumns(clips),
  channelName: botChannels.name,
  guildName: botGuilds.name,
  objectSizeBytes: objects.sizeBytes,
  objectContentType: objects.contentType,
}

function channelsOf(access: readonly GuildAccess[]): string {
  return JSON.stringify(access.flatMap((grant) => grant.channelIds))
}

function toRow(clip: NewClip) {
  return {
    id: clip.id,
    guild_id: clip.guildId,
    channel_id: clip.channelId,
    message_id: clip.messageId,
    source: clip.source,
    author_id: clip.authorId,
    author_name: clip.authorName,
    author_avatar: clip.authorAvatar,
    message_content: clip.messageContent,
    filename: clip.filename,
    content_type: clip.contentType,
    size_bytes: clip.sizeBytes,
    width: clip.width,
    height: clip.height,
    duration_seconds: clip.durationSeconds,
    placeholder: clip.placeholder,
    is_spoiler: clip.isSpoiler,
    is_native_clip: clip.isNativeClip,
    url: clip.url,
    posted_at: clip.postedAt,
  }
}
