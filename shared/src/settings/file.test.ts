import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../core/errors.ts'
import { defaultSettingsPath, loadSettingsFile, parseSettingsFile } from './file.ts'
import { resolveChannelSettings, resolveDatabaseSettings, resolveGuildSettings } from './resolve.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'dcs settings '))
})
afterAll(() => rm(directory, { recursive: true }))

async function load(text: string, name = 'settings.jsonc') {
  const file = path.join(directory, name)
  await writeFile(file, text)
  return loadSettingsFile(file)
}

async function messageOf(text: string, name?: string): Promise<string> {
  const error: unknown = await load(text, name).catch((reason: unknown) => reason)
  if (!(error instanceof AppError)) throw new Error('The file was accepted')
  expect(error.code).toBe('invalid-input')
  return error.message
}

describe('the settings file', () => {
  it('may have comments, trailing commas, a byte order mark and Windows line ends', async () => {
    const text = '\uFEFF{ // guild\r\n "guild_settings_defaults": { /* zone */ "tz": "Asia/Tokyo", },\r\n}'
    const instance = await load(text)
    expect(resolveGuildSettings({ instance }).tz).toBe('Asia/Tokyo')
  })

  it('of the checkout says the same as the defaults', async () => {
    for (const instance of [await loadSettingsFile(), await loadSettingsFile(defaultSettingsPath)]) {
      expect(resolveGuildSettings({ instance })).toEqual(resolveGuildSettings({}))
      expect(resolveChannelSettings({ instance })).toEqual(resolveChannelSettings({}))
      expect(resolveDatabaseSettings({ instance })).toEqual(resolveDatabaseSettings({}))
    }
  })

  it('may leave everything out, or say null', async () => {
    expect(resolveChannelSettings({ instance: await load('{}') })).toEqual(resolveChannelSettings({}))
    const instance = await load('{"channel_settings_defaults": {"match": null, "debounce_ms": null}}')
    expect(resolveChannelSettings({ instance })).toEqual(resolveChannelSettings({}))
  })

  it('that is broken is refused with all problems, each by line, key, value and what is allowed', async () => {
    const message = await messageOf(`{
  "channel_settings_defaults": {
    "max_messages_per_pass": 0,
    "match": {"mime_allowlist": ["video/mp4",
      "audio/ogg"]},
    "max_mesages": 5
  },
  "database_settings_defaults": {"install_intent_purge_cron": "@continuous"}
}`)
    expect(message.split('\n')).toEqual([
      `The settings file ${path.join(directory, 'settings.jsonc')} cannot be used, nothing of it was applied:`,
      '  3:30 channel_settings_defaults.max_messages_per_pass is 0, but must be a whole number from 1 to 10000.',
      expect.stringMatching(
        /^ {2}5:7 channel_settings_defaults.match.mime_allowlist\[1\] is "audio\/ogg", but channel_settings_defaults.match.mime_allowlist must be a list/,
      ),
      expect.stringMatching(
        /^ {2}6:20 channel_settings_defaults.max_mesages \(5\) is not a setting: must be one of is_enabled,/,
      ),
      expect.stringMatching(
        /^ {2}8:63 database_settings_defaults.install_intent_purge_cron is "@continuous", but must be/,
      ),
    ])
  })

  it('with a slip in its syntax is refused with line and column', async () => {
    expect(await messageOf('{\n  "guild_settings_defaults": {\n    "tz" "UTC"\n  }\n}')).toContain(
      '3:10 Not JSON with comments: colon expected at "\\"UTC\\"".',
    )
    expect(await messageOf('{"guild_settings_defaults": {')).toContain('1:30 Not JSON with comments')
  })

  it('that is empty, a list, or YAML is refused with what it should be', async () => {
    expect(await messageOf('\n')).toContain('The file is empty, but must hold an object')
    expect(await messageOf('[]')).toContain('1:1 The whole is [], but must be an object with any of guild_settings')
    expect(await messageOf('null')).toContain('The whole is null, but must be an object')
    expect(await messageOf('guild_settings_defaults:\n  tz: UTC\n', 'settings.yml')).toContain('YAML is not read')
  })

  it('that sets a key twice is refused', async () => {
    const text = '{"guild_settings_defaults": {"tz": "UTC", "tz": "Asia/Tokyo"}}'
    expect(await messageOf(text)).toContain('guild_settings_defaults.tz is set more than once')
  })

  it('of the original is refused with where its sections went', () => {
    const text =
      '{"server_admin_channel_defaults": {}, "channel_settings_defaults": {"observability": {}, "accept_video": true}}'
    const parse = () => parseSettingsFile(text, 'old.jsonc')
    expect(parse).toThrow('these are in channel_settings_defaults now')
    expect(parse).toThrow('environment variable LOG_LEVEL')
    expect(parse).toThrow('it belongs into match')
  })

  it('that was named but does not exist, or is a folder, is an error that says so', async () => {
    const missing = path.join(directory, 'missing.jsonc')
    await expect(loadSettingsFile(missing)).rejects.toThrow(`The settings file ${missing} does not exist.`)
    await expect(loadSettingsFile(directory)).rejects.toThrow('cannot be read (EISDIR)')
  })
})
