import { and, eq, isNull, sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { botGuilds, guildMembers, users } from '../models/index.ts'
import { transaction } from '../transaction.ts'
import { recordAudit } from './audit.repo.ts'

/** Who holds a guild here, and what they are called. */
export type GuildHolder = { userId: string; name: string }

/** Who claimed a guild, or null for nobody. */
export async function findGuildHolder(guildId: string, db: Executor = database()): Promise<GuildHolder | null> {
  const [row] = await db
    .select({ userId: users.discordUserId, username: users.username, globalName: users.globalName })
    .from(botGuilds)
    .innerJoin(users, eq(users.discordUserId, botGuilds.ownerUserId))
    .where(eq(botGuilds.guildId, guildId))
  return row ? { userId: row.userId, name: row.globalName ?? row.username ?? row.userId } : null
}

/** Who claimed each of these guilds; those that nobody claimed are left out. */
export async function listGuildHolders(
  guildIds: readonly string[],
  db: Executor = database(),
): Promise<Map<string, GuildHolder>> {
  const rows = await db
    .select({
      guildId: botGuilds.guildId,
      userId: users.discordUserId,
      username: users.username,
      globalName: users.globalName,
    })
    .from(botGuilds)
    .innerJoin(users, eq(users.discordUserId, botGuilds.ownerUserId))
    .where(sql`${botGuilds.guildId} in (select jsonb_array_elements_text(${JSON.stringify(guildIds)}::jsonb))`)
  return new Map(
    rows.map(({ guildId, userId, username, globalName }) => [
      guildId,
      { userId, name: globalName ?? username ?? userId },
    ]),
  )
}

/**
 * Hands a guild from one holder to another (null: nobody), if it is still held by `from` and the bot is still there: of several at once, one gets it. Returns
 * whether it did. The caller has proof for whoever gets it.
 */
export async function moveGuildClaim(
  guildId: string,
  move: {
    from: string | null
    to: string | null
    by: string
    action: 'guild.claim' | 'guild.transfer' | 'guild.unclaim'
  },
): Promise<boolean> {
  const { from, to, by, action } = move
  return transaction(async (tx) => {
    const moved = await tx
      .update(botGuilds)
      .set({ ownerUserId: to })
      .where(
        and(
          eq(botGuilds.guildId, guildId),
          from === null ? isNull(botGuilds.ownerUserId) : eq(botGuilds.ownerUserId, from),
          isNull(botGuilds.leftAt),
        ),
      )
      .returning({ guildId: botGuilds.guildId })
    if (moved.length === 0) return false
    await recordAudit({ guildId, actorId: by, via: 'web', action, target: guildId, details: { from, to } }, tx)
    return true
  })
}

/** People who have signed in here and were members of a guild when Discord was asked last, with the roles they had then. */
export async function listSignedInMembers(
  guildId: string,
  db: Executor = database(),
): Promise<(GuildHolder & { roleIds: string[] })[]> {
  const rows = await db
    .select({
      userId: users.discordUserId,
      username: users.username,
      globalName: users.globalName,
      roleIds: guildMembers.roleIds,
    })
    .from(guildMembers)
    .innerJoin(users, eq(users.discordUserId, guildMembers.userId))
    .where(and(eq(guildMembers.guildId, guildId), eq(guildMembers.isMember, true)))
    .orderBy(users.discordUserId)
  return rows.map(({ userId, username, globalName, roleIds }) => ({
    userId,
    name: globalName ?? username ?? userId,
    roleIds,
  }))
}
