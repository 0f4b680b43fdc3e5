import { eq, sql } from 'drizzle-orm'
import type { FoundClip } from '../../domain/clip-types.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { inTransaction } from '../in-transaction.ts'
import { toJsonParameter } from '../json-parameter.ts'
import { clips, type Clip } from '../models/index.ts'
import { notifyClips } from '../notifications.ts'
import { forgetOptedOut, mentionedIn } from './opted-out-mentions.ts'
import { isUnwanted } from './unwanted-clips.ts'

/** A clip to store: what was found, its guild, and the full URL of the author's avatar. */
export type NewClip = FoundClip & { guildId: string; authorAvatar: string | null }

/**
 * Stores found clips and returns the ids that were not stored before. What was removed, what belongs to a message that Discord said was deleted, and what is
 * of authors who opted out or are blocked is not stored. A clip stored already gets the fresh URL and the edited text; its bytes, state, place and whether it
 * is hidden stay, except that the original message takes over a clip first seen in a forward. Everybody who stores or removes clips of a channel waits for its
 * turn; see `lockClipsOfChannels`.
 */
export async function upsertClips(found: readonly NewClip[], db: Executor = database()): Promise<string[]> {
  return (await upsertClipStates(found, db)).filter(({ isNew }) => isNew).map(({ id }) => id)
}

/** `upsertClips`, telling of every clip that is stored now whether it is new and whether the daily cap held it back before. */
export async function upsertClipStates(
  found: readonly NewClip[],
  db: Executor = database(),
): Promise<{ id: string; isNew: boolean; isHeld: boolean }[]> {
  // Of a clip and its forward that come together, the original counts.
  const byOrigin = [...found].sort((a, b) => Number(b.source === 'forward') - Number(a.source === 'forward'))
  const rows = [...new Map(byOrigin.map((clip) => [clip.id, toRow(clip)])).values()]
  if (rows.length === 0) return []
  return inTransaction(db, async (tx) => {
    const mentioned = found.flatMap(({ messageContent }) => mentionedIn(messageContent))
    await lockForStoring(found, mentioned, tx)
    const clean = await forgetOptedOut(mentioned, tx)
    for (const row of rows) row.message_content = clean(row.message_content)
    const { rows: stored } = await tx.execute<{ id: string; is_new: boolean; is_held: boolean }>(sql`
      insert into clips as stored (${sql.raw(COLUMNS.join(', '))})
      select ${sql.raw(COLUMNS.map((column) => (column === 'participants' ? WILLING_PARTICIPANTS : column)).join(', '))}
      from jsonb_populate_recordset(null::clips, ${toJsonParameter(rows)}::jsonb) as given
      where not exists (select 1 from clip_tombstones where clip_tombstones.clip_id = given.id)
        and not exists (select 1 from deleted_messages where deleted_messages.message_id = given.message_id)
        and not exists (select 1 from clip_tombstones t where t.message_id = given.forwarded_message_id and t.reason = 'erased')
        and ${IS_WANTED}
      order by id
      on conflict (id) do update set
        url = excluded.url,
        message_content = case when ${IS_FROM_ITS_MESSAGE} then excluded.message_content else stored.message_content end,
        edited_at = case when ${IS_FROM_ITS_MESSAGE} then excluded.edited_at else stored.edited_at end,
        ${sql.raw(PLACE.map((column) => `${column} = case when ${TAKES_OVER} then excluded.${column} else stored.${column} end`).join(', '))},
        origin_author_id = case when not (${sql.raw(TAKES_OVER)}) then stored.origin_author_id when excluded.author_id is null then coalesce(stored.author_id, stored.origin_author_id) end,
        gone_at = case when ${IS_ELSEWHERE} then null else stored.gone_at end,
        purge_after = case when ${IS_ELSEWHERE} then null else stored.purge_after end,
        hidden_at = case when ${IS_ELSEWHERE} and ${IS_HIDDEN_AS_GONE} then null else stored.hidden_at end,
        hidden_reason = case when ${IS_ELSEWHERE} and ${IS_HIDDEN_AS_GONE} then null else stored.hidden_reason end,
        updated_at = now()
      returning id, xmax = 0 as is_new, hidden_reason is not distinct from 'daily_cap' as is_held`)
    await noteForwards(
      found.filter(({ source }) => source === 'forward'),
      tx,
    )
    return stored.map((row) => ({ id: row.id, isNew: row.is_new, isHeld: row.is_held }))
  })
}

