import { sql, type SQL } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { namesPerson } from './naming-clips.ts'

/** What is kept of a person, in numbers and names. Times are ISO 8601. */
export type PersonRecord = {
  userId: string
  /** Since when nothing new is kept and nobody sees what is there; null: they do not mind. */
  optedOutSince: string | null
  clips: {
    total: number
    /** Videos and pictures on the disk, and their size. */
    videos: number
    posters: number
    bytes: number
    /** How many have the text of their message. */
    texts: number
    /** The names that came with them. */
    names: string[]
    byGuild: { guildId: string; guild: string; clips: number; channels: number; oldest: string; newest: string }[]
  }
  /** Clips of others: recorded while the person was in the voice channel, or with a mention in the text. */
  namedIn: number
  account: {
    username: string | null
    globalName: string | null
    avatar: string | null
    lastLoginAt: string | null
  } | null
  sessions: number
  tokens: number
  /** Servers where Discord's word on their membership is remembered for a while. */
  memberships: number
  /** Tags they gave, scans they asked for, clips they removed. */
  marks: number
  auditEntries: number
  /** In how many servers the managers want nothing of them. */
  blockedIn: number
}

/** Tells what is kept of a person, who need not have signed in. */
export async function describePerson(userId: string, db: Executor = database()): Promise<PersonRecord> {
  const { rows } = await db.execute<{ person: PersonRecord }>(sql`
    with mine as materialized (
      select c.*, g.name as guild from clips c join bot_guilds g using (guild_id) where c.author_id = ${userId} or c.origin_author_id = ${userId}),
    files as (
      select count(*) filter (where kind = 'video') as videos, count(*) filter (where kind = 'poster') as posters, coalesce(sum(size_bytes), 0) as bytes
      from (select distinct on (sha256) sha256, kind from mine, lateral (values (object_sha256, 'video'), (poster_sha256, 'poster')) as used(sha256, kind)
        where sha256 is not null) as used join objects using (sha256)),
    by_guild as (
      select guild_id, guild, count(*) as clips, count(distinct channel_id) as channels, min(posted_at) as oldest, max(posted_at) as newest
      from mine group by guild_id, guild)
    select jsonb_build_object(
      'userId', ${userId}::text,
      'optedOutSince', (select since from author_opt_outs where user_id = ${userId}),
      'clips', jsonb_build_object(
        'total', (select count(*) from mine),
        'videos', files.videos, 'posters', files.posters, 'bytes', files.bytes,
        'texts', (select count(*) from mine where message_content <> ''),
        'names', (select coalesce(jsonb_agg(distinct author_name) filter (where author_name is not null), '[]'::jsonb) from mine),
        'byGuild', (select coalesce(jsonb_agg(jsonb_build_object('guildId', guild_id, 'guild', guild, 'clips', clips, 'channels', channels,
          'oldest', oldest, 'newest', newest) order by clips desc, guild_id), '[]'::jsonb) from by_guild)),
      'namedIn', (select count(*) from clips where author_id is distinct from ${userId} and ${namesPerson(userId)}),
      'account', (select jsonb_build_object('username', username, 'globalName', global_name, 'avatar', avatar, 'lastLoginAt', last_login_at)
        from users where discord_user_id = ${userId}),
      'sessions', (select count(*) from auth.session s join auth."user" u on u.id = s.user_id where u.discord_user_id = ${userId}),
      'tokens', (select count(*) from api_tokens where user_id = ${userId}),
      'memberships', (select count(*) from guild_members where user_id = ${userId}),
      'marks', (select count(*) from clip_tags where tagged_by = ${userId}) + (select count(*) from guild_scans where requested_by = ${userId})
        + (select count(*) from bot_channel_scan_runs where requested_by = ${userId}) + (select count(*) from clip_tombstones where removed_by = ${userId}),
      'auditEntries', (select count(*) from audit_log where actor_id = ${userId}),
      'blockedIn', (select count(*) from author_blocks where user_id = ${userId})) as person
    from files`)
  const [row] = rows
  if (!row) throw new Error('a statement without a condition answered nothing')
  return row.person
}

/** A clip of a person, with everything that is kept of it; for their export. */
export type PersonClip = Record<string, unknown> & {
  id: string
  filename: string
  posted_at: string
  object_sha256: string | null
  poster_sha256: string | null
  video_bytes: number | null
  poster_bytes: number | null
}

