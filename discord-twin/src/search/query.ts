import * as z from 'zod'
import { parseForm } from '../rest/form.ts'

const zInt = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value),
    z.int().min(min).max(max),
  )
const zFlag = z.preprocess(
  (value) => (typeof value === 'string' && /^(true|false|1|0)$/i.test(value) ? /^(true|1)$/i.test(value) : value),
  z.boolean(),
)
const zId = z.string().superRefine((value, issues) => {
  if (!/^\d{1,20}$/.test(value))
    issues.addIssue({
      code: 'custom',
      message: `Value "${value}" is not snowflake.`,
      params: { code: 'NUMBER_TYPE_COERCE' },
    })
})
/** One value stands for a list of one; the same value twice counts once. */
const zList = <T extends z.ZodType<string>>(item: T, max: number) =>
  z.preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    z
      .array(item)
      .max(max)
      .default([])
      .transform((values) => [...new Set(values)]),
  )

const HAS = ['link', 'embed', 'file', 'image', 'video', 'sound', 'sticker', 'poll', 'snapshot'] as const
const AUTHORS = ['user', 'bot', 'webhook'] as const
const negated = <T extends string>(words: readonly T[]) => words.map((word) => `-${word}` as const)

/** What can be asked of the search, with Discord's bounds (https://docs.discord.com/developers/resources/message#search-guild-messages). */
const zSearch = z.object({
  limit: zInt(1, 25).default(25),
  offset: zInt(0, 9975).default(0),
  max_id: zId.optional(),
  min_id: zId.optional(),
  slop: zInt(0, 100).default(2),
  content: z.string().max(1024).optional(),
  channel_id: zList(zId, 500),
  author_type: zList(z.enum([...AUTHORS, ...negated(AUTHORS)]), 6),
  author_id: zList(zId, 100),
  mentions: zList(zId, 100),
  mentions_role_id: zList(zId, 100),
  mention_everyone: zFlag.optional(),
  replied_to_user_id: zList(zId, 100),
  replied_to_message_id: zList(zId, 100),
  pinned: zFlag.optional(),
  has: zList(z.enum([...HAS, ...negated(HAS)]), 18),
  embed_type: zList(z.enum(['image', 'video', 'gif', 'sound', 'article']), 5),
  embed_provider: zList(z.string().max(256), 100),
  link_hostname: zList(z.string().max(256), 100),
  attachment_filename: zList(z.string().max(1024), 100),
  attachment_extension: zList(z.string().max(256), 100),
  sort_by: z.enum(['timestamp', 'relevance']).default('timestamp'),
  sort_order: z.enum(['asc', 'desc']).default('desc'),
  include_nsfw: zFlag.default(false),
})

/** A search as it was asked for. */
export type SearchQuery = z.output<typeof zSearch>

/** Reads the query of a search. Throws Discord's form error. */
export function parseSearch(query: unknown): SearchQuery {
  return parseForm(zSearch, query)
}
