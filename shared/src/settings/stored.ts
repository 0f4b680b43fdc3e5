import type * as z from 'zod'
import { SettingsError, type SettingsIssue } from './issues.ts'
import { isObject, readSettings } from './read.ts'
import { channelSettings, storedGuildSettings } from './registry.ts'
import type { SettingEditor } from './setting.ts'
import type { StoredChannelSettings, StoredGuildSettings } from './values.ts'

/** With `lenient`, a broken value is left out (so the inherited one counts) and reported instead of thrown. */
export type StoredOptions = { lenient?: boolean }

/** What was stored, and what was left out of it because it is broken (always empty unless lenient). */
export type ParsedSettings<S> = { settings: S; issues: SettingsIssue[] }

/** Reads the JSON stored for a guild. Unknown keys are ignored; a broken value throws `invalid-input` listing all. */
export function parseStoredGuildSettings(
  json: unknown,
  options: StoredOptions = {},
): ParsedSettings<StoredGuildSettings> {
  return parseStored(storedGuildSettings, json, 'guild', options)
}

/** Reads the JSON stored for a channel. Unknown keys are ignored; a broken value throws `invalid-input` listing all. */
export function parseStoredChannelSettings(
  json: unknown,
  options: StoredOptions = {},
): ParsedSettings<StoredChannelSettings> {
  return parseStored(channelSettings, json, 'channel', options)
}

/** Checks an edit. Unknown keys, broken values and settings the editor may not change throw `invalid-input` listing all; null resets. */
export function parseSettingsChange(
  level: 'guild',
  patch: unknown,
  options?: { editor?: SettingEditor },
): StoredGuildSettings
export function parseSettingsChange(
  level: 'channel',
  patch: unknown,
  options?: { editor?: SettingEditor },
): StoredChannelSettings
export function parseSettingsChange(
  level: 'guild' | 'channel',
  patch: unknown,
  { editor = 'guild-admin' }: { editor?: SettingEditor } = {},
): StoredGuildSettings | StoredChannelSettings {
  const tree = level === 'guild' ? storedGuildSettings : channelSettings
  const { settings, issues } = readSettings(tree, patch, { from: level, unknownKeys: 'reject', editor })
  if (issues.length > 0) throw new SettingsError('These settings were not saved:', issues, { isPublic: true })
  return settings
}

/** The object to store after an edit: changed by setting, null removes it; keys we do not know stay as they are. */
export function applySettingsChange(
  stored: unknown,
  change: StoredGuildSettings | StoredChannelSettings,
): Record<string, unknown> {
  return merge(isObject(stored) ? stored : {}, change)
}

function parseStored(tree: z.ZodObject, json: unknown, level: 'guild' | 'channel', options: StoredOptions) {
  const parsed = readSettings(tree, json ?? {}, { from: level, unknownKeys: 'ignore' })
  if (parsed.issues.length > 0 && !options.lenient)
    throw new SettingsError(`The settings stored for the ${level} cannot be used:`, parsed.issues)
  return parsed
}

function merge(stored: Record<string, unknown>, change: Record<string, unknown>): Record<string, unknown> {
  const out = { ...stored }
  for (const [key, value] of Object.entries(change)) {
    const next = isObject(value) ? merge(isObject(out[key]) ? out[key] : {}, value) : value
    const isEmpty = next === null || (isObject(next) && Object.keys(next).length === 0)
    if (isEmpty) delete out[key]
    else out[key] = next
  }
  return out
}
