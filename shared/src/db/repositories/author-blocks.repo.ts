import { and, desc, eq, sql } from 'drizzle-orm'
import { AppError } from '../../core/errors.ts'
import { mayManage, type GuildAccess } from '../../domain/access.ts'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { authorBlocks } from '../models/index.ts'
import { recordAudit, type AuditVia } from './audit.repo.ts'
import { lockAuthor, notifyClipsOf } from './author-optouts.repo.ts'
import { channelsOf } from './visible-clips.ts'

/** An author of whom nothing is kept or shown in a guild. The name is the one on their latest clip. */
export type BlockedAuthor = { userId: string; name: string | null; reason: string | null; since: Date; clips: number }

/** Keeps nothing new of an author in this guild and shows nothing of them any more; what is stored stays. False when it was so before. */
export async function blockAuthor(
  access: GuildAccess,
  { authorId, reason, via }: { authorId: string; reason: string | null; via: AuditVia },
  db: Executor = database(),
): Promise<boolean> {
  requireManager(access)
  const { guildId, userId } = access
  return db.transaction(async (tx) => {
    await lockAuthor(authorId, tx)
    const added = await tx
      .insert(authorBlocks)
      .values({ guildId, userId: authorId, blockedBy: userId, reason })
      .onConflictDoNothing()
      .returning({ userId: authorBlocks.userId })
    if (added.length === 0) return false
    await notifyClipsOf(authorId, { guildId }, tx)
    await recordAudit({ guildId, actorId: userId, via, action: 'author.block', target: authorId }, tx)
    return true
  })
}

/** Shows and keeps an author's clips again. False when they were not blocked. */
export async function unblockAuthor(
  access: GuildAccess,
  { authorId, via }: { authorId: string; via: AuditVia },
  db: Executor = database(),
): Promise<boolean> {
  requireManager(access)
  const { guildId, userId } = access
  return db.transaction(async (tx) => {
    await lockAuthor(authorId, tx)
    const removed = await tx
      .delete(authorBlocks)
      .where(and(eq(authorBlocks.guildId, guildId), eq(authorBlocks.userId, authorId)))
      .returning({ userId: authorBlocks.userId })
    if (removed.length === 0) return false
    await notifyClipsOf(authorId, { guildId }, tx)
    await recordAudit({ guildId, actorId: userId, via, action: 'author.unblock', target: authorId }, tx)
    return true
  })
}

/** The blocked authors of a guild, latest first; names and counts are those of clips in channels that the manager sees. */
export async function listBlockedAuthors(access: GuildAccess, db: Executor = database()): Promise<BlockedAuthor[]> {
  requireManager(access)
  const own = sql`from clips c where c.author_id = ${authorBlocks.userId} and c.guild_id = ${authorBlocks.guildId}
    and c.channel_id in (select jsonb_array_elements_text(${channelsOf([access])}::jsonb))`
  return db
    .select({
      userId: authorBlocks.userId,
      reason: authorBlocks.reason,
      since: authorBlocks.since,
      name: sql<string | null>`(select c.author_name ${own} order by c.posted_at desc limit 1)`,
      clips: sql<number>`(select count(*)::int ${own})`,
    })
    .from(authorBlocks)
    .where(eq(authorBlocks.guildId, access.guildId))
    .orderBy(desc(authorBlocks.since), authorBlocks.userId)
}

function requireManager(access: GuildAccess): void {
  if (!mayManage(access)) throw new AppError('not-found', `${access.userId} does not manage ${access.guildId}`)
}
