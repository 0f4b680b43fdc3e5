import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'

/**
 * Gives each piece of work the next turn of its guild. Lower turns are served first, so guilds take turns however much each of them has waiting. A guild
 * that comes new begins where the others are now, not where they once began. `jobName` is the queue in which turns wait as negative priorities.
 */
export async function takeTurns(
  guildIds: readonly string[],
  jobName: string,
  db: Executor = database(),
): Promise<number[]> {
  if (guildIds.length === 0) return []
  // Sorted, so that two callers lock the guilds in one order.
  const { rows } = await db.execute<{ guild_id: string; first: string }>(sql`
    with given as (
      select guild_id, count(*) as wanted from jsonb_array_elements_text(${JSON.stringify(guildIds)}::jsonb) as all_given(guild_id)
      where guild_id in (select guild_id from bot_guilds) group by guild_id),
    served as (
      select coalesce(
        (select min(-priority) from pgboss.job where name = ${jobName} and state < 'active' and start_after <= now()),
        (select max(turn) from guild_schedules), 0) as turn),
    taken as (
      insert into guild_schedules as stored (guild_id, turn)
      select given.guild_id, served.turn + given.wanted from given, served order by given.guild_id
      on conflict (guild_id) do update set turn = greatest(stored.turn, (select turn from served)) + (select wanted from given where given.guild_id = stored.guild_id)
      returning guild_id, turn)
    select guild_id, taken.turn - given.wanted + 1 as first from taken join given using (guild_id)`)
  const next = new Map(rows.map((row) => [row.guild_id, Number(row.first)]))
  return guildIds.map((guildId) => {
    const turn = next.get(guildId) ?? 0
    next.set(guildId, turn + 1)
    return turn
  })
}
