import { sql } from 'drizzle-orm'
import { foreignKey, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { users } from './users.ts'

/** Invitations of the bot under way. Both times are UTC in columns without a zone, as in the original. */
export const installIntents = pgTable(
  'install_intents',
  {
    state: text('state').primaryKey(),
    userId: text('user_id').notNull(),
    guildId: text('guild_id').notNull(),
    createdAt: timestamp('created_at').default(sql`CURRENT_TIMESTAMP`),
    expiresAt: timestamp('expires_at').notNull(),
  },
  (table) => [
    foreignKey({
      name: 'install_intents_user_id_fkey',
      columns: [table.userId],
      foreignColumns: [users.discordUserId],
    }).onDelete('cascade'),
  ],
)

export type InstallIntent = typeof installIntents.$inferSelect
