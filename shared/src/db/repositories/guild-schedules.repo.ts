import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor, Transaction } from '../database.ts'

/** A guild the bot is in, with its stored settings and until when its schedule has been looked at. */
export type ScheduleState = { guildId: string; settings: unknown; lookedUntil: Date | null }

/** All guilds the bot is in. */
export async function listScheduleStates(db: Executor = database()): Promise<ScheduleState[]> {
  const { rows } = await db.execute<{ guild_id: string; settings: unknown; fired_at: Date | null }>(sql`
    select g.guild_id, s.settings, d.fired_at
    from bot_guilds g left join guild_settings s using (guild_id) left join guild_schedules d using (guild_id)
    where g.left_at is null
    order by g.guild_id`)
  return rows.map((row) => ({
    guildId: row.guild_id,
    settings: row.settings,
    lookedUntil: row.fired_at && new Date(row.fired_at),
  }))
}

/** Notes that nothing of these schedules was due until `moment`; what another process has noted meanwhile stays when it is later. */
export async function noteSchedulesLooked(
  guildIds: readonly string[],
  moment: Date,
  db: Executor = database(),
): Promise<void> {
  if (guildIds.length === 0) return
  await db.execute(sql`
    insert into guild_schedules as stored (guild_id, fired_at)
    select guild_id, ${moment.toISOString()}::timestamptz from bot_guilds
    where guild_id in (select jsonb_array_elements_text(${JSON.stringify(guildIds)}::jsonb))
    order by guild_id
    on conflict (guild_id) do update set fired_at = greatest(stored.fired_at, excluded.fired_at)`)
}

/** Forgets until when the schedules of these guilds were looked at, because they have none any more. */
export async function forgetSchedules(guildIds: readonly string[], db: Executor = database()): Promise<void> {
  if (guildIds.length === 0) return
  await db.execute(sql`
    update guild_schedules set fired_at = null
    where guild_id in (select guild_id from guild_schedules
      where guild_id in (select jsonb_array_elements_text(${JSON.stringify(guildIds)}::jsonb)) order by guild_id for no key update)`)
}

/** Takes what was due between two moments. True for one process only, however many see it. */
export async function claimSchedule(guildId: string, since: Date, until: Date, tx: Transaction): Promise<boolean> {
  const { rows } = await tx.execute<{ guild_id: string }>(sql`
    update guild_schedules set fired_at = ${until.toISOString()}::timestamptz
    where guild_id = ${guildId} and fired_at = ${since.toISOString()}::timestamptz
    returning guild_id`)
  return rows.length > 0
}
