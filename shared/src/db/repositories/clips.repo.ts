import { and, eq, sql } from 'drizzle-orm'
import type { FoundClip } from '../../domain/clips.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { toJsonParameter } from '../json-parameter.ts'
import { clips, objects, type Clip } from '../models/index.ts'
import { notify } from '../notifications.ts'

/** A clip to store: what was found, its guild, and the full URL of the author's avatar. */
export type NewClip = FoundClip & { guildId: string; authorAvatar: string | null }

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
    from jsonb_to_recordset(${toJsonParameter(rows)}::jsonb) as given(id text, guild_id text, channel_id text, message_id text, source clip_source,
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
