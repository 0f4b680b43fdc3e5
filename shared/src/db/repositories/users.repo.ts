import { eq, sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { users, type User } from '../models/index.ts'
import { notifyAccess } from '../notifications.ts'
import { recordAudit, type AuditVia } from './audit.repo.ts'

/** A person as Discord describes them at sign-in. */
export type UserLogin = {
  discordUserId: string
  username: string | null
  globalName: string | null
  avatar: string | null
}

/** Stores who signed in and when. */
export async function upsertUserLogin(login: UserLogin, db: Executor = database()): Promise<void> {
  const { discordUserId, ...values } = login
  await db
    .insert(users)
    .values({ discordUserId, ...values, lastLoginAt: sql`now()` })
    .onConflictDoUpdate({ target: users.discordUserId, set: { ...values, lastLoginAt: sql`now()` } })
}

/** One person, or null. */
export async function findUserByDiscordId(discordUserId: string, db: Executor = database()): Promise<User | null> {
  const [row] = await db.select().from(users).where(eq(users.discordUserId, discordUserId))
  return row ?? null
}

/** What these people are called, of those who have signed in. */
export async function listPersonNames(
  discordUserIds: readonly string[],
  db: Executor = database(),
): Promise<Map<string, string>> {
  const rows = await db
    .select({ id: users.discordUserId, username: users.username, globalName: users.globalName })
    .from(users)
    .where(sql`${users.discordUserId} in (select jsonb_array_elements_text(${JSON.stringify(discordUserIds)}::jsonb))`)
  return new Map(rows.map(({ id, username, globalName }) => [id, globalName ?? username ?? id]))
}

/** Whether a person wants to see clips of age-restricted channels. */
export async function setShowsAgeRestricted(
  discordUserId: string,
  showsAgeRestricted: boolean,
  via: AuditVia,
  db: Executor = database(),
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx
      .insert(users)
      .values({ discordUserId, showsAgeRestricted })
      .onConflictDoUpdate({ target: users.discordUserId, set: { showsAgeRestricted } })
    await notifyAccess({ guildId: null, userId: discordUserId }, tx)
    const details = { showsAgeRestricted }
    await recordAudit(
      { guildId: null, actorId: discordUserId, via, action: 'preferences.change', target: discordUserId, details },
      tx,
    )
  })
}
