import { boolean, pgTable, serial, text, timestamp, unique } from 'drizzle-orm/pg-core'

/** People who have signed in. The original's table; linked to sign-in by `discord_user_id`. */
export const users = pgTable(
  'users',
  {
    id: serial('id').primaryKey(),
    discordUserId: text('discord_user_id').notNull(),
    username: text('username'),
    globalName: text('global_name'),
    /** Hash of the avatar on Discord, or the URL of an image. */
    avatar: text('avatar'),
    lastLoginAt: timestamp('last_login_at', { withTimezone: true }),
    /** Whether the person wants to see clips of age-restricted channels. */
    showsAgeRestricted: boolean('shows_age_restricted').notNull().default(false),
  },
  (table) => [unique('users_discord_user_id_key').on(table.discordUserId)],
)

export type User = typeof users.$inferSelect
