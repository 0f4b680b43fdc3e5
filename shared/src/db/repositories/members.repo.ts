import { and, eq, sql, type SQL } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { botGuilds, guildMembers, type GuildMember } from '../models/index.ts'
import { notifyAccess } from '../notifications.ts'

/** The bot says every few seconds that it hears of every change; after so long without, it may have missed one. */
const TOLD_MAX_AGE = sql`interval '10 seconds'`

/**
 * What is known of a membership and still counts, or null when Discord must be asked. While the bot is told every change of the guild's members, it is what Discord said since
 * the bot's session began; otherwise what it said within the last `maxAgeMs`. What it said before that session never counts.
 */
export async function findFreshMember(
  guildId: string,
  userId: string,
  maxAgeMs: number,
  db: Executor = database(),
): Promise<GuildMember | null> {
  const rows = await selectFresh(userId, maxAgeMs, eq(guildMembers.guildId, guildId), db)
  return rows.at(0) ?? null
}

/** `findFreshMember` of one person in every guild where it is known, in one statement. */
export async function listFreshMemberships(
  userId: string,
  maxAgeMs: number,
  db: Executor = database(),
): Promise<Map<string, GuildMember>> {
  const rows = await selectFresh(userId, maxAgeMs, undefined, db)
  return new Map(rows.map((row) => [row.guildId, row]))
}

async function selectFresh(
  userId: string,
  maxAgeMs: number,
  where: SQL | undefined,
  db: Executor,
): Promise<GuildMember[]> {
  const rows = await db
    .select({ member: guildMembers })
    .from(guildMembers)
    .innerJoin(botGuilds, eq(botGuilds.guildId, guildMembers.guildId))
    .where(
      and(
        where,
        eq(guildMembers.userId, userId),
        sql`${guildMembers.checkedAt} >= coalesce(${botGuilds.membersSince}, '-infinity')`,
        sql`(${guildMembers.checkedAt} > now() - make_interval(secs => ${maxAgeMs / 1000}::double precision)
          or (${botGuilds.membersSince} is not null and ${botGuilds.membersCurrentAt} > now() - ${TOLD_MAX_AGE}))`,
      ),
    )
  return rows.map(({ member }) => member)
}

/** What Discord says of a member. */
export type MemberRecord = { roleIds: readonly string[]; isPending: boolean; timeoutUntil: Date | null }

/** A moment by the database's clock, to the microsecond; only to be handed back. */
export type DatabaseTime = string

/** Now, by the clock that all programs share. */
export async function databaseTime(db: Executor = database()): Promise<DatabaseTime> {
  const { rows } = await db.execute<{ now: string }>(sql`select now()::text as now`)
  return rows[0]?.now ?? '-infinity'
}

/**
 * Keeps what Discord answered about a membership; null: not a member. With `askedAt`, the moment before it was asked, nothing that became known since is replaced: an event
 * may have overtaken the answer.
 */
export async function putMember(
  guildId: string,
  userId: string,
  member: MemberRecord | null,
  { askedAt = null, db = database() }: { askedAt?: DatabaseTime | null; db?: Executor } = {},
): Promise<void> {
  const values = valuesOf(member)
  const checkedAt = sql`coalesce(${askedAt}::timestamptz, now())`
  await db
    .insert(guildMembers)
    .values({ guildId, userId, ...values, checkedAt })
    .onConflictDoUpdate({
      target: [guildMembers.guildId, guildMembers.userId],
      set: { ...values, checkedAt },
      setWhere: sql`${guildMembers.checkedAt} <= ${checkedAt}`,
    })
}

