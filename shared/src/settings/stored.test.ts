import { describe, expect, it } from 'vitest'
import { SettingsError } from './issues.ts'
import { resolveChannelSettings, resolveGuildSettings } from './resolve.ts'
import {
  applySettingsChange,
  parseSettingsChange,
  parseStoredChannelSettings,
  parseStoredGuildSettings,
} from './stored.ts'

const originalGuild = { enabled_by_default: true, parse_threads: false, tz: 'Europe/Paris', schedule_cron: '@daily' }

describe('objects stored by the original', () => {
  it('reads the full guild section', () => {
    const { settings, issues } = parseStoredGuildSettings(originalGuild)
    expect(issues).toEqual([])
    expect(resolveGuildSettings({ guild: settings })).toMatchObject({ ...originalGuild, ignore_nsfw_channels: false })
  })

  it('reads a channel that was only switched on, and one with overrides', () => {
    expect(parseStoredChannelSettings({ is_enabled: true }).settings).toEqual({ is_enabled: true })
    const stored = { is_enabled: true, scan_mode: null, match: { min_video_seconds: 3, text_include_regex: null } }
    const channel = parseStoredChannelSettings(stored).settings
    expect(resolveChannelSettings({ channel }).match).toMatchObject({ min_video_seconds: 3, accept_video: true })
  })

  it.each([null, undefined, {}])('reads %j as nothing set', (json) => {
    expect(parseStoredGuildSettings(json).settings).toEqual({})
    expect(parseStoredChannelSettings(json).settings).toEqual({})
  })

  it('ignores keys nobody knows, and settings that a channel cannot have', () => {
    const stored = { is_enabled: false, theme: 'dark', match: null, observability: { log_level: 'info' }, toString: 1 }
    expect(parseStoredChannelSettings({ ...stored, safety: { max_concurrent_scans: 9 } }).settings).toEqual({
      is_enabled: false,
      safety: {},
    })
  })

  it('refuses broken values, all of them, with key, value and what is allowed', () => {
    const broken = { max_messages_per_pass: 0, match: { mime_allowlist: ['video/mp4', 'audio/ogg'] }, debounce_ms: 5 }
    const error = catchError(() => parseStoredChannelSettings(broken))
    expect(error.code).toBe('invalid-input')
    expect(error.message).toContain('max_messages_per_pass is 0, but must be a whole number from 1 to 10000.')
    expect(error.message).toContain(
      'match.mime_allowlist[1] is "audio/ogg", but match.mime_allowlist must be a list of at most 50 MIME',
    )
    expect(error.issues).toHaveLength(2)
  })

  it('uses the inherited value for a broken one when lenient, and reports it', () => {
    const guild = parseStoredGuildSettings({ ...originalGuild, tz: 'CEST!' }, { lenient: true })
    expect(guild.issues).toMatchObject([{ path: ['tz'], value: 'CEST!' }])
    const instance = { guild_settings_defaults: { tz: 'Asia/Tokyo' } }
    expect(resolveGuildSettings({ instance, guild: guild.settings })).toMatchObject({
      tz: 'Asia/Tokyo',
      schedule_cron: '@daily',
    })
  })

  it.each([[[]], ['text'], [7]])('refuses %j, which is no object', (json) => {
    expect(catchError(() => parseStoredGuildSettings(json)).message).toContain('must be an object')
    expect(parseStoredGuildSettings(json, { lenient: true }).settings).toEqual({})
  })
})

describe('an edit', () => {
  it('is taken when every value is allowed', () => {
    const change = { tz: 'UTC', channel_defaults: { match: { min_video_seconds: 2.5 } } }
    expect(parseSettingsChange('guild', change)).toEqual(change)
    expect(parseSettingsChange('channel', { scan_mode: 'backfill', include_threads: null })).toEqual({
      scan_mode: 'backfill',
      include_threads: null,
    })
  })

  it('is refused as a whole, with every problem named for the person who made it', () => {
    const change = {
      tz: '+02:00',
      schedule_cron: '61 * * * *',
      colour: 'red',
      channel_defaults: { min_video_seconds: 1 },
    }
    const error = catchError(() => parseSettingsChange('guild', change))
    expect(error.issues.map((issue) => issue.path.join('.'))).toEqual([
      'tz',
      'schedule_cron',
      'colour',
      'channel_defaults.min_video_seconds',
    ])
    expect(error.publicMessage).toContain('colour ("red") is not a setting: must be one of enabled_by_default,')
    expect(error.publicMessage).toContain(
      'channel_defaults.min_video_seconds (1) is not a setting: it belongs into match.',
    )
  })

  it('by a manager of the guild cannot touch what belongs to the operator', () => {
    const change = { max_messages_per_pass: 10 }
    expect(catchError(() => parseSettingsChange('channel', change)).message).toContain(
      'only be changed by the operator',
    )
    expect(parseSettingsChange('channel', change, { editor: 'operator' })).toEqual(change)
  })

  it('of a channel cannot set what counts for the whole guild', () => {
    const change = { safety: { max_concurrent_scans: 3 } }
    const edit = () => parseSettingsChange('channel', change, { editor: 'operator' })
    expect(catchError(edit).message).toContain('safety.max_concurrent_scans (3) is set for a guild, not for a channel.')
    const defaults = { channel_defaults: change }
    expect(parseSettingsChange('guild', defaults, { editor: 'operator' })).toEqual(defaults)
  })

  it.each([null, [], 'x'])('that is %j is refused', (patch) => {
    expect(catchError(() => parseSettingsChange('guild', patch)).message).toContain('must be an object')
  })
})

describe('applying an edit', () => {
  it('keeps everything else, also keys nobody knows', () => {
    const stored = { is_enabled: true, theme: 'dark', match: { min_video_seconds: 3, note: 'x' } }
    const change = parseSettingsChange('channel', { match: { accept_video: false } })
    expect(applySettingsChange(stored, change)).toEqual({
      is_enabled: true,
      theme: 'dark',
      match: { min_video_seconds: 3, note: 'x', accept_video: false },
    })
    expect(stored.match).toEqual({ min_video_seconds: 3, note: 'x' })
  })

  it('removes what is reset, a group setting by setting', () => {
    const stored = { is_enabled: true, scan_mode: 'backfill', match: { min_video_seconds: 3 } }
    const change = parseSettingsChange('channel', { scan_mode: null, match: null })
    expect(applySettingsChange(stored, change)).toEqual({ is_enabled: true })
    expect(applySettingsChange({ match: { note: 'x', min_video_seconds: 3 } }, change)).toEqual({
      match: { note: 'x' },
    })
  })
})

function catchError(run: () => unknown): SettingsError {
  try {
    run()
  } catch (error) {
    if (error instanceof SettingsError) return error
    throw error
  }
  throw new Error('Nothing was thrown')
}
