import { describe, expect, it } from 'vitest'
import type { ClipItem } from '../../lib/api-types.ts'
import { toRows, toSections } from './rows.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const clip = (postedAt: string, index = 0) => ({ id: `${postedAt} ${index}`, postedAt }) as ClipItem
const many = (count: number, postedAt: string) => Array.from({ length: count }, (_, index) => clip(postedAt, index))
const labels = (clips: ClipItem[]) =>
  toSections(clips, now).map((section) => `${section.label}: ${section.clips.length}`)

describe('toSections', () => {
  it('cuts where a new stretch of time begins', () => {
    const clips = [
      ...many(12, '2026-11-22T10:00:00Z'),
      ...many(12, '2026-11-18T10:00:00Z'),
      ...many(1, '2026-08-01T10:00:00Z'),
    ]
    expect(labels(clips)).toEqual(['Last 24 hours: 12', 'Last 7 days: 12', 'August 2026: 1'])
  })

  it('joins stretches that are nearly empty', () => {
    expect(labels([clip('2026-11-22T10:00:00Z'), clip('2026-11-10T10:00:00Z')])).toEqual(['Last 30 days: 2'])
    expect(labels([clip('2026-11-22T10:00:00Z'), clip('2026-02-10T10:00:00Z')])).toEqual(['Since February 2026: 2'])
    expect(labels([clip('2026-05-02T10:00:00Z'), clip('2026-02-10T10:00:00Z')])).toEqual(['February to May 2026: 2'])
    expect(labels([clip('2026-05-02T10:00:00Z'), clip('2025-12-10T10:00:00Z')])).toEqual([
      'December 2025 to May 2026: 2',
    ])
  })

  it('keeps every clip in its order', () => {
    const clips = [...many(30, '2026-11-22T10:00:00Z'), ...many(30, '2026-03-22T10:00:00Z')]
    expect(toSections(clips, now).flatMap((section) => section.clips)).toEqual(clips)
  })
})

it('makes lines of as many clips as fit', () => {
  const rows = toRows(toSections(many(7, '2026-11-22T10:00:00Z'), now), 3)
  expect(rows.map((row) => (row.kind === 'heading' ? row.label : row.clips.length))).toEqual(['Last 24 hours', 3, 3, 1])
})
