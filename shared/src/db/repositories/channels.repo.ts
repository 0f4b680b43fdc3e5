import { eq, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { toJsonParameter } from '../json-parameter.ts'
import { botChannels, type BotChannel } from '../models/index.ts'
import { isForeignKeyViolation } from '../postgres-errors.ts'
import type { ChannelSnapshot } from '../types.ts'

/** Settings of a channel as stored. */
export type ChannelSettingsRow = Pick<BotChannel, 'channelId' | 'settings' | 'updatedAt'>

/** Inserts or updates the channels of one guild; see `upsertChannels`. */
export async function upsertChannelsForGuild(
  guildId: string,
  channels: Iterable<ChannelSnapshot>,
  db: Executor = database(),
): Promise<void> {
  await upsertChannels(
    [...channels].map((channel) => ({ ...channel, guildId })),
    db,
  )
}

/**
 * Inserts or updates channels of any number of guilds, all or none, in one statement. Guild, name, type and nsfw are replaced; reading, cursor and
 * counters stay. `settingsOverrides` are merged over the stored settings. Position, parent and overwrites stay when left out.
 * Returns the ids that were not stored before. Throws `not-found` when a guild is not stored.
 */
export async function upsertChannels(
  channels: readonly (ChannelSnapshot & { guildId: string })[],
  db: Executor = database(),
): Promise<string[]> {
  const rows = [...new Map(channels.map((channel) => [channel.id, toRow(channel)])).values()]
  if (rows.length === 0) return []
  const archiveKnown = rows.flatMap((row) => (row.is_archived === null ? [] : [row.channel_id]))
  try {
    // Sorted, so that two bulk writers lock rows in the same order and cannot deadlock.
    // A snapshot with a position is complete: then a missing parent means that there is none.
    const { rows: stored } = await db.execute<{ channel_id: string; is_new: boolean }>(sql`
      with changed as (insert into bot_channels as stored (channel_id, guild_id, name, type, is_nsfw, settings, position, parent_id, permission_overwrites, is_archived,
        tags, available_tags)
      select channel_id, guild_id, name, type, is_nsfw, settings, position, parent_id, nullif(permission_overwrites, 'null'::jsonb),
        coalesce(is_archived, false), tags, nullif(available_tags, 'null'::jsonb)
      from jsonb_to_recordset(${toJsonParameter(rows)}::jsonb)
        as given(channel_id text, guild_id text, name text, type text, is_nsfw boolean, settings jsonb, position integer, parent_id text, permission_overwrites jsonb,
          is_archived boolean, tags text[], available_tags jsonb)
      order by channel_id
      on conflict (channel_id) do update set
        guild_id = excluded.guild_id,
        name = excluded.name,
        type = excluded.type,
        is_nsfw = excluded.is_nsfw,
        settings = stored.settings || excluded.settings,
        position = coalesce(excluded.position, stored.position),
        parent_id = case when excluded.position is null then coalesce(excluded.parent_id, stored.parent_id) else excluded.parent_id end,
        permission_overwrites = coalesce(excluded.permission_overwrites, stored.permission_overwrites),
        is_archived = case when excluded.channel_id in (select jsonb_array_elements_text(${JSON.stringify(archiveKnown)}::jsonb)) then excluded.is_archived else stored.is_archived end,
        tags = coalesce(excluded.tags, stored.tags),
        available_tags = coalesce(excluded.available_tags, stored.available_tags),
        deleted_at = null
      returning channel_id, guild_id, xmax = 0 as is_new)
      select channel_id, is_new, pg_notify('dcs_access', guild_id) from changed`)
    return stored.filter((row) => row.is_new).map((row) => row.channel_id)
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error
    throw new AppError(
      'not-found',
      'guildId: a channel belongs to a guild that is not stored; store the guild first.',
      {
        cause: error,
      },
    )
  }
}

/** All channels of a guild by name (nameless ones last), then id. */
export async function getChannelsByGuild(guildId: string, db: Executor = database()): Promise<BotChannel[]> {
  return db
    .select()
    .from(botChannels)
    .where(eq(botChannels.guildId, guildId))
    .orderBy(sql`${botChannels.name} asc nulls last`, botChannels.channelId)
}

/** The channels with these ids that are stored, in no order. */
export async function listChannelsByIds(
  channelIds: readonly string[],
  db: Executor = database(),
): Promise<BotChannel[]> {
  if (channelIds.length === 0) return []
  return db
    .select()
    .from(botChannels)
    .where(isOneOf([...channelIds]))
}

/** One channel, or null. */
export async function findChannel(channelId: string, db: Executor = database()): Promise<BotChannel | null> {
  const [row] = await db.select().from(botChannels).where(eq(botChannels.channelId, channelId))
  return row ?? null
}

/** `setChannelReading` for many channels in one statement. */
export async function setChannelsReading(
  channelIds: readonly string[],
  isReading: boolean,
  db: Executor = database(),
): Promise<void> {
  await db.execute(sql`
    update bot_channels set is_reading = ${isReading}, settings = settings || jsonb_build_object('is_enabled', ${isReading}::boolean)
    where channel_id in (select jsonb_array_elements_text(${JSON.stringify(channelIds)}::jsonb))`)
}

/** Turns reading of a channel on or off and mirrors it into `settings.is_enabled`, in one statement. */
export async function setChannelReading(
  channelId: string,
  isReading: boolean,
  db: Executor = database(),
): Promise<void> {
  await db
    .update(botChannels)
    .set({
      isReading,
      settings: sql`${botChannels.settings} || jsonb_build_object('is_enabled', ${isReading}::boolean)`,
    })
    .where(eq(botChannels.channelId, channelId))
}

/**
 * Sets the cursor as it is given, also backwards or to none; see `updateChannelProgress` for the one that only grows.
 * Throws `invalid-input` when the id is not a number.
 */
export async function updateChannelCursor(
  channelId: string,
  lastMessageId: string | null,
  db: Executor = database(),
): Promise<void> {
  await db
    .update(botChannels)
    .set({ lastMessageId: lastMessageId && requireMessageId(lastMessageId), lastScannedAt: sql`now()` })
    .where(eq(botChannels.channelId, channelId))
}

/**
 * Moves the cursor forward to `lastSeenMessageId` if that is newer (compared as numbers; nothing stored counts as 0) and adds to the message count.
 * Throws `invalid-input` when the id is not a number.
 */
export async function updateChannelProgress(
  channelId: string,
  lastSeenMessageId: string | null,
  ingestedCount: number,
  db: Executor = database(),
): Promise<void> {
  const seen = requireMessageId(lastSeenMessageId || '0')
  await db
    .update(botChannels)
    .set({
      lastMessageId: sql`greatest(coalesce(nullif(${botChannels.lastMessageId}, ''), '0')::numeric, ${seen}::numeric)::text`,
      messageCount: sql`${botChannels.messageCount} + ${ingestedCount}::bigint`,
      lastScannedAt: sql`now()`,
    })
    .where(eq(botChannels.channelId, channelId))
}

/** Sets `last_activity_at` to now. */
export async function touchChannelActivity(channelId: string, db: Executor = database()): Promise<void> {
  await db
    .update(botChannels)
    .set({ lastActivityAt: sql`now()` })
    .where(eq(botChannels.channelId, channelId))
}

/** Adds to the message count of a channel, however many callers race. */
export async function incrementChannelMessageCount(
  channelId: string,
  by = 1,
  db: Executor = database(),
): Promise<void> {
  await db
    .update(botChannels)
    .set({ messageCount: sql`${botChannels.messageCount} + ${by}::bigint` })
    .where(eq(botChannels.channelId, channelId))
}

/** Merges top-level keys over the channel's settings in one statement. Returns the row, or null when the channel is not stored. */
export async function updateChannelSettings(
  channelId: string,
  values: Record<string, unknown>,
  db: Executor = database(),
): Promise<ChannelSettingsRow | null> {
  return changeSettings(channelId, sql`${botChannels.settings} || ${JSON.stringify(values)}::jsonb`, db)
}

/** Replaces the channel's settings. Returns the row, or null when the channel is not stored. */
export async function setChannelSettings(
  channelId: string,
  settings: Record<string, unknown>,
  db: Executor = database(),
): Promise<ChannelSettingsRow | null> {
  return changeSettings(channelId, sql`${JSON.stringify(settings)}::jsonb`, db)
}

/** Deletes channels with their scan runs and clips. */
export async function deleteChannels(channelIds: Iterable<string>, db: Executor = database()): Promise<void> {
  const ids = [...channelIds]
  if (ids.length > 0) await db.delete(botChannels).where(isOneOf(ids))
}

/** Notes that Discord said a channel was deleted, with its threads. What was kept of it stays. */
export async function markChannelDeleted(channelId: string, db: Executor = database()): Promise<void> {
  await db.execute(sql`
    with gone as (
      update bot_channels set deleted_at = now() where ${channelId} in (channel_id, parent_id) and deleted_at is null returning guild_id)
    select pg_notify('dcs_access', guild_id) from gone`)
}

/** More ids than a statement may have parameters are no problem in one JSON parameter. */
function isOneOf(channelIds: readonly string[]) {
  return sql`${botChannels.channelId} in (select jsonb_array_elements_text(${JSON.stringify(channelIds)}::jsonb))`
}

/** A cursor is kept as it is given, so it may also be older than Discord's ids or have zeros in front, as in the original. */
function requireMessageId(id: string): string {
  if (/^\d{1,40}$/.test(id)) return id
  throw new AppError('invalid-input', `lastMessageId: ${JSON.stringify(id)} is not a message id.`)
}

async function changeSettings(
  channelId: string,
  settings: ReturnType<typeof sql>,
  db: Executor,
): Promise<ChannelSettingsRow | null> {
  const [row] = await db
    .update(botChannels)
    .set({ settings })
    .where(eq(botChannels.channelId, channelId))
    .returning({ channelId: botChannels.channelId, settings: botChannels.settings, updatedAt: botChannels.updatedAt })
  return row ?? null
}

function toRow(channel: ChannelSnapshot & { guildId: string }) {
  return {
    channel_id: channel.id,
    guild_id: channel.guildId,
    name: channel.name,
    type: channel.type,
    is_nsfw: channel.isNsfw ?? false,
    settings: channel.settingsOverrides ?? {},
    position: channel.position ?? null,
    parent_id: channel.parentId ?? null,
    permission_overwrites: channel.permissionOverwrites ?? null,
    is_archived: channel.isArchived ?? null,
    tags: channel.tags ?? null,
    available_tags: channel.availableTags ?? null,
  }
}
