import { sql, type SQL } from 'drizzle-orm'

/** The condition on `clips` that a clip names this person: recorded while they were in the voice channel, or with a mention of them in the text. Two partial indexes answer it. */
export function namesPerson(userId: string): SQL {
  return sql`((participants <> '[]'::jsonb and participants @> ${JSON.stringify([{ id: userId }])}::jsonb)
    or (message_content like '%<@%' and (message_content like ${`%<@${userId}>%`} or message_content like ${`%<@!${userId}>%`})))`
}
