import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { notifyClips, type PlaceChange } from '../notifications.ts'
import { lockClipsOfChannels } from './clips.repo.ts'

/** What a guild does with clips that Discord does not have any more. */
export type DeletionPolicy = { policy: 'keep' | 'hide' | 'purge'; graceDays: number }

/** What became of clips, by id; `hashes` are the objects that erased clips used. */
export type GoneClips = { moved: string[]; kept: string[]; hidden: string[]; erased: string[]; hashes: string[] }

type Place = { guildId: string; channelId: string }

/**
 * Discord said that messages were deleted, or a page of history proves it. From here on no page that was read before brings their clips back. A clip that
 * was also forwarded moves to the forward, which Discord keeps; the others follow the policy.
 */
export async function noteMessagesDeleted(
  { guildId, channelId, messageIds, ...policy }: Place & DeletionPolicy & { messageIds: readonly string[] },
  db: Executor = database(),
): Promise<GoneClips> {
  if (messageIds.length === 0) return nothing()
  const ids = sql`(select jsonb_array_elements_text(${JSON.stringify(messageIds)}::jsonb))`
  return db.transaction(async (tx) => {
    await lockPlaces(channelId, sql`message_id in ${ids}`, tx)
    await tx.execute(sql`
      insert into deleted_messages (message_id, channel_id) select id, ${channelId} from (select distinct message_id as id from unnest(array${ids}) as given(message_id)) as all_given
      order by id on conflict (message_id) do nothing`)
    await tx.execute(sql`delete from clip_forwards where message_id in ${ids}`)
    return settle({ guildId, channelId }, sql`message_id in ${ids}`, 'message_deleted', policy, tx)
  })
}

/** A message was edited and has only these clips left; the others of it follow the policy, and its siblings are as they were. */
export async function noteAttachmentsRemoved(
  {
    guildId,
    channelId,
    messageId,
    keptIds,
    ...policy
  }: Place & DeletionPolicy & { messageId: string; keptIds: readonly string[] },
  db: Executor = database(),
): Promise<GoneClips> {
  const removed = sql`message_id = ${messageId} and id not in (select jsonb_array_elements_text(${JSON.stringify(keptIds)}::jsonb))`
  return db.transaction(async (tx) => {
    await lockPlaces(channelId, removed, tx)
    await tx.execute(sql`
      delete from clip_forwards where message_id = ${messageId}
        and clip_id not in (select jsonb_array_elements_text(${JSON.stringify(keptIds)}::jsonb))`)
    return settle({ guildId, channelId }, removed, 'attachment_removed', policy, tx)
  })
}

/** The messages of these clips turned out to be there: they are in sight again, unless something else hides them. Returns which were. */
export async function restoreClips(clipIds: readonly string[], db: Executor = database()): Promise<string[]> {
  if (clipIds.length === 0) return []
  const { rows } = await db.execute<{ id: string; guildId: string; channelId: string }>(sql`
    with restored as (
      update clips set gone_at = null, purge_after = null, updated_at = now(),
        hidden_at = case when ${IS_HIDDEN_AS_GONE} then null else hidden_at end,
        hidden_reason = case when ${IS_HIDDEN_AS_GONE} then null else hidden_reason end
      where id in (select id from clips where id in (select jsonb_array_elements_text(${JSON.stringify(clipIds)}::jsonb)) order by id for update)
        and gone_at is not null
      returning id, guild_id, channel_id, message_id),
    undone as (delete from deleted_messages where message_id in (select message_id from restored))
    select id, guild_id as "guildId", channel_id as "channelId" from restored`)
  await notifyClips(rows, db)
  return rows.map(({ id }) => id)
}

/**
 * Erases clips: their rows go, and tombstones keep them from being found again. Returns the objects they used, which nobody may use any more. To be called
 * in a transaction that holds the locks of their channels.
 */
export async function eraseClips(
  clipIds: readonly string[],
  { reason, removedBy }: { reason: 'purged' | 'removed' | 'erased'; removedBy: string | null },
  tx: Executor,
): Promise<string[]> {
  if (clipIds.length === 0) return []
  const { rows } = await tx.execute<{ hash: string }>(sql`
    with erased as (
      delete from clips where id in (select id from clips where id in (select jsonb_array_elements_text(${JSON.stringify(clipIds)}::jsonb)) order by id for update)
      returning id, guild_id, channel_id, message_id, object_sha256, poster_sha256),
    marked as (
      insert into clip_tombstones (clip_id, guild_id, channel_id, message_id, reason, removed_by)
      select id, guild_id, channel_id, message_id, ${reason}, ${removedBy} from erased order by id on conflict (clip_id) do nothing),
    forgotten as (delete from clip_forwards where clip_id in (select id from erased)),
    told as (select pg_notify('dcs_clips', guild_id || ' ' || channel_id) from (select distinct guild_id, channel_id from erased) as places)
    select hash from erased cross join lateral (values (object_sha256), (poster_sha256)) as used(hash), (select count(*) from told) as t
    where hash is not null`)
  return [...new Set(rows.map(({ hash }) => hash))]
}

