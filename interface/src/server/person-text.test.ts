import { expect, it } from 'vitest'
import { zPersonText } from './person-text.ts'

it.each(['a\u0000b', '\ud800', 'x\udc00y', 'bell\u0007', '\u009f'])('%j is refused', (text) => {
  expect(zPersonText.safeParse(text)).toMatchObject({ success: false })
})

it.each([
  [' padded ', 'padded'],
  ['two\nlines\tand a tab', 'two\nlines\tand a tab'],
  ['naïve 🎮 日本', 'naïve 🎮 日本'],
])('%j is kept as %j', (text, kept) => {
  expect(zPersonText.parse(text)).toBe(kept)
})
