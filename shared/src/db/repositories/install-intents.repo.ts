import { sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { isForeignKeyViolation } from '../postgres-errors.ts'
import { transaction } from '../transaction.ts'
import { recordAudit } from './audit.repo.ts'

/** How many invitations a person may have under way; the oldest gives way to a new one. */
const MOST_OPEN = 10

// Times in this table are UTC without a zone, as in the original; a guild that was not chosen is an empty text.

/** Notes that a person set out to add the bot. Throws `not-found` for somebody who never signed in. */
export async function createInstallIntent(
  intent: { state: string; userId: string; guildId: string | null; seconds: number },
  db: Executor = database(),
): Promise<void> {
  const { state, userId, guildId, seconds } = intent
  try {
    await db.execute(sql`
      with crowded as (
        delete from install_intents where state in (
          select state from install_intents where user_id = ${userId}
          order by created_at desc, state offset ${MOST_OPEN - 1}
        )
      )
      insert into install_intents (state, user_id, guild_id, created_at, expires_at)
      values (${state}, ${userId}, ${guildId ?? ''}, now() at time zone 'utc',
        (now() at time zone 'utc') + make_interval(secs => ${seconds}))`)
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error
    throw new AppError('not-found', `${userId} has never signed in`, { cause: error })
  }
}

/**
 * Spends an invitation: only its own person's, only before it expires, only once. Returns the guild it was for (null: not chosen), or null when there is no such
 * invitation. What came of it is written down for the person alone: Discord's answer comes by their browser and proves nothing about a guild.
 */
export async function takeInstallIntent(
  intent: { state: string; userId: string },
  answer: { guildId: string | null; isDeclined: boolean },
): Promise<{ guildId: string | null } | null> {
  const { state, userId } = intent
  return transaction(async (tx) => {
    const { rows } = await tx.execute<{ guild_id: string }>(sql`
      delete from install_intents
      where state = ${state} and user_id = ${userId} and expires_at > (now() at time zone 'utc')
      returning guild_id`)
    const [row] = rows
    if (!row) return null
    const wanted = row.guild_id === '' || row.guild_id === '0' ? null : row.guild_id
    await recordAudit(
      {
        guildId: null,
        actorId: userId,
        via: 'web',
        action: answer.isDeclined ? 'bot.decline' : 'bot.invite',
        target: answer.guildId ?? wanted,
      },
      tx,
    )
    return { guildId: wanted }
  })
}

/** Deletes intents that expired more than `graceSeconds` ago and returns how many. Both sides are compared as UTC. */
export async function purgeExpiredInstallIntents(graceSeconds = 300, db: Executor = database()): Promise<number> {
  const { rows } = await db.execute<{ state: string }>(sql`
    delete from install_intents
    where expires_at <= (now() at time zone 'utc') - make_interval(secs => ${graceSeconds})
    returning state`)
  return rows.length
}
