import { foreignKey, index, pgTable, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core'
import { users } from './users.ts'

/** Tokens with which a person's programs use the API. Only the SHA-256 of a token is kept. */
export const apiTokens = pgTable(
  'api_tokens',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    userId: text('user_id').notNull(),
    name: text('name').notNull(),
    hash: text('hash').notNull(),
    /** The beginning of the token, by which its owner recognises it. */
    hint: text('hint').notNull(),
    scopes: text('scopes').array().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
    lastUsedAt: timestamp('last_used_at', { withTimezone: true }),
    revokedAt: timestamp('revoked_at', { withTimezone: true }),
  },
  (table) => [
    foreignKey({
      name: 'api_tokens_user_id_fkey',
      columns: [table.userId],
      foreignColumns: [users.discordUserId],
    }).onDelete('cascade'),
    unique('api_tokens_hash_key').on(table.hash),
    index('idx_api_tokens_user').on(table.userId),
  ],
)

export type ApiToken = typeof apiTokens.$inferSelect
