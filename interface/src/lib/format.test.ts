import { describe, expect, it } from 'vitest'
import { clipTitle, codecName, toPlainText } from './clip-text.ts'
import { countOf, formatBytes, formatDuration, formatRelative } from './format.ts'

it.each([
  [0, '0:00'],
  [6.6, '0:07'],
  [75, '1:15'],
  [3723, '1:02:03'],
])('%d seconds are %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text))

it.each([
  [0, '0 B'],
  [948, '948 B'],
  [173_000, '173 KB'],
  [1_450_000, '1.4 MB'],
  [25_000_000_000, '25.0 GB'],
])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

it('counts in words', () => {
  expect(countOf(1, 'clip')).toBe('1 clip')
  expect(countOf(1234, 'clip')).toBe('1,234 clips')
})

describe('formatRelative', () => {
  const now = Date.parse('2026-11-22T12:00:00Z')
  it.each([
    ['2026-11-22T11:59:30Z', 'just now'],
    ['2026-11-22T11:15:00Z', '45 min ago'],
    ['2026-11-22T01:00:00Z', '11 h ago'],
    ['2026-11-20T12:00:00Z', '2 days ago'],
    ['2026-03-04T12:00:00Z', 'Mar 4'],
    ['2024-03-04T12:00:00Z', 'Mar 4, 2024'],
  ])('%s is %s', (iso, text) => expect(formatRelative(iso, now)).toBe(text))
})

describe('a clip is called', () => {
  it('by the first line somebody wrote, without markup', () => {
    expect(
      clipTitle({ givenTitle: null, text: '**what** a <:goal:123> by <@42>\nmore', title: 'other', filename: 'x.mp4' }),
    ).toBe('what a :goal: by @someone')
  })

  it('by its file when there are no words', () => {
    expect(clipTitle({ givenTitle: null, text: '', title: null, filename: 'SPOILER_last_lap.mp4' })).toBe('last lap')
    expect(clipTitle({ givenTitle: null, text: 'https://example.org/x', title: null, filename: 'a.webm' })).toBe('a')
    expect(clipTitle({ givenTitle: null, text: '', title: 'Last lap', filename: 'a.webm' })).toBe('Last lap')
  })
})

it('shows times of Discord as dates', () => expect(toPlainText('at <t:1763812800:R>')).toBe('at 2025-11-22'))

it.each([
  ['avc', 'H.264'],
  ['hvc1.1.6', 'HEVC'],
  ['av01.0.08M', 'AV1'],
  ['theora', 'THEORA'],
  [null, null],
])('codec %s is known as %s', (codec, name) => expect(codecName(codec)).toBe(name))
