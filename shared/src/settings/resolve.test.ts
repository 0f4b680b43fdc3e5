import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyChannelSettings, anyGuildSettings, someChannelSettings, someGuildSettings } from './arbitraries.ts'
import { resolveChannelSettings, resolveDatabaseSettings, resolveGuildSettings, toSparse } from './resolve.ts'
import { parseStoredChannelSettings, parseStoredGuildSettings } from './stored.ts'

fc.configureGlobal({ seed: 7 })

describe('resolving settings', () => {
  it('gives the defaults when nothing is set: those of the original, but more scans at a time', () => {
    expect(resolveGuildSettings({})).toEqual({
      enabled_by_default: false,
      parse_threads: false,
      ignore_nsfw_channels: false,
      tz: 'UTC',
      schedule_cron: '@continuous',
      search_first: true,
      deletion_policy: 'hide',
      deletion_grace_days: 30,
      keep_message_text: true,
      erase_when_removed_days: 0,
      purge_grace_days: 7,
      age_restricted_clips: 'viewer-choice',
      roles_may_tag: [],
      roles_may_edit: [],
      roles_may_delete: [],
      roles_may_see_stats: [],
    })
    expect(resolveChannelSettings({})).toMatchObject({
      is_enabled: true,
      scan_mode: 'forward',
      max_messages_per_pass: 1000,
      debounce_ms: 250,
      include_threads: false,
      match: { accept_video: true, min_video_seconds: 0, text_include_regex: null, text_exclude_regex: null },
      backoff: { initial_ms: 500, max_ms: 30_000, multiplier: 2 },
      safety: { max_concurrent_scans: 64, rate_limit_window_ms: 1000 },
    })
    expect(resolveDatabaseSettings({})).toEqual({
      install_intent_expire_time: 600,
      install_intent_purge_cron: '*/30 * * * *',
      install_intent_purge_grace_seconds: 300,
    })
  })

  it('lets the file beat the default, the guild the file, and the channel the guild, setting by setting', () => {
    const instance = {
      channel_settings_defaults: { debounce_ms: 1, match: { min_video_seconds: 1, text_include_regex: 'file' } },
    }
    const guild = { channel_defaults: { match: { min_video_seconds: 2 }, scan_mode: 'backfill' as const } }
    const channel = { match: { accept_video: false } }
    expect(resolveChannelSettings({ instance, guild, channel })).toMatchObject({
      debounce_ms: 1,
      scan_mode: 'backfill',
      match: { accept_video: false, min_video_seconds: 2, text_include_regex: 'file' },
    })
  })

  it('replaces a list as a whole', () => {
    const guild = { channel_defaults: { match: { mime_allowlist: ['video/mp4', 'video/webm'] } } }
    const channel = { match: { mime_allowlist: ['video/quicktime'] } }
    expect(resolveChannelSettings({ guild, channel }).match.mime_allowlist).toEqual(['video/quicktime'])
  })

  it('inherits where a channel says null, and takes an empty regular expression for none', () => {
    const guild = { channel_defaults: { match: { text_include_regex: 'clip', text_exclude_regex: 'spam' } } }
    const channel = { match: { text_include_regex: null, text_exclude_regex: '' } }
    expect(resolveChannelSettings({ guild, channel }).match).toMatchObject({
      text_include_regex: 'clip',
      text_exclude_regex: null,
    })
  })

  it('hands out defaults that nobody can change for the others', () => {
    const { mime_allowlist: types } = resolveChannelSettings({}).match
    expect(() => (types as string[]).push('video/x')).toThrow()
  })
})

describe('the laws of storing and resolving', () => {
  it('gives the values back when what differs from the base is stored', () => {
    fc.assert(
      fc.property(anyChannelSettings, someChannelSettings, someChannelSettings, (values, file, defaults) => {
        const above = { instance: { channel_settings_defaults: file }, guild: { channel_defaults: defaults } }
        const stored: unknown = JSON.parse(JSON.stringify(toSparse(values, resolveChannelSettings(above))))
        const channel = parseStoredChannelSettings(withoutGuildWide(stored)).settings
        const expected = { ...values, safety: resolveChannelSettings(above).safety }
        expect(resolveChannelSettings({ ...above, channel })).toEqual(expected)
      }),
    )
    fc.assert(
      fc.property(anyGuildSettings, someGuildSettings, (values, file) => {
        const instance = { guild_settings_defaults: file }
        const stored: unknown = JSON.parse(JSON.stringify(toSparse(values, resolveGuildSettings({ instance }))))
        const guild = parseStoredGuildSettings(stored).settings
        expect(resolveGuildSettings({ instance, guild })).toEqual(values)
      }),
    )
  })

  it('stores nothing for values that equal the base', () => {
    fc.assert(fc.property(anyChannelSettings, (values) => void expect(toSparse(values, values)).toEqual({})))
  })

  it('changes nothing when a layer sets nothing, or sets what it inherits', () => {
    fc.assert(
      fc.property(someChannelSettings, someChannelSettings, (defaults, channel) => {
        const guild = { channel_defaults: defaults }
        const inherited = resolveChannelSettings({ guild })
        expect(resolveChannelSettings({ guild, channel: {} })).toEqual(inherited)
        const same = { ...inherited, match: noneAsEmpty(inherited.match) }
        expect(resolveChannelSettings({ guild, channel: same })).toEqual(inherited)
        expect(resolveChannelSettings({ instance: {}, guild, channel })).toEqual(
          resolveChannelSettings({ guild, channel }),
        )
      }),
    )
  })

  it('ignores the layers above when the nearest one sets everything', () => {
    fc.assert(
      fc.property(anyChannelSettings, someChannelSettings, (values, above) => {
        const channel = { ...values, match: noneAsEmpty(values.match) }
        const file = { instance: { channel_settings_defaults: above }, guild: { channel_defaults: above } }
        expect(resolveChannelSettings({ ...file, channel })).toEqual(values)
      }),
    )
  })
})

function withoutGuildWide(stored: unknown): unknown {
  const { safety: _, ...rest } = stored as Record<string, unknown>
  return rest
}

function noneAsEmpty<M extends { text_include_regex: string | null; text_exclude_regex: string | null }>(match: M): M {
  const { text_include_regex: include, text_exclude_regex: exclude } = match
  return { ...match, text_include_regex: include ?? '', text_exclude_regex: exclude ?? '' }
}