/** The clips of a person in the order of their ids, hidden ones included, a page after `after`; whatever the person may see in Discord now. */
export async function listPersonClips(
  userId: string,
  { after, limit }: { after: string | null; limit: number },
  db: Executor = database(),
): Promise<PersonClip[]> {
  const { rows } = await db.execute<{ clip: PersonClip }>(sql`
    select to_jsonb(c) || jsonb_build_object('guild', g.name, 'channel', ch.name, 'video_bytes', video.size_bytes, 'poster_bytes', poster.size_bytes,
      'tags', (select coalesce(jsonb_agg(tag order by tag), '[]'::jsonb) from clip_tags t where t.clip_id = c.id)) as clip
    from clips c join bot_guilds g using (guild_id) left join bot_channels ch on ch.channel_id = c.channel_id
    left join objects video on video.sha256 = c.object_sha256 left join objects poster on poster.sha256 = c.poster_sha256
    where (c.author_id = ${userId} or c.origin_author_id = ${userId}) and (${after}::numeric is null or c.id::numeric > ${after}::numeric)
    order by c.id::numeric limit ${limit}`)
  return rows.map(({ clip }) => clip)
}

/** What the person changed, as the audit log has it; for their export. */
export async function listPersonAudit(userId: string, db: Executor = database()): Promise<Record<string, unknown>[]> {
  const { rows } = await db.execute<{ entry: Record<string, unknown> }>(sql`
    select to_jsonb(a) as entry from audit_log a where actor_id = ${userId} order by id`)
  return rows.map(({ entry }) => entry)
}

/**
 * Everything else that has the person's id, a row of a table each, without secrets; for their export. Nothing in it tells of what they may not see: of clips of others
 * that name them only when and how, with the server where they are a member, and no memberships that Discord says they do not have.
 */
export async function listPersonRecords(userId: string, db: Executor = database()): Promise<Record<string, unknown>[]> {
  const of = (table: string, rows: SQL) =>
    sql`select jsonb_build_object('table', ${table}::text) || to_jsonb(t) as record from (${rows}) t`
  const named = sql`
    select (select m.guild_id from guild_members m where m.guild_id = clips.guild_id and m.user_id = ${userId} and m.is_member) as guild_id,
      posted_at, (select jsonb_agg(p) from jsonb_array_elements(participants) p where p->>'id' = ${userId}) as participant,
      (message_content like ${`%<@${userId}>%`} or message_content like ${`%<@!${userId}>%`}) as is_mentioned
    from clips where author_id is distinct from ${userId} and ${namesPerson(userId)} order by id`
  const sources = [
    of('users', sql`select * from users where discord_user_id = ${userId}`),
    of(
      'sessions',
      sql`select s.id, s.created_at, s.updated_at, s.expires_at, s.ip_address, s.user_agent
        from auth.session s join auth."user" u on u.id = s.user_id where u.discord_user_id = ${userId}`,
    ),
    of(
      'accounts',
      sql`select a.provider_id, a.account_id, a.scope, a.created_at, a.updated_at
        from auth.account a join auth."user" u on u.id = a.user_id where u.discord_user_id = ${userId}`,
    ),
    of(
      'api_tokens',
      sql`select id, name, hint, scopes, created_at, expires_at, last_used_at, revoked_at from api_tokens where user_id = ${userId}`,
    ),
    of('guild_members', sql`select * from guild_members where user_id = ${userId} and is_member`),
    of('thread_members', sql`select * from thread_members where user_id = ${userId}`),
    of('author_opt_outs', sql`select * from author_opt_outs where user_id = ${userId}`),
    of('author_blocks', sql`select guild_id, reason, since from author_blocks where user_id = ${userId}`),
    of('clip_tags', sql`select * from clip_tags where tagged_by = ${userId}`),
    of('clip_tombstones', sql`select * from clip_tombstones where removed_by = ${userId}`),
    of('guild_scans', sql`select id, guild_id, mode, created_at from guild_scans where requested_by = ${userId}`),
    of(
      'bot_channel_scan_runs',
      sql`select id, channel_id, created_at from bot_channel_scan_runs where requested_by = ${userId}`,
    ),
    of('install_intents', sql`select guild_id, created_at, expires_at from install_intents where user_id = ${userId}`),
    of(
      'audit_log',
      sql`select id, at, guild_id, action, details from audit_log where target = ${userId} and actor_id is distinct from ${userId}`,
    ),
    of('clips of others', named),
  ]
  const { rows } = await db.execute<{ record: Record<string, unknown> }>(sql.join(sources, sql` union all `))
  return rows.map(({ record }) => record)
}
