import { sql, type SQL } from 'drizzle-orm'
import { mayManage, type GuildAccess } from '../../domain/access.ts'
import { isUnwanted } from './unwanted-clips.ts'

/** Where the clips stand in a statement. */
type ClipTable = 'clips' | 'inner_clips'

/**
 * The one condition under which a clip may be shown to the person of these grants: every statement that shows, counts or changes clips for somebody has it.
 * `list`: it may stand in lists and counts. `link`: it may be shown to who asks for it by its id; unlisted clips then, too.
 */
export function visibleClips(access: readonly GuildAccess[], mode: 'list' | 'link', table: ClipTable = 'clips'): SQL {
  return sql`(${sql.raw(`${table}.channel_id`)} in (select jsonb_array_elements_text(${channelsOf(access)}::jsonb)) and ${shownClips(access, mode, table)})`
}

/** `visibleClips` for a statement that takes the channels from `channelsOf` itself. */
export function shownClips(access: readonly GuildAccess[], mode: 'list' | 'link', table: ClipTable = 'clips'): SQL {
  const column = (name: string) => sql.raw(`${table}.${name}`)
  const managed = JSON.stringify(access.filter(mayManage).map(({ guildId }) => guildId))
  const open = mode === 'link' ? sql.raw(`('public', 'unlisted')`) : sql.raw(`('public')`)
  return sql`(${column('hidden_at')} is null
    and (${column('visibility')} in ${open} or ${column('author_id')} = ${access[0]?.userId ?? ''}
      or ${managed}::jsonb ? ${column('guild_id')})
    and not ${isUnwanted(table)})`
}

/** The channels of grants, as JSON. */
export function channelsOf(access: readonly GuildAccess[]): string {
  return JSON.stringify([...new Set(access.flatMap((grant) => grant.channelIds))])
}