/** A person takes one clip out of the library for good. Its siblings stay, and no scan brings it back. Null when it is not there. */
export async function removeClip(
  clipId: string,
  removedBy: string,
  db: Executor = database(),
): Promise<{ hashes: string[] } | null> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ channel_id: string }>(sql`select channel_id from clips where id = ${clipId}`)
    if (!rows[0]) return null
    await lockClipsOfChannels([rows[0].channel_id], tx)
    return { hashes: await eraseClips([clipId], { reason: 'removed', removedBy }, tx) }
  })
}

/** Hidden clips whose grace is over, longest over first. */
export async function listClipsToPurge(
  limit: number,
  db: Executor = database(),
): Promise<{ id: string; channelId: string }[]> {
  const { rows } = await db.execute<{ id: string; channel_id: string }>(
    sql`select id, channel_id from clips where purge_after <= now() order by purge_after, id limit ${limit}`,
  )
  return rows.map((row) => ({ id: row.id, channelId: row.channel_id }))
}

/**
 * The locks of everything that can happen to the clips of a channel with message ids from `low` to `high`: of the channel and of those they can move to.
 * For a transaction that does several of these things, before the first of them.
 */
export async function lockClipsOfMessages(
  channelId: string,
  { low, high }: { low: bigint; high: bigint },
  tx: Executor,
): Promise<void> {
  const isMeant = sql`channel_id = ${channelId} and message_id::numeric between ${String(low)}::numeric and ${String(high)}::numeric`
  await lockPlaces(channelId, isMeant, tx)
}

const IS_HIDDEN_AS_GONE = sql.raw(`hidden_reason in ('message_deleted', 'attachment_removed')`)

function nothing(): GoneClips {
  return { moved: [], kept: [], hidden: [], erased: [], hashes: [] }
}

/** A clip may move to where it was forwarded to, so those channels are locked as well; all at once, in one order. */
async function lockPlaces(channelId: string, which: ReturnType<typeof sql>, tx: Executor): Promise<void> {
  const { rows } = await tx.execute<{ channel_id: string }>(
    sql`select distinct f.channel_id from clip_forwards f where f.clip_id in (select id from clips where ${which})`,
  )
  await lockClipsOfChannels([channelId, ...rows.map((row) => row.channel_id)], tx)
}

async function settle(
  { guildId, channelId }: Place,
  which: ReturnType<typeof sql>,
  reason: 'message_deleted' | 'attachment_removed',
  { policy, graceDays }: DeletionPolicy,
  tx: Executor,
): Promise<GoneClips> {
  const gone = sql`channel_id = ${channelId} and ${which}`
  const forwards = await move(gone, tx)
  const moved = forwards.map(({ id }) => id)
  const left = async (change: ReturnType<typeof sql>) => {
    const { rows } = await tx.execute<{ id: string }>(
      sql`update clips set ${change}, gone_at = coalesce(gone_at, now()), updated_at = now() where ${gone} returning id`,
    )
    return rows.map(({ id }) => id)
  }
  const result = { ...nothing(), moved }
  if (policy === 'keep') result.kept = await left(sql`purge_after = null`)
  else if (policy === 'hide')
    result.hidden = await left(sql`
      hidden_at = coalesce(hidden_at, now()), hidden_reason = coalesce(hidden_reason, ${reason}::clip_hidden_reason),
      purge_after = coalesce(purge_after, now() + make_interval(days => ${graceDays}))`)
  else {
    const { rows } = await tx.execute<{ id: string }>(sql`select id from clips where ${gone} order by id`)
    result.erased = rows.map(({ id }) => id)
    result.hashes = await eraseClips(result.erased, { reason: 'purged', removedBy: null }, tx)
  }
  if (moved.length + result.kept.length + result.hidden.length > 0)
    await notifyClips([{ guildId, channelId }, ...forwards], tx)
  return result
}

/**
 * Clips that were forwarded stand at their oldest forward from now on. Nobody knows who wrote there what, so it says nothing about that. Those of authors who opted out, or
 * are blocked on either side, do not: nobody would know any more whose they are.
 */
async function move(gone: ReturnType<typeof sql>, tx: Executor): Promise<(PlaceChange & { id: string })[]> {
  const { rows } = await tx.execute<{ id: string; guildId: string; channelId: string }>(sql`
    update clips c set source = 'forward', guild_id = f.guild_id, channel_id = f.channel_id, message_id = f.message_id, posted_at = f.posted_at,
      forwarded_guild_id = c.guild_id, forwarded_channel_id = c.channel_id, forwarded_message_id = c.message_id,
      origin_author_id = coalesce(c.author_id, c.origin_author_id), author_id = null, author_name = null, author_avatar = null, is_bot = false,
      message_content = '', updated_at = now()
    from (
      select distinct on (clip_id) clip_id, guild_id, channel_id, message_id, posted_at from clip_forwards
      where clip_id in (select id from clips where ${gone}) and message_id not in (select message_id from deleted_messages)
      order by clip_id, posted_at, message_id) f
    where c.id = f.clip_id
      and not exists (select from author_opt_outs o where o.user_id = coalesce(c.author_id, c.origin_author_id))
      and not exists (select from author_blocks b where b.user_id = coalesce(c.author_id, c.origin_author_id) and b.guild_id in (c.guild_id, f.guild_id))
    returning c.id, c.guild_id as "guildId", c.channel_id as "channelId"`)
  return rows
}