/** Keeps what an event says of a member, null: left. Nothing is kept of people who never signed in here. */
export async function noteMember(
  guildId: string,
  userId: string,
  member: MemberRecord | null,
  db: Executor = database(),
): Promise<void> {
  const { isMember, roleIds, isPending, timeoutUntil } = valuesOf(member)
  await db.execute(sql`
    with noted as (
      insert into guild_members (guild_id, user_id, is_member, role_ids, is_pending, timeout_until, checked_at)
      select g.guild_id, ${userId}, ${isMember}, array(select jsonb_array_elements_text(${JSON.stringify(roleIds)}::jsonb)), ${isPending}, ${timeoutUntil?.toISOString() ?? null}::timestamptz, now()
      from bot_guilds g
      where g.guild_id = ${guildId}
        and (exists (select from users where discord_user_id = ${userId})
          or exists (select from guild_members m where m.guild_id = ${guildId} and m.user_id = ${userId}))
      on conflict (guild_id, user_id) do update set is_member = excluded.is_member, role_ids = excluded.role_ids, is_pending = excluded.is_pending,
        timeout_until = excluded.timeout_until, checked_at = excluded.checked_at
      returning guild_id, user_id)
    select pg_notify('dcs_access', guild_id || ' ' || user_id) from noted`)
}

/** Forgets what is known about the memberships of a guild, so that the next look asks Discord. */
export async function forgetMembers(guildId: string, db: Executor = database()): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.delete(guildMembers).where(eq(guildMembers.guildId, guildId))
    await notifyAccess({ guildId, userId: null }, tx)
  })
}

/** Notes that a session of the bot tells of these guilds from now on: what was known of their members before does not count any more. */
export async function beginMemberNews(guildIds: readonly string[], db: Executor = database()): Promise<void> {
  await db.execute(sql`
    with begun as (
      update bot_guilds set members_since = clock_timestamp(), members_current_at = null, facts_current_at = null
      where guild_id in (select guild_id from bot_guilds where guild_id in ${listOf(guildIds)} order by guild_id for no key update)
      returning guild_id)
    select pg_notify('dcs_access', guild_id) from begun`)
}

/**
 * Notes that everything Discord told of these guilds up to `ageMs` ago is stored: of roles and channels, and, where `hearsOfMembers`, of members. To be said again every few
 * seconds; what is not said for `TOLD_MAX_AGE` does not count any more.
 */
export async function noteGuildsCurrent(
  guildIds: readonly string[],
  { ageMs, hearsOfMembers }: { ageMs: number; hearsOfMembers: boolean },
  db: Executor = database(),
): Promise<void> {
  if (guildIds.length === 0) return
  await db.execute(sql`
    with moment as (select now() - make_interval(secs => ${ageMs / 1000}::double precision) as at)
    update bot_guilds set facts_current_at = at, members_current_at = case when ${hearsOfMembers} then at end from moment
    where guild_id in (select guild_id from bot_guilds where guild_id in ${listOf(guildIds)} order by guild_id for no key update)`)
}

/** The guilds whose roles and channels are stored as they are now, because the bot hears of every change. */
export async function listCurrentGuilds(db: Executor = database()): Promise<Set<string>> {
  const { rows } = await db.execute<{ guild_id: string }>(
    sql`select guild_id from bot_guilds where left_at is null and facts_current_at > now() - ${TOLD_MAX_AGE}`,
  )
  return new Set(rows.map((row) => row.guild_id))
}

/** The guilds that somebody was in when Discord was last asked. */
export async function listKnownMemberships(userId: string, db: Executor = database()): Promise<Set<string>> {
  const rows = await db
    .select({ guildId: guildMembers.guildId })
    .from(guildMembers)
    .where(and(eq(guildMembers.userId, userId), eq(guildMembers.isMember, true)))
  return new Set(rows.map(({ guildId }) => guildId))
}

/** Notes that the bot hears of changes of these guilds' members no more. */
export async function withdrawMemberNews(guildIds: readonly string[], db: Executor = database()): Promise<void> {
  if (guildIds.length === 0) return
  await db.execute(sql`
    update bot_guilds set members_current_at = null, facts_current_at = null
    where guild_id in (select guild_id from bot_guilds where guild_id in ${listOf(guildIds)}
      and (members_current_at is not null or facts_current_at is not null) order by guild_id for no key update)`)
}

function valuesOf(member: MemberRecord | null) {
  return {
    isMember: member !== null,
    roleIds: [...(member?.roleIds ?? [])],
    isPending: member?.isPending ?? false,
    timeoutUntil: member?.timeoutUntil ?? null,
  }
}

/** More ids than a statement may have parameters are no problem in one JSON parameter. */
function listOf(ids: readonly string[]) {
  return sql`(select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`
}
