import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'

/**
 * Forgets what is left of a guild whose clips are erased. When the bot left it, the guild itself with its channels, roles, members and audit log; otherwise
 * its channels stay known and unread, as on the first day. Entries of the audit log about the erasure stay.
 */
export async function forgetGuild(
  { guildId, erasureId, left }: { guildId: string; erasureId: string; left: boolean },
  tx: Executor = database(),
): Promise<void> {
  const inGuild = sql`channel_id in (select channel_id from bot_channels where guild_id = ${guildId})`
  // What is erased with a guild may be found again when somebody reads it anew, but for what its author had erased.
  await tx.execute(sql`
    delete from clip_tombstones where guild_id = ${guildId} and reason = 'erased'
      and clip_id in (select id from erased_items where erasure_id = ${erasureId} and kind = 'clip')
      and not exists (select from erased_items i join erasures e on e.id = i.erasure_id where i.kind = 'clip' and i.id = clip_id and e.subject = 'author')`)
  await tx.execute(sql`delete from clip_forwards where guild_id = ${guildId}`)
  await tx.execute(sql`delete from job_failures where guild_id = ${guildId}`)
  await tx.execute(sql`delete from guild_settings where guild_id = ${guildId}`)
  await tx.execute(sql`delete from author_blocks where guild_id = ${guildId}`)
  await tx.execute(sql`delete from thread_members where guild_id = ${guildId}`)
  await tx.execute(sql`delete from install_intents where guild_id = ${guildId}`)
  await tx.execute(sql`delete from deleted_messages where ${inGuild}`)
  if (left) {
    await tx.execute(sql`delete from audit_log where guild_id = ${guildId} and action not like 'erasure.%'`)
    await tx.execute(sql`delete from bot_guilds where guild_id = ${guildId}`)
    return
  }
  await tx.execute(sql`delete from bot_channel_scan_runs where ${inGuild}`)
  await tx.execute(sql`delete from guild_scans where guild_id = ${guildId}`)
  await tx.execute(sql`delete from channel_coverage where ${inGuild}`)
  await tx.execute(sql`delete from guild_schedules where guild_id = ${guildId}`)
  await tx.execute(sql`delete from guild_members where guild_id = ${guildId}`)
  await tx.execute(sql`
    update bot_channels set is_reading = false, settings = '{}'::jsonb, message_count = 0, last_message_id = null, last_scanned_at = null
    where guild_id = ${guildId}`)
}

/** Guilds that the bot was removed from and that nobody asked to erase yet, with when that was. */
export async function listLeftGuilds(db: Executor = database()): Promise<{ guildId: string; leftAt: Date }[]> {
  const { rows } = await db.execute<{ guild_id: string; left_at: string }>(sql`
    select guild_id, to_char(left_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as left_at from bot_guilds g where left_at is not null
      and not exists (select from erasures e where e.subject = 'guild' and e.subject_id = g.guild_id and e.erased_at is null and e.cancelled_at is null)
    order by guild_id`)
  return rows.map((row) => ({ guildId: row.guild_id, leftAt: new Date(row.left_at) }))
}
