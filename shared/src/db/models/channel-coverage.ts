import { sql } from 'drizzle-orm'
import { customType, foreignKey, pgEnum, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { botChannels } from './bot-channels.ts'

const int8multirange = customType<{ data: string }>({ dataType: () => 'int8multirange' })

/**
 * What is known about reading a channel. unknown: not tried. readable: its past can be read. empty: nothing was ever posted. no_permission: the bot lacks
 * one (`state_detail` names it). hidden: Discord does not show it to the bot. gone: Discord says it does not exist. rate_limited: Discord asks to wait.
 */
export const channelState = pgEnum('channel_state', [
  'unknown',
  'readable',
  'empty',
  'no_permission',
  'hidden',
  'gone',
  'rate_limited',
])

/** The message ids of a channel that have been read without a gap, as a set of ranges, and what stands in the way of the rest. */
export const channelCoverage = pgTable(
  'channel_coverage',
  {
    channelId: text('channel_id').primaryKey(),
    covered: int8multirange('covered')
      .notNull()
      .default(sql`'{}'`),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
    state: channelState('state').notNull().default('unknown'),
    /** What to do about the state, in words; null when there is nothing to do. */
    stateDetail: text('state_detail'),
    stateSince: timestamp('state_since', { withTimezone: true }).notNull().defaultNow(),
    /** Highest message id that Discord ever named in this channel; what lies above the coverage and below it is a gap. */
    newestMessageId: text('newest_message_id'),
    /** Archived threads that were archived before this moment are all known; null: never listed to the end. */
    threadsListedUntil: timestamp('threads_listed_until', { withTimezone: true }),
  },
  (table) => [
    foreignKey({
      name: 'channel_coverage_channel_id_fkey',
      columns: [table.channelId],
      foreignColumns: [botChannels.channelId],
    }).onDelete('cascade'),
  ],
)
