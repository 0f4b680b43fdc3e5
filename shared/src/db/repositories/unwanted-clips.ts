import { sql, type SQL } from 'drizzle-orm'

/**
 * The condition that a clip is of an author who opted out, or whom the managers of its guild blocked: nobody sees it, and no bytes of it are stored. A clip that moved to a
 * forward is still its author's, though the forward does not say so.
 */
export function isUnwanted(table: string): SQL {
  const author = `coalesce(${table}.author_id, ${table}.origin_author_id)`
  return sql.raw(`(exists (select from author_opt_outs o where o.user_id = ${author})
    or exists (select from author_blocks b where b.guild_id = ${table}.guild_id and b.user_id = ${author}))`)
}

/** Why a clip is out of sight whose bytes nobody fetches: the daily cap holds it back, it was filtered out, or somebody removed it. */
export const HELD_BACK_REASONS = ['daily_cap', 'filtered', 'removed', 'author'] as const

/** The condition that the bytes of a clip may be fetched. */
export function mayBeFetched(table: string): SQL {
  const reason = `${table}.hidden_reason`
  return sql`(not ${isUnwanted(table)} and ${sql.raw(`(${reason} is null or ${reason} not in (${HELD_BACK_REASONS.map((held) => `'${held}'`).join(', ')}))`)})`
}
