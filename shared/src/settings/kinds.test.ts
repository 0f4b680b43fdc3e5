import { describe, expect, it } from 'vitest'
import { isCron, toCronFields } from './cron.ts'
import { parseSettingsChange } from './stored.ts'

describe('a schedule', () => {
  it.each(['* * * * *', '*/30 * * * *', '0 4,16 1-15/2 jan-mar,12 MON-FRI', '5/10 0 * * 7', '@annually', '@hourly'])(
    'may be %s',
    (text) => expect(isCron(text)).toBe(true),
  )

  it.each(['', '* * * *', '* * * * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * * 13 *', '* * * * 8'])(
    'may not be %j',
    (text) => expect(isCron(text)).toBe(false),
  )

  it.each([
    '*/0 * * * *',
    '5-1 * * * *',
    '1-2-3 * * * *',
    '1,,2 * * * *',
    'x * * * *',
    '@reboot',
    '@continuous',
    '-1 * * * *',
  ])('may not be %j either', (text) => expect(isCron(text)).toBe(false))

  it('has five fields for everything but @continuous', () => {
    expect(toCronFields('@weekly')).toBe('0 0 * * 0')
    expect(toCronFields('1 2 3 4 5')).toBe('1 2 3 4 5')
    expect(toCronFields('@continuous')).toBeNull()
  })
})

describe('the range of a value', () => {
  const editor = { editor: 'operator' } as const
  const accepts = (change: unknown) => expect(parseSettingsChange('channel', change, editor)).toEqual(change)
  const refuses = (change: unknown) => expect(() => parseSettingsChange('channel', change, editor)).toThrow('must be')

  it('is that of the original, ends included', () => {
    for (const value of [1, 10_000]) accepts({ max_messages_per_pass: value })
    for (const value of [0, 10_001, 1.5, '5', true]) refuses({ max_messages_per_pass: value })
    for (const value of [0, 5000]) accepts({ debounce_ms: value })
    for (const value of [-1, 5001]) refuses({ debounce_ms: value })
    for (const value of [0, 0.5, 3600]) accepts({ match: { min_video_seconds: value } })
    for (const value of [-0.1, 3600.5, Number.NaN]) refuses({ match: { min_video_seconds: value } })
  })

  it('leaves out what is no video type, no file ending, no regular expression and no direction', () => {
    for (const value of ['video/mp4', ['audio/ogg'], ['video/'], ['video/mp4; codecs=x'], [5]])
      refuses({ match: { mime_allowlist: value } })
    for (const value of [['mp4'], ['.'], ['.m p4']]) refuses({ match: { video_extensions: value } })
    for (const value of ['(', '[z-a]', 'x'.repeat(501), 7]) refuses({ match: { text_include_regex: value } })
    for (const value of ['', '^clip$', '(a|b)+']) accepts({ match: { text_include_regex: value } })
    refuses({ scan_mode: 'sideways' })
  })

  it('of a time zone is what the calendar of the runtime knows by name', () => {
    for (const tz of ['UTC', 'Europe/Berlin', 'America/Argentina/Ushuaia'])
      expect(parseSettingsChange('guild', { tz })).toEqual({ tz })
    for (const tz of ['', 'Mars/Olympus', '+01:00', 'Europe/Berlin ', 1])
      expect(() => parseSettingsChange('guild', { tz })).toThrow('IANA')
  })
})
