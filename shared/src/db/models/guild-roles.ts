import { foreignKey, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { botGuilds } from './bot-guilds.ts'

/** Roles of a guild; the role whose id is the guild's is @everyone. */
export const guildRoles = pgTable(
  'guild_roles',
  {
    guildId: text('guild_id').notNull(),
    roleId: text('role_id').notNull(),
    name: text('name').notNull(),
    position: integer('position').notNull(),
    /** Permission bits as a decimal number. */
    permissions: text('permissions').notNull(),
  },
  (table) => [
    primaryKey({ name: 'guild_roles_pkey', columns: [table.guildId, table.roleId] }),
    foreignKey({
      name: 'guild_roles_guild_id_fkey',
      columns: [table.guildId],
      foreignColumns: [botGuilds.guildId],
    }).onDelete('cascade'),
  ],
)

export type GuildRole = typeof guildRoles.$inferSelect
