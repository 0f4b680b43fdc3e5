import * as z from 'zod'

/** Control characters but line ends and tabs, and halves of characters: neither Postgres' text nor its jsonb takes all of them. */
const UNSTORABLE = /(?![\n\t])[\p{Cc}\p{Cs}]/u

/** Text that somebody typed and that is kept, without spaces around it. */
export const zPersonText = z
  .string({ error: 'must be text' })
  .refine((text) => !UNSTORABLE.test(text), 'has characters that are no text')
  .trim()
