import { sql } from 'drizzle-orm'
import { customType, foreignKey, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { botChannels } from './bot-channels.ts'

const int8multirange = customType<{ data: string }>({ dataType: () => 'int8multirange' })

/** The message ids of a channel that have been read without a gap, as a set of ranges. */
export const channelCoverage = pgTable(
  'channel_coverage',
  {
    channelId: text('channel_id').primaryKey(),
    covered: int8multirange('covered')
      .notNull()
      .default(sql`'{}'`),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    foreignKey({
      name: 'channel_coverage_channel_id_fkey',
      columns: [table.channelId],
      foreignColumns: [botChannels.channelId],
    }).onDelete('cascade'),
  ],
)
