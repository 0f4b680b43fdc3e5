import { sql } from 'drizzle-orm'
import type { Executor } from '../database.ts'

/** A mention of a person (https://docs.discord.com/developers/reference#message-formatting). */
const MENTION = /<@!?(\d{17,20})>/g

/** The ids of people who are mentioned in a text. */
export function mentionedIn(text: string): string[] {
  return [...text.matchAll(MENTION)].flatMap(([, id]) => id ?? [])
}

/** Makes texts say "@erased" in place of those mentioned people who want nothing kept of them. One statement, and none without a mention. */
export async function forgetOptedOut(mentioned: readonly string[], tx: Executor): Promise<(text: string) => string> {
  if (mentioned.length === 0) return (text) => text
  const { rows } = await tx.execute<{ user_id: string }>(sql`
    select user_id from author_opt_outs where user_id in (select jsonb_array_elements_text(${JSON.stringify(mentioned)}::jsonb))`)
  const optedOut = new Set(rows.map((row) => row.user_id))
  return (text) => text.replaceAll(MENTION, (mention, id: string) => (optedOut.has(id) ? '@erased' : mention))
}
