import { bigint, foreignKey, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { botGuilds } from './bot-guilds.ts'

/** What the product remembers of a guild to share work fairly and to start scheduled scans once. */
export const guildSchedules = pgTable(
  'guild_schedules',
  {
    guildId: text('guild_id').primaryKey(),
    /** Until when the schedule has been looked at; taking what was due since is an update that only one process wins. Null without a schedule. */
    firedAt: timestamp('fired_at', { withTimezone: true }),
    /** The last turn given to a scan of this guild. Lower turns are served first, over all guilds. */
    turn: bigint('turn', { mode: 'number' }).notNull().default(0),
  },
  (table) => [
    foreignKey({
      name: 'guild_schedules_guild_id_fkey',
      columns: [table.guildId],
      foreignColumns: [botGuilds.guildId],
    }).onDelete('cascade'),
  ],
)
