import { describe, expect, it } from 'vitest'
import { describeCoverage, type KnownCoverage } from './coverage-words.ts'

const idAt = (date: string) => (BigInt(Date.parse(date)) - 1_420_070_400_000n) << 22n
const range = (from: string, to: string) => ({ low: idAt(from), high: idAt(to) })
const channel = { channelId: String(idAt('2021-03-02')), lastMessageId: null }
const known = (more: Partial<KnownCoverage>): KnownCoverage => ({
  state: 'readable',
  stateDetail: null,
  newestMessageId: null,
  ranges: [],
  ...more,
})
const begin = { from: new Date('2021-03-02'), to: null }

describe('what has been read of a channel', () => {
  it('is nothing before somebody looked, and all there is when nothing was ever posted', () => {
    expect(describeCoverage(channel, undefined)).toMatchObject({
      sentence: 'Nothing has been read yet',
      isComplete: false,
      gaps: [begin],
    })
    expect(describeCoverage(channel, known({ state: 'empty' }))).toMatchObject({
      sentence: 'Nothing was ever posted here',
      isComplete: true,
      gaps: [],
    })
  })

  it('is complete from its beginning to the newest message that is known of', () => {
    const ranges = [{ low: 0n, high: idAt('2024-01-05') }]
    const whole = describeCoverage(channel, known({ ranges, newestMessageId: String(idAt('2024-01-05')) }))
    expect(whole).toMatchObject({ sentence: 'Read from 2 Mar 2021 to now', isComplete: true, gaps: [], advice: null })
    expect(whole.readFrom).toEqual(new Date('2021-03-02'))
  })

  it.each([String(idAt('2024-01-08')), null])(
    'ends before what is newer (%s named by the ledger)',
    (newestMessageId) => {
      const ranges = [{ low: 0n, high: idAt('2024-01-05') }]
      const lastMessageId = String(idAt('2024-01-08'))
      const seen = describeCoverage({ ...channel, lastMessageId }, known({ ranges, newestMessageId }))
      expect(seen).toMatchObject({
        sentence: 'Read from 2 Mar 2021 to 5 Jan 2024, 1 gap of 3 days',
        isComplete: false,
        gaps: [{ from: new Date('2024-01-05'), to: new Date('2024-01-08') }],
      })
    },
  )

  it('names what is older, and adds the gaps in between', () => {
    const ranges = [
      range('2022-01-01', '2022-02-01'),
      range('2022-02-02', '2022-03-01'),
      range('2022-03-01T02:00:00Z', '2022-04-01'),
    ]
    expect(describeCoverage(channel, known({ ranges }))).toMatchObject({
      sentence: 'Read from 1 Jan 2022 to now; older messages are missing, 2 gaps of 1 day in all',
      isComplete: false,
      gaps: [
        { from: new Date('2021-03-02'), to: new Date('2022-01-01') },
        { from: new Date('2022-02-01'), to: new Date('2022-02-02') },
        { from: new Date('2022-03-01'), to: new Date('2022-03-01T02:00:00Z') },
      ],
    })
  })

  it('says what to do: what was found, or what the state means', () => {
    expect(describeCoverage(channel, known({ state: 'hidden', stateDetail: 'Grant it.' })).advice).toBe('Grant it.')
    expect(describeCoverage(channel, known({ state: 'hidden' })).advice).toContain('View Channel')
  })
})
