import { eq, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { guildSettings } from '../models/index.ts'
import { notifyAccess } from '../notifications.ts'
import type { GuildSettings } from '../types.ts'

/** The stored settings of a guild, or null when it has none. */
export async function getGuildSettings(guildId: string, db: Executor = database()): Promise<GuildSettings | null> {
  const [row] = await db.select().from(guildSettings).where(eq(guildSettings.guildId, guildId))
  return row ?? null
}

/** The stored settings of these guilds by id, in one statement. */
export async function listGuildSettings(
  guildIds: readonly string[],
  db: Executor = database(),
): Promise<Map<string, Record<string, unknown>>> {
  const rows = await db
    .select({ guildId: guildSettings.guildId, settings: guildSettings.settings })
    .from(guildSettings)
    .where(sql`${guildSettings.guildId} in (select jsonb_array_elements_text(${JSON.stringify(guildIds)}::jsonb))`)
  return new Map(rows.map((row) => [row.guildId, row.settings]))
}

/** The stored settings; made from `defaults` when there are none. What is stored is never overwritten, however many callers race. */
export async function ensureGuildSettings(
  guildId: string,
  defaults: Record<string, unknown> = {},
  db: Executor = database(),
): Promise<GuildSettings> {
  // The update changes nothing; it makes the statement return the row that another caller stored first.
  const [row] = await db
    .insert(guildSettings)
    .values({ guildId, settings: defaults })
    .onConflictDoUpdate({ target: guildSettings.guildId, set: { guildId: sql`excluded.guild_id` } })
    .returning()
  if (row) return row
  throw new AppError('internal', `The settings of guild ${guildId} could not be stored.`)
}

/** `ensureGuildSettings` for many guilds in one statement. Returns the ids that had no settings yet. */
export async function ensureSettingsOfGuilds(
  guildIds: readonly string[],
  defaults: Record<string, unknown> = {},
  db: Executor = database(),
): Promise<string[]> {
  const { rows } = await db.execute<{ guild_id: string }>(sql`
    insert into guild_settings (guild_id, settings)
    select guild_id, ${JSON.stringify(defaults)}::jsonb from jsonb_array_elements_text(${JSON.stringify(guildIds)}::jsonb) as given(guild_id)
    order by guild_id
    on conflict (guild_id) do nothing
    returning guild_id`)
  return rows.map((row) => row.guild_id)
}

/** Merges top-level keys over the stored settings in one statement; nested objects are replaced whole. Does nothing when none are stored. */
export async function updateGuildSettings(
  guildId: string,
  values: Record<string, unknown>,
  db: Executor = database(),
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx
      .update(guildSettings)
      .set({ settings: sql`${guildSettings.settings} || ${JSON.stringify(values)}::jsonb`, updatedAt: sql`now()` })
      .where(eq(guildSettings.guildId, guildId))
    await notifyAccess({ guildId, userId: null }, tx)
  })
}

/** Replaces the settings of a guild, or stores them for the first time. */
export async function setGuildSettings(
  guildId: string,
  settings: Record<string, unknown>,
  db: Executor = database(),
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx
      .insert(guildSettings)
      .values({ guildId, settings })
      .onConflictDoUpdate({ target: guildSettings.guildId, set: { settings, updatedAt: sql`now()` } })
    await notifyAccess({ guildId, userId: null }, tx)
  })
}
