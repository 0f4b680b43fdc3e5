import { eq, inArray, isNull, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { toJsonParameter } from '../json-parameter.ts'
import { botChannels, botGuilds, type BotChannel, type BotGuild } from '../models/index.ts'
import { isForeignKeyViolation } from '../postgres-errors.ts'
import type { GuildSnapshot } from '../types.ts'

/** What `upsertGuild` takes: one guild, named as in the original. */
export type GuildUpsert = Omit<GuildSnapshot, 'id' | 'channels' | 'roles'> & { guildId: string }

/** Inserts or updates one guild; see `upsertGuilds`. */
export async function upsertGuild({ guildId, ...guild }: GuildUpsert, db: Executor = database()): Promise<void> {
  await upsertGuilds([{ id: guildId, ...guild }], db)
}

/**
 * Inserts or updates guilds, all or none, in one statement. Name and icon are replaced, `last_seen_at` becomes now, `left_at` and `unavailable_since` null.
 * A claimed owner is never wiped: only a given `ownerUserId` replaces it. `joinedAt` counts only for a guild not stored yet.
 * Channels and roles of the snapshots are not touched. Throws `not-found` when an owner is not in `users`.
 */
export async function upsertGuilds(guilds: Iterable<GuildSnapshot>, db: Executor = database()): Promise<void> {
  const rows = [...new Map([...guilds].map((guild) => [guild.id, toRow(guild)])).values()]
  if (rows.length === 0) return
  try {
    // Sorted, so that two bulk writers lock rows in the same order and cannot deadlock.
    await db.execute(sql`
      with stored_now as (insert into bot_guilds as stored (guild_id, name, icon, owner_user_id, joined_at, last_seen_at, discord_owner_id)
      select guild_id, name, icon, owner_user_id, coalesce(joined_at, now()), now(), discord_owner_id
      from jsonb_to_recordset(${toJsonParameter(rows)}::jsonb)
        as given(guild_id text, name text, icon text, owner_user_id text, joined_at timestamptz, discord_owner_id text)
      order by guild_id
      on conflict (guild_id) do update set
        name = excluded.name,
        icon = excluded.icon,
        owner_user_id = coalesce(excluded.owner_user_id, stored.owner_user_id),
        discord_owner_id = coalesce(excluded.discord_owner_id, stored.discord_owner_id),
        last_seen_at = excluded.last_seen_at,
        left_at = null,
        unavailable_since = null
      returning guild_id)
      select pg_notify('dcs_access', guild_id) from stored_now`)
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error
    throw new AppError('not-found', 'ownerUserId: a guild names an owner who is not in users; store the user first.', {
      cause: error,
    })
  }
}

/** Deletes guilds with their channels, scan runs and clips. Their settings stay, as in the original. */
export async function deleteGuilds(guildIds: readonly string[], db: Executor = database()): Promise<void> {
  if (guildIds.length === 0) return
  await db
    .delete(botGuilds)
    .where(sql`${botGuilds.guildId} in (select jsonb_array_elements_text(${JSON.stringify(guildIds)}::jsonb))`)
}

/** Sets `last_seen_at` to now. Does nothing for a guild that is not stored. */
export async function touchGuild(guildId: string, db: Executor = database()): Promise<void> {
  await db
    .update(botGuilds)
    .set({ lastSeenAt: sql`now()` })
    .where(eq(botGuilds.guildId, guildId))
}

/** Notes that the bot was removed from a guild. Everything kept of it stays. */
export async function markGuildLeft(guildId: string, db: Executor = database()): Promise<void> {
  await db.execute(sql`
    with gone as (update bot_guilds set left_at = now(), members_current_at = null, facts_current_at = null where guild_id = ${guildId} returning guild_id)
    select pg_notify('dcs_access', guild_id) from gone`)
}

/** Notes that Discord cannot serve a guild now; `upsertGuilds` notes that it can again. */
export async function markGuildUnavailable(guildId: string, db: Executor = database()): Promise<void> {
  await db.execute(sql`
    with gone as (
      update bot_guilds set unavailable_since = now(), members_current_at = null, facts_current_at = null
      where guild_id = ${guildId} and unavailable_since is null returning guild_id)
    select pg_notify('dcs_access', guild_id) from gone`)
}

/** Notes that the bot is in no other guild than these; used with the complete list that Discord sends at login. Returns those it had left. */
export async function markOtherGuildsLeft(guildIds: readonly string[], db: Executor = database()): Promise<string[]> {
  const { rows } = await db.execute<{ guild_id: string }>(sql`
    with gone as (
      update bot_guilds set left_at = now(), members_current_at = null
      where left_at is null and guild_id not in (select jsonb_array_elements_text(${JSON.stringify(guildIds)}::jsonb))
      returning guild_id)
    select guild_id, pg_notify('dcs_access', guild_id) from gone`)
  return rows.map((row) => row.guild_id)
}

/** One guild, or null; also one the bot has left. */
export async function findGuild(guildId: string, db: Executor = database()): Promise<BotGuild | null> {
  const [row] = await db.select().from(botGuilds).where(eq(botGuilds.guildId, guildId))
  return row ?? null
}

/** The guilds the bot is in, by name. */
export async function listGuilds(db: Executor = database()): Promise<BotGuild[]> {
  return db.select().from(botGuilds).where(isNull(botGuilds.leftAt)).orderBy(botGuilds.name, botGuilds.guildId)
}

/** The guilds the bot is in, by name, each with all its channels (in no order), in two statements however many there are. */
export async function listGuildsWithChannels(
  db: Executor = database(),
): Promise<(BotGuild & { channels: BotChannel[] })[]> {
  const guilds = await listGuilds(db)
  const present = db.select({ guildId: botGuilds.guildId }).from(botGuilds).where(isNull(botGuilds.leftAt))
  const channels = await db.select().from(botChannels).where(inArray(botChannels.guildId, present))
  const byGuild = Map.groupBy(channels, (channel) => channel.guildId)
  return guilds.map((guild) => ({ ...guild, channels: byGuild.get(guild.guildId) ?? [] }))
}

function toRow(guild: GuildSnapshot) {
  return {
    guild_id: guild.id,
    name: guild.name,
    icon: guild.icon ?? null,
    owner_user_id: guild.ownerUserId ?? null,
    joined_at: guild.joinedAt ?? null,
    discord_owner_id: guild.discordOwnerId ?? null,
  }
}
