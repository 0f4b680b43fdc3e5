import { isSnowflake } from '@dcs/shared/core'
import type { ClipCursor } from '@dcs/shared/db'
import * as z from 'zod'

/** The place in the library as text for an address. */
export function toCursorText(cursor: ClipCursor): string {
  return Buffer.from(`${cursor.postedAt}~${cursor.id}`).toString('base64url')
}

/** Reads that text; anything else is refused. */
export const zClipCursor = z.string().transform((text, check): ClipCursor => {
  const [postedAt = '', id = '', ...rest] = Buffer.from(text, 'base64url').toString().split('~')
  if (rest.length === 0 && z.iso.datetime().safeParse(postedAt).success && isSnowflake(id)) return { postedAt, id }
  check.addIssue({ code: 'custom', message: 'is not a cursor of this list' })
  return z.NEVER
})
