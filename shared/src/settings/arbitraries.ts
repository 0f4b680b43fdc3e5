import * as fc from 'fast-check'
import { settingEntries, type SettingEntry } from './list.ts'
import type { ChannelSettingsValues, GuildSettingsValues, Sparse } from './values.ts'

const texts = {
  'time-zone': ['UTC', 'Europe/Berlin', 'America/New_York'],
  schedule: ['@daily', '0 4 * * mon-fri', '*/5 * * * *'],
  pattern: [null, 'clip', '^!(save|keep)\\b'],
}

/** Any values that all guild settings may have. For tests. */
export const anyGuildSettings = allOf('guild_settings_defaults') as fc.Arbitrary<GuildSettingsValues>

/** Any values that all channel settings may have. For tests. */
export const anyChannelSettings = allOf('channel_settings_defaults') as fc.Arbitrary<ChannelSettingsValues>

/** Any stored object of guild settings: some set, some null, some missing. For tests. */
export const someGuildSettings = someOf('guild_settings_defaults') as fc.Arbitrary<Sparse<GuildSettingsValues>>

/** Any stored object of channel settings: some set, some null, some missing. For tests. */
export const someChannelSettings = someOf('channel_settings_defaults') as fc.Arbitrary<Sparse<ChannelSettingsValues>>

function allOf(section: SettingEntry['section']) {
  const entries = settingEntries.filter((entry) => entry.section === section)
  return fc
    .tuple(...entries.map((entry) => anyValue(entry)))
    .map((values) => nest(entries.map((entry, index) => [entry.path, values[index]])))
}

function someOf(section: SettingEntry['section']) {
  const entries = settingEntries.filter((entry) => entry.section === section)
  return fc
    .tuple(...entries.map((entry) => fc.option(fc.option(anyValue(entry), { nil: undefined }))))
    .map((values) => nest(entries.map((entry, index) => [entry.path, values[index]])))
}

function anyValue({ input, fallback }: SettingEntry): fc.Arbitrary<unknown> {
  switch (input.kind) {
    case 'switch':
      return fc.boolean()
    case 'number':
      return input.whole ? fc.integer(input) : fc.double({ ...input, noNaN: true }).map((value) => value + 0)
    case 'choice':
      return fc.constantFrom(...input.options)
    case 'list':
      return fc.shuffledSubarray(fallback as string[])
    case 'text':
      return fc.constantFrom(...texts[input.format])
  }
}

function nest(pairs: [readonly string[], unknown][]): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [path, value] of pairs) {
    if (value === undefined) continue
    const parent = path.slice(0, -1).reduce<Record<string, unknown>>((inner, key) => {
      inner[key] ??= {}
      return inner[key] as Record<string, unknown>
    }, out)
    parent[path.at(-1) ?? ''] = value
  }
  return out
}
