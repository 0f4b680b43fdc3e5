import { and, eq, gt, sql } from 'drizzle-orm'
import { database } from '../config.ts'
import type { Executor } from '../database.ts'
import { guildMembers, type GuildMember } from '../models/index.ts'

/** What Discord said about a membership within the last `maxAgeMs`, or null when it must be asked. */
export async function findFreshMember(
  guildId: string,
  userId: string,
  maxAgeMs: number,
  db: Executor = database(),
): Promise<GuildMember | null> {
  const [row] = await db
    .select()
    .from(guildMembers)
    .where(
      and(
        eq(guildMembers.guildId, guildId),
        eq(guildMembers.userId, userId),
        gt(guildMembers.checkedAt, sql`now() - make_interval(secs => ${maxAgeMs / 1000}::double precision)`),
      ),
    )
  return row ?? null
}

/** What Discord says of a member. */
export type MemberRecord = { roleIds: readonly string[]; isPending: boolean; timeoutUntil: Date | null }

/** Keeps what Discord just said about a membership; null: not a member. */
export async function putMember(
  guildId: string,
  userId: string,
  member: MemberRecord | null,
  db: Executor = database(),
): Promise<void> {
  const values = {
    isMember: member !== null,
    roleIds: [...(member?.roleIds ?? [])],
    isPending: member?.isPending ?? false,
    timeoutUntil: member?.timeoutUntil ?? null,
    checkedAt: sql`now()`,
  }
  await db
    .insert(guildMembers)
    .values({ guildId, userId, ...values })
    .onConflictDoUpdate({ target: [guildMembers.guildId, guildMembers.userId], set: values })
}

/** Forgets what is known about the memberships of a guild, so that the next look asks Discord. */
export async function forgetMembers(guildId: string, db: Executor = database()): Promise<void> {
  await db.delete(guildMembers).where(eq(guildMembers.guildId, guildId))
}

/** Forgets what is known about one membership, so that the next look asks Discord. */
export async function forgetMember(guildId: string, userId: string, db: Executor = database()): Promise<void> {
  await db.delete(guildMembers).where(and(eq(guildMembers.guildId, guildId), eq(guildMembers.userId, userId)))
}
