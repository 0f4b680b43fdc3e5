import { foreignKey, index, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import { clips } from './clips.ts'

/** Tags that people gave to clips, in lower case. */
export const clipTags = pgTable(
  'clip_tags',
  {
    clipId: text('clip_id').notNull(),
    tag: text('tag').notNull(),
    taggedBy: text('tagged_by'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ name: 'clip_tags_pkey', columns: [table.clipId, table.tag] }),
    foreignKey({ name: 'clip_tags_clip_id_fkey', columns: [table.clipId], foreignColumns: [clips.id] }).onDelete(
      'cascade',
    ),
    index('idx_clip_tags_tag').on(table.tag),
  ],
)
