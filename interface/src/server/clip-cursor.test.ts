import { expect, it } from 'vitest'
import { toCursorText, zClipCursor } from './clip-cursor.ts'

it('reads back the place it names', () => {
  const cursor = { postedAt: '2026-11-22T19:09:01.123Z', id: '1234567890123456789' }
  expect(zClipCursor.parse(toCursorText(cursor))).toEqual(cursor)
})

it.each([
  '',
  'x',
  Buffer.from('2026-11-22T19:09:01.123Z~12~3').toString('base64url'),
  Buffer.from('now~12').toString('base64url'),
])('refuses %j', (text) => expect(zClipCursor.safeParse(text).success).toBe(false))
