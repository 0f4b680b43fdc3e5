import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import type { BotChannel } from '../models/index.ts'
import { listChannelsByIds, markChannelDeleted } from './channels.repo.ts'

/** Notes that the bot cannot see these channels and their threads. What was kept stays; who may see it is not known from now on, so only those with all permissions do. Returns all of them that are stored. */
export async function noteHiddenChannels(
  channelIds: readonly string[],
  sentence: string,
  db: Executor = database(),
): Promise<string[]> {
  if (channelIds.length === 0) return []
  await db.execute(sql`
    with hidden as (
      update bot_channels set permission_overwrites = null
      where channel_id in ${listOf(channelIds)} and permission_overwrites is not null returning guild_id)
    select pg_notify('dcs_access', guild_id) from hidden`)
  return setStates(
    db,
    sql`channel_id in ${listOf(channelIds)} or parent_id in ${listOf(channelIds)}`,
    'hidden',
    sentence,
  )
}

/** Notes that Discord deleted a channel, and its threads with it. What was kept stays. */
export async function noteGoneChannel(channelId: string, sentence: string, db: Executor = database()): Promise<void> {
  await db.transaction(async (tx) => {
    await setStates(tx, sql`${channelId} in (channel_id, parent_id)`, 'gone', sentence)
    await markChannelDeleted(channelId, tx)
  })
}

/** Notes that Discord deleted all channels of these guilds that are not among those it lists, and their threads, of which it lists the active ones alone. What was kept stays. */
export async function noteMissingChannels(
  listed: ReadonlyMap<string, readonly string[]>,
  sentence: string,
  db: Executor = database(),
): Promise<void> {
  const known = sql`jsonb_each(${JSON.stringify(Object.fromEntries(listed))}::jsonb) as known(guild_id, ids)`
  await db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ channel_id: string }>(sql`
      select c.channel_id from ${known} join bot_channels c using (guild_id)
      where c.deleted_at is null and c.permission_overwrites is not null and c.type::text not like '%thread' and not known.ids ? c.channel_id
      order by c.channel_id`)
    for (const { channel_id: channelId } of rows) await noteGoneChannel(channelId, sentence, tx)
  })
}

/**
 * Notes that the bot sees these channels: of them those that were hidden or gone, and the hidden threads of them, are unknown again. Returns the ids of
 * what changed.
 */
export async function noteSeenChannels(channelIds: readonly string[], db: Executor = database()): Promise<string[]> {
  if (channelIds.length === 0) return []
  const { rows } = await db.execute<{ channel_id: string }>(sql`
    with seen as (
      select k.channel_id from channel_coverage k join bot_channels c using (channel_id)
      where (k.state in ('hidden', 'gone') and c.channel_id in ${listOf(channelIds)})
        or (k.state = 'hidden' and c.parent_id in ${listOf(channelIds)})
      order by k.channel_id for no key update of k)
    update channel_coverage set state = 'unknown', state_detail = null, state_since = now(), updated_at = now()
    where channel_id in (select channel_id from seen) returning channel_id`)
  return rows.map((row) => row.channel_id)
}

/** The channels of these guilds that could not be read for want of a permission, without those that were deleted. */
export async function listForbiddenChannels(
  guildIds: readonly string[],
  db: Executor = database(),
): Promise<BotChannel[]> {
  const { rows } = await db.execute<{ channel_id: string }>(sql`
    select channel_id from bot_channels c join channel_coverage k using (channel_id)
    where c.guild_id in ${listOf(guildIds)} and c.deleted_at is null and k.state = 'no_permission'`)
  return listChannelsByIds(
    rows.map((row) => row.channel_id),
    db,
  )
}

/** Notes that these channels may be readable again: of them those that could not be read for want of a permission are unknown. */
export async function noteAllowedChannels(channelIds: readonly string[], db: Executor = database()): Promise<void> {
  if (channelIds.length === 0) return
  await db.execute(sql`
    update channel_coverage set state = 'unknown', state_detail = null, state_since = now(), updated_at = now()
    where channel_id in ${listOf(channelIds)} and state = 'no_permission'`)
}

/**
 * The channels of these guilds with something that has not been read, whether they are to be read or not: the newest message Discord named, something
 * between what was read, or what a failed scan left. Of forums those whose newest post is not stored and
 * came after the last look for posts. Channels
 * that are hidden, gone or forbidden are left out.
 */
export async function listChannelsWithGaps(
  guildIds: readonly string[],
  db: Executor = database(),
): Promise<BotChannel[]> {
  if (guildIds.length === 0) return []
  const { rows } = await db.execute<{ channel_id: string }>(sql`
    select c.channel_id from bot_channels c join channel_coverage k using (channel_id)
    where c.guild_id in ${listOf(guildIds)} and c.deleted_at is null and k.state not in ('hidden', 'gone', 'no_permission') and k.newest_message_id is not null
      and case when c.type in ('forum', 'media') then not exists (select from bot_channels post where post.channel_id = k.newest_message_id)
          and to_timestamp(((k.newest_message_id::bigint >> 22) + 1420070400000) / 1000.0) > coalesce(k.threads_listed_until, '-infinity')
        else not k.covered @> k.newest_message_id::bigint
          or k.covered <> int8multirange(range_merge(k.covered))
          or (lower(k.covered) > 1 and (select r.status = 'failed' from bot_channel_scan_runs r where r.channel_id = c.channel_id
            order by r.created_at desc limit 1))
      end
    order by c.channel_id`)
  return listChannelsByIds(
    rows.map((row) => row.channel_id),
    db,
  )
}

async function setStates(
  db: Executor,
  which: ReturnType<typeof sql>,
  state: 'hidden' | 'gone',
  sentence: string,
): Promise<string[]> {
  const { rows } = await db.execute<{ channel_id: string }>(sql`
    insert into channel_coverage as stored (channel_id, state, state_detail)
    select channel_id, ${state}::channel_state, ${sentence} from bot_channels where ${which} order by channel_id
    on conflict (channel_id) do update set state = excluded.state, state_detail = excluded.state_detail,
      state_since = case when stored.state = excluded.state then stored.state_since else now() end, updated_at = now()
    returning channel_id`)
  return rows.map((row) => row.channel_id)
}

/** More ids than a statement may have parameters are no problem in one JSON parameter. */
function listOf(ids: readonly string[]) {
  return sql`(select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`
}
