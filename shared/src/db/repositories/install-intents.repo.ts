import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'

/** Deletes intents that expired more than `graceSeconds` ago and returns how many. Both sides are compared as UTC. */
export async function purgeExpiredInstallIntents(graceSeconds = 300, db: Executor = database()): Promise<number> {
  const { rows } = await db.execute<{ state: string }>(sql`
    delete from install_intents
    where expires_at <= (now() at time zone 'utc') - make_interval(secs => ${graceSeconds})
    returning state`)
  return rows.length
}
