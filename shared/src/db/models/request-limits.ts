import { bigint, integer, pgTable, text } from 'drizzle-orm/pg-core'

/** How often a person or an address asked within a window. Addresses stand here as keyed hashes. */
export const requestLimits = pgTable('request_limits', {
  key: text('key').primaryKey(),
  points: integer('points').notNull().default(0),
  /** Unix time in milliseconds at which the window ends. */
  expire: bigint('expire', { mode: 'number' }),
})