/** Where clips were forwarded to: the places they can still be at when the original is deleted. */
async function noteForwards(forwards: readonly NewClip[], tx: Executor): Promise<void> {
  if (forwards.length === 0) return
  const rows = forwards.map((clip) => ({
    clip_id: clip.id,
    message_id: clip.messageId,
    channel_id: clip.channelId,
    guild_id: clip.guildId,
    posted_at: clip.postedAt,
  }))
  await tx.execute(sql`
    insert into clip_forwards (clip_id, message_id, channel_id, guild_id, posted_at)
    select clip_id, message_id, channel_id, guild_id, posted_at
    from jsonb_populate_recordset(null::clip_forwards, ${JSON.stringify(rows)}::jsonb) as given
    where not exists (select 1 from deleted_messages where deleted_messages.message_id = given.message_id)
      and not exists (select 1 from clip_tombstones where clip_tombstones.clip_id = given.clip_id)
    order by clip_id, message_id
    on conflict do nothing`)
}

/**
 * Makes this transaction the only one that stores, hides or removes clips of these channels until it ends, so that a deletion and a page read before it
 * cannot miss each other. Always in the same order; a transaction that locks again later names no channel that it did not name before.
 */
export async function lockClipsOfChannels(channelIds: readonly string[], tx: Executor): Promise<void> {
  await tx.execute(sql`
    select pg_advisory_xact_lock(hashtextextended('clips of ' || channel_id, 0))
    from (select distinct channel_id from jsonb_array_elements_text(${JSON.stringify(channelIds)}::jsonb) as given(channel_id) order by 1) as locked`)
}

/** The channels as `lockClipsOfChannels` does; after them the people in these clips, whom `lockAuthor` then waits for. */
async function lockForStoring(found: readonly NewClip[], mentioned: readonly string[], tx: Executor): Promise<void> {
  const channels = found.map(({ channelId }) => ({ rank: 0, name: `clips of ${channelId}` }))
  const people = found
    .flatMap(({ authorId, participants }) => [
      ...(authorId === null ? [] : [authorId]),
      ...participants.map(({ id }) => id),
    ])
    .concat(mentioned)
    .map((id) => ({ rank: 1, name: `author ${id}` }))
  await tx.execute(sql`
    select case rank when 0 then pg_advisory_xact_lock(hashtextextended(name, 0)) else pg_advisory_xact_lock_shared(hashtextextended(name, 0)) end
    from (select distinct rank, name from jsonb_to_recordset(${toJsonParameter([...channels, ...people])}::jsonb) as given(rank int, name text)
      order by 1, 2) as locked`)
}

/** One clip whatever its guild; for the worker. The interface uses `findVisibleClip`. */
export async function findClip(clipId: string, db: Executor = database()): Promise<Clip | null> {
  const [row] = await db.select().from(clips).where(eq(clips.id, clipId))
  return row ?? null
}

/** The clips of a message, hidden ones included. */
export async function listClipsOfMessage(messageId: string, db: Executor = database()): Promise<Clip[]> {
  return db.select().from(clips).where(eq(clips.messageId, messageId)).orderBy(clips.id)
}

/** Keeps the edited text of a message with its clips; what is not given stays. */
export async function updateMessageText(
  messageId: string,
  text: string | undefined,
  editedAt: Date | null,
  db: Executor = database(),
): Promise<void> {
  if (text === undefined) return
  const clean = await forgetOptedOut(mentionedIn(text), db)
  const { rows } = await db.execute<{ guildId: string; channelId: string }>(sql`
    with changed as (
      update clips set message_content = given.text, edited_at = coalesce(${editedAt?.toISOString() ?? null}::timestamptz, edited_at), updated_at = now()
      from jsonb_to_record(${toJsonParameter({ text: clean(text) })}::jsonb) as given(text text)
      where message_id = ${messageId} and source <> 'forward' and message_content is distinct from given.text
        and not ${isUnwanted('clips')}
      returning guild_id, channel_id)
    select distinct guild_id as "guildId", channel_id as "channelId" from changed`)
  await notifyClips(rows, db)
}

