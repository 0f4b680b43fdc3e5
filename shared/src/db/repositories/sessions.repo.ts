import { and, desc, eq, gt, inArray, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { database } from '../config.ts'
import type { Executor, Transaction } from '../database.ts'
import { authAccount, authSession, authUser } from '../models/index.ts'
import { transaction } from '../transaction.ts'
import { recordAudit } from './audit.repo.ts'

/** A browser somebody is signed in with. */
export type SessionRow = {
  id: string
  createdAt: Date
  /** Last use, to the hour. */
  updatedAt: Date
  expiresAt: Date
  ipAddress: string | null
  userAgent: string | null
}

const ownUser = (db: Executor, discordUserId: string) =>
  db.select({ id: authUser.id }).from(authUser).where(eq(authUser.discordUserId, discordUserId))

/** The sessions of a person that work, last used first. */
export async function listSessions(discordUserId: string, db: Executor = database()): Promise<SessionRow[]> {
  const { id, createdAt, updatedAt, expiresAt, ipAddress, userAgent } = authSession
  return db
    .select({ id, createdAt, updatedAt, expiresAt, ipAddress, userAgent })
    .from(authSession)
    .where(and(inArray(authSession.userId, ownUser(db, discordUserId)), gt(authSession.expiresAt, sql`now()`)))
    .orderBy(desc(authSession.updatedAt), authSession.id)
}

/** Ends one session of a person. Throws `not-found` for somebody else's and for one that has ended. */
export async function endSession(discordUserId: string, sessionId: string): Promise<void> {
  await transaction(async (tx) => {
    const ended = await tx
      .delete(authSession)
      .where(and(eq(authSession.id, sessionId), inArray(authSession.userId, ownUser(tx, discordUserId))))
      .returning({ id: authSession.id })
    if (ended.length === 0)
      throw new AppError('not-found', `session ${sessionId} is not one of ${discordUserId}`, {
        publicMessage: 'This session has ended already.',
      })
    await recordAudit(
      { guildId: null, actorId: discordUserId, via: 'web', action: 'session.end', target: sessionId },
      tx,
    )
  })
}

/** Ends every session of a person and returns how many there were. */
export async function endSessions(discordUserId: string): Promise<number> {
  return transaction(async (tx) => {
    const ended = await tx
      .delete(authSession)
      .where(inArray(authSession.userId, ownUser(tx, discordUserId)))
      .returning({ id: authSession.id })
    await recordAudit(
      {
        guildId: null,
        actorId: discordUserId,
        via: 'web',
        action: 'session.end-all',
        details: { sessions: ended.length },
      },
      tx,
    )
    return ended.length
  })
}

/** What Discord gave us for a person; the texts are encrypted. */
export type StoredTokens = {
  accessToken: string | null
  refreshToken: string | null
  accessTokenExpiresAt: Date | null
}

/** The stored tokens of a person, or null for somebody without any. */
export async function findStoredTokens(discordUserId: string, db: Executor = database()): Promise<StoredTokens | null> {
  const [row] = await db.select(tokenColumns).from(authAccount).where(isAccountOf(discordUserId))
  return row ?? null
}

/**
 * Changes the stored tokens of a person, one caller at a time over all programs: a refresh token works once, and whoever comes second must see what the first
 * got. `change` returns the new tokens, 'keep', or 'sign-out': then they are forgotten and every session of the person ends.
 */
export async function changeStoredTokens(
  discordUserId: string,
  change: (stored: StoredTokens) => Promise<StoredTokens | 'keep' | 'sign-out'>,
): Promise<void> {
  await transaction(async (tx) => {
    const [stored] = await tx.select(tokenColumns).from(authAccount).where(isAccountOf(discordUserId)).for('update')
    if (!stored) return
    const changed = await change(stored)
    if (changed === 'keep') return
    const kept = changed === 'sign-out' ? NO_TOKENS : changed
    await tx
      .update(authAccount)
      .set({ ...kept, updatedAt: sql`now()` })
      .where(isAccountOf(discordUserId))
    if (changed === 'sign-out') await dropSessions(discordUserId, tx)
  })
}

const NO_TOKENS: StoredTokens = { accessToken: null, refreshToken: null, accessTokenExpiresAt: null }

const tokenColumns = {
  accessToken: authAccount.accessToken,
  refreshToken: authAccount.refreshToken,
  accessTokenExpiresAt: authAccount.accessTokenExpiresAt,
}

function isAccountOf(discordUserId: string) {
  return and(eq(authAccount.providerId, 'discord'), eq(authAccount.accountId, discordUserId))
}

async function dropSessions(discordUserId: string, tx: Transaction): Promise<void> {
  await tx.delete(authSession).where(inArray(authSession.userId, ownUser(tx, discordUserId)))
}

/** Forgets sessions and begun sign-ins that are over. Returns how many. */
export async function purgeExpiredSessions(db: Executor = database()): Promise<number> {
  const { rows } = await db.execute<{ id: string }>(sql`
    with begun as (delete from auth.verification where expires_at < now() returning id),
      sessions as (delete from auth.session where expires_at < now() returning id)
    select id from begun union all select id from sessions`)
  return rows.length
}
