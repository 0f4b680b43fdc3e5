import { sql } from 'drizzle-orm'
import type { GuildAccess } from '../../domain/access.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import type { AuditEntry } from '../models/index.ts'
import { visibleClips } from './visible-clips.ts'

const IDS = /\b\d{17,20}\b/g

/**
 * The entries that tell of a channel or a clip which the one who looks may not see in Discord, and of clips that are not there any more. That somebody did something
 * may be shown; what it was about may not.
 */
export async function findUnseenEntries(
  access: GuildAccess,
  entries: readonly AuditEntry[],
  db: Executor = database(),
): Promise<ReadonlySet<AuditEntry>> {
  const named = new Map(entries.map((entry) => [entry, idsIn(entry)]))
  const ids = [...new Set([...named.values()].flat())]
  const { rows } = await db.execute<{ id: string; is_seen: boolean }>(sql`
    with asked as (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) as id),
      granted as (select jsonb_array_elements_text(${JSON.stringify(access.channelIds)}::jsonb) as id)
    select c.channel_id as id, c.channel_id in (select id from granted) as is_seen
    from bot_channels c where c.channel_id in (select id from asked)
    union all
    select clips.id, ${visibleClips([access], 'link')} from clips where clips.id in (select id from asked)`)
  const sight = new Map(rows.map((row) => [row.id, row.is_seen]))
  return new Set(
    entries.filter(
      (entry) =>
        named.get(entry)?.some((id) => sight.get(id) === false) ||
        (entry.action.startsWith('clip.') && sight.get(entry.target ?? '') !== true),
    ),
  )
}

function idsIn({ target, details }: AuditEntry): string[] {
  return `${target} ${JSON.stringify(details)}`.match(IDS) ?? []
}