/** Erases what was written beside the clips of a guild. Returns of how many. */
export async function forgetTexts(guildId: string, db: Executor = database()): Promise<number> {
  const { rows } = await db.execute<{ count: number }>(sql`
    with changed as (update clips set message_content = '', updated_at = now() where guild_id = ${guildId} and message_content <> '' returning 1)
    select count(*)::int as count from changed`)
  const count = rows[0]?.count ?? 0
  if (count > 0) await notifyClips({ guildId, channelId: null }, db)
  return count
}

/** Where a clip was posted and by whom: what changes when the original message takes over. */
const PLACE = [
  'source',
  'guild_id',
  'channel_id',
  'message_id',
  'author_id',
  'author_name',
  'author_avatar',
  'is_bot',
  'forwarded_guild_id',
  'forwarded_channel_id',
  'forwarded_message_id',
  'posted_at',
] as const

const COLUMNS = [
  'id',
  ...PLACE,
  'message_content',
  'filename',
  'title',
  'description',
  'content_type',
  'size_bytes',
  'width',
  'height',
  'duration_seconds',
  'placeholder',
  'is_spoiler',
  'is_native_clip',
  'recorded_at',
  'game_id',
  'game_name',
  'participants',
  'url',
  'link_url',
  'edited_at',
] as const

/** Nothing is stored of authors who opted out or whom the guild's managers blocked, nor of a guild that is being erased. */
const IS_WANTED = sql.raw(`not exists (select 1 from author_opt_outs o where o.user_id = given.author_id)
        and not exists (select 1 from author_blocks b where b.guild_id = given.guild_id and b.user_id = given.author_id)
        and not exists (select 1 from erasures e where e.subject = 'guild' and e.subject_id = given.guild_id
          and e.started_at is not null and e.erased_at is null and e.cancelled_at is null)`)
/** Those who were in the voice channel, without who opted out. */
const WILLING_PARTICIPANTS = `coalesce((select jsonb_agg(p) from jsonb_array_elements(given.participants) p
        where not exists (select 1 from author_opt_outs o where o.user_id = p->>'id')), '[]'::jsonb)`

/** The message it was stored with is gone, and it is found in another one. One of an author who opted out, or is blocked on either side, stays where it is: a forward does not say whose it is. */
const ELSEWHERE = `(stored.gone_at is not null and stored.message_id <> excluded.message_id
  and not exists (select from author_opt_outs o where o.user_id = coalesce(stored.author_id, stored.origin_author_id))
  and not exists (select from author_blocks b where b.user_id = coalesce(stored.author_id, stored.origin_author_id) and b.guild_id in (stored.guild_id, excluded.guild_id)))`
const IS_ELSEWHERE = sql.raw(ELSEWHERE)
const IS_HIDDEN_AS_GONE = sql.raw(`stored.hidden_reason in ('message_deleted', 'attachment_removed')`)
const TAKES_OVER = `((stored.source = 'forward' and excluded.source <> 'forward') or ${ELSEWHERE})`
const IS_FROM_ITS_MESSAGE = sql.raw(`stored.message_id = excluded.message_id or (${TAKES_OVER})`)

function toRow(
  clip: NewClip,
): Record<(typeof COLUMNS)[number], unknown> & { id: string; channel_id: string; message_content: string } {
  return {
    id: clip.id,
    source: clip.source,
    guild_id: clip.guildId,
    channel_id: clip.channelId,
    message_id: clip.messageId,
    author_id: clip.authorId,
    author_name: clip.authorName,
    author_avatar: clip.authorAvatar,
    is_bot: clip.isBot,
    forwarded_guild_id: clip.forwardedGuildId,
    forwarded_channel_id: clip.forwardedChannelId,
    forwarded_message_id: clip.forwardedMessageId,
    posted_at: clip.postedAt,
    message_content: clip.messageContent,
    filename: clip.filename,
    title: clip.title,
    description: clip.description,
    content_type: clip.contentType,
    size_bytes: clip.sizeBytes,
    width: clip.width,
    height: clip.height,
    duration_seconds: clip.durationSeconds,
    placeholder: clip.placeholder,
    is_spoiler: clip.isSpoiler,
    is_native_clip: clip.isNativeClip,
    recorded_at: clip.recordedAt,
    game_id: clip.gameId,
    game_name: clip.gameName,
    participants: clip.participants,
    url: clip.url,
    link_url: clip.linkUrl,
    edited_at: clip.editedAt,
  }
}
