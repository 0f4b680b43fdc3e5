import { sql } from 'drizzle-orm'
import { boolean, foreignKey, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import { botGuilds } from './bot-guilds.ts'

/** What Discord last said about a viewer's membership. Short-lived: read through, never trusted for long. */
export const guildMembers = pgTable(
  'guild_members',
  {
    guildId: text('guild_id').notNull(),
    userId: text('user_id').notNull(),
    isMember: boolean('is_member').notNull(),
    roleIds: text('role_ids')
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    /** Has not yet accepted the rules of the guild (membership screening). */
    isPending: boolean('is_pending').notNull().default(false),
    /** Until when the person is timed out; past or null: not. */
    timeoutUntil: timestamp('timeout_until', { withTimezone: true }),
    checkedAt: timestamp('checked_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ name: 'guild_members_pkey', columns: [table.guildId, table.userId] }),
    foreignKey({
      name: 'guild_members_guild_id_fkey',
      columns: [table.guildId],
      foreignColumns: [botGuilds.guildId],
    }).onDelete('cascade'),
  ],
)

export type GuildMember = typeof guildMembers.$inferSelect
