import { foreignKey, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { users } from './users.ts'

/** Guilds the bot is or was in. */
export const botGuilds = pgTable(
  'bot_guilds',
  {
    guildId: text('guild_id').primaryKey(),
    name: text('name').notNull(),
    /** Full CDN URL of the icon. */
    icon: text('icon'),
    /** The web user who claimed the guild; not Discord's owner. */
    ownerUserId: text('owner_user_id'),
    joinedAt: timestamp('joined_at', { withTimezone: true }).defaultNow(),
    lastSeenAt: timestamp('last_seen_at', { withTimezone: true }).defaultNow(),
    /** The guild's owner in Discord, who may do everything. Null until the bot has seen the guild. */
    discordOwnerId: text('discord_owner_id'),
    /** When the bot was removed; null while it is a member. */
    leftAt: timestamp('left_at', { withTimezone: true }),
    /** Since when Discord says that the guild is unavailable (an outage); null: it is there. */
    unavailableSince: timestamp('unavailable_since', { withTimezone: true }),
    /** Up to when the bot has been getting every change of the guild, its roles and its channels; kept current by it while it does. Null: it does not. */
    factsCurrentAt: timestamp('facts_current_at', { withTimezone: true }),
    /** Up to when the bot has been getting every change of the guild's members; kept current by it while it does. Null: it does not. */
    membersCurrentAt: timestamp('members_current_at', { withTimezone: true }),
    /** When the bot's present session told of the guild; what was known of members before may have changed unseen. Null: there was none yet. */
    membersSince: timestamp('members_since', { withTimezone: true }),
  },
  (table) => [
    foreignKey({
      name: 'bot_guilds_owner_user_id_fkey',
      columns: [table.ownerUserId],
      foreignColumns: [users.discordUserId],
    }).onDelete('set null'),
  ],
)

export type BotGuild = typeof botGuilds.$inferSelect
