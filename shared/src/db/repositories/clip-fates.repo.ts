import { sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import type { Clip } from '../models/index.ts'

/** What became of a clip: its row, or the reason why it must not come back. */
export type ClipFate = {
  clipId: string
  state: Clip['state'] | null
  hiddenReason: Clip['hiddenReason']
  failureMessage: string | null
  /** `removed` by a person, or `purged`; null when it may be stored. */
  tombstone: string | null
}

/** What is known of each of these clips; those that are not stored and never were are left out. */
export async function listClipFates(clipIds: readonly string[], db: Executor = database()): Promise<ClipFate[]> {
  if (clipIds.length === 0) return []
  const { rows } = await db.execute<{
    clip_id: string
    state: Clip['state'] | null
    hidden_reason: Clip['hiddenReason']
    failure_message: string | null
    tombstone: string | null
  }>(sql`
    select given.clip_id, c.state, c.hidden_reason, c.failure_message, t.reason as tombstone
    from (select distinct clip_id from jsonb_array_elements_text(${JSON.stringify(clipIds)}::jsonb) as ids(clip_id)) as given
    left join clips c on c.id = given.clip_id
    left join clip_tombstones t on t.clip_id = given.clip_id
    where c.id is not null or t.clip_id is not null`)
  return rows.map((row) => ({
    clipId: row.clip_id,
    state: row.state,
    hiddenReason: row.hidden_reason,
    failureMessage: row.failure_message,
    tombstone: row.tombstone,
  }))
}
