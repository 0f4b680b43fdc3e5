import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { apiTokens, users, type ApiToken } from '../models/index.ts'
import { transaction } from '../transaction.ts'
import { recordAudit, type AuditVia } from './audit.repo.ts'

/** How many tokens that still work a person may have. */
export const MOST_API_TOKENS = 20
const MOST_LISTED = 100

/** How often the time of a token's last use is written, at most. */
const LAST_USE_SECONDS = 60

/** A token as its owner sees it. */
export type ApiTokenRow = Omit<ApiToken, 'hash' | 'userId'>

/** Stores a token by its SHA-256. Throws `conflict` over the most that a person may have, and `not-found` for somebody who never signed in. */
export async function createApiToken(
  token: Pick<ApiToken, 'userId' | 'name' | 'hash' | 'hint' | 'scopes'> & { days: number },
  via: AuditVia = 'web',
): Promise<ApiTokenRow> {
  const { days, ...values } = token
  return transaction(async (tx) => {
    // Locked, so that two at once do not both find room.
    const [person] = await tx
      .select({ id: users.id })
      .from(users)
      .where(eq(users.discordUserId, token.userId))
      .for('update')
    if (!person) throw new AppError('not-found', `${token.userId} has never signed in`)
    const working = await tx.$count(
      apiTokens,
      and(eq(apiTokens.userId, token.userId), isNull(apiTokens.revokedAt), sql`${apiTokens.expiresAt} > now()`),
    )
    if (working >= MOST_API_TOKENS)
      throw new AppError('conflict', `${token.userId} has ${working} tokens`, {
        publicMessage: `You have ${working} tokens, the most there may be. Revoke one that you do not need any more.`,
      })
    const [row] = await tx
      .insert(apiTokens)
      .values({ ...values, expiresAt: sql`now() + make_interval(days => ${days})` })
      .returning()
    if (!row) throw new AppError('internal', 'the token was not stored')
    await recordAudit(
      {
        guildId: null,
        actorId: token.userId,
        via,
        action: 'api-token.create',
        target: row.id,
        details: { name: row.name, scopes: row.scopes, expires: row.expiresAt.toISOString() },
      },
      tx,
    )
    return toOwn(row)
  })
}

/** The newest tokens of a person; revoked and expired ones too. */
export async function listApiTokens(userId: string, db: Executor = database()): Promise<ApiTokenRow[]> {
  const rows = await db
    .select()
    .from(apiTokens)
    .where(eq(apiTokens.userId, userId))
    .orderBy(desc(apiTokens.createdAt), apiTokens.id)
    .limit(MOST_LISTED)
  return rows.map(toOwn)
}

/** Ends a token at once. Throws `not-found` for one that is revoked already or somebody else's. */
export async function revokeApiToken(userId: string, id: string, via: AuditVia = 'web'): Promise<void> {
  await transaction(async (tx) => {
    const [row] = await tx
      .update(apiTokens)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(apiTokens.id, id), eq(apiTokens.userId, userId), isNull(apiTokens.revokedAt)))
      .returning({ name: apiTokens.name })
    if (!row)
      throw new AppError('not-found', `token ${id} is not one of ${userId}`, {
        publicMessage: 'There is no such token.',
      })
    await recordAudit(
      { guildId: null, actorId: userId, via, action: 'api-token.revoke', target: id, details: { name: row.name } },
      tx,
    )
  })
}

/** Forgets tokens that ended so long ago that nobody asks any more what they were. Returns how many. */
export async function purgeEndedApiTokens(db: Executor = database()): Promise<number> {
  const { rows } = await db.execute<{ id: string }>(sql`
    delete from api_tokens where least(expires_at, revoked_at) < now() - interval '90 days' returning id`)
  return rows.length
}

/** A token that works now, and who it speaks for. */
export type TokenUser = {
  id: string
  hash: string
  userId: string
  scopes: readonly string[]
  username: string | null
  globalName: string | null
  avatar: string | null
}

/**
 * The token with this SHA-256, or null when it is unknown, revoked or expired: one statement in each case. When it was last used is written down once a
 * minute at most.
 */
export async function useApiToken(hash: string, db: Executor = database()): Promise<TokenUser | null> {
  const { rows } = await db.execute<{
    id: string
    hash: string
    user_id: string
    scopes: string[]
    username: string | null
    global_name: string | null
    avatar: string | null
  }>(sql`
    with found as (
      select t.id, t.hash, t.user_id, t.scopes, t.last_used_at, u.username, u.global_name, u.avatar
      from api_tokens t join users u on u.discord_user_id = t.user_id
      where t.hash = ${hash} and t.revoked_at is null and t.expires_at > now()
    ), used as (
      update api_tokens set last_used_at = now()
      where id in (
        select id from found
        where last_used_at is null or last_used_at < now() - make_interval(secs => ${LAST_USE_SECONDS})
      )
    )
    select id, hash, user_id, scopes, username, global_name, avatar from found`)
  const [row] = rows
  if (!row) return null
  const { user_id: userId, global_name: globalName, ...rest } = row
  return { ...rest, userId, globalName }
}

function toOwn({ hash: _hash, userId: _userId, ...row }: ApiToken): ApiTokenRow {
  return row
}
