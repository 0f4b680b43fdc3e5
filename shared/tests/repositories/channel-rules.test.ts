import { describe, expect, it } from 'vitest'
import { ensureGuildSettings, findChannel, findChannelRules, type ChannelSnapshot } from '../../src/db/index.ts'
import type { InstanceSettings } from '../../src/settings/index.ts'
import { newChannel, newGuild, rows, useDatabase } from './fixtures.ts'

useDatabase()

const discord = { cdnHosts: ['cdn.discordapp.com'], botUserId: '9' }

async function make(guildId: string, settings: object, more: Partial<ChannelSnapshot> = {}, isReading = true) {
  const id = await newChannel(guildId, more)
  await rows('update bot_channels set settings = $2, is_reading = $3 where channel_id = $1', [id, settings, isReading])
  return (await findChannel(id))!
}

describe('the rules of a channel', () => {
  it('come from the channel, then its guild, then the file, then the defaults', async () => {
    const guildId = await newGuild()
    await ensureGuildSettings(guildId, {
      tz: 'Europe/Berlin',
      deletion_policy: 'purge',
      channel_defaults: { match: { max_clips_per_day: 5, accept_bots: false, link_hosts: ['Clips.Example.org'] } },
    })
    const instance: InstanceSettings = { channel_settings_defaults: { match: { max_size_mb: 1.5, accept_bots: true } } }
    const channel = await make(guildId, { match: { text_include_regex: '^!save', max_clips_per_day: 7 } })
    const rules = await findChannelRules(instance, channel, null, discord)
    expect(rules).toMatchObject({
      isRead: true,
      ignoresChannel: null,
      dailyCap: { perDay: 7, timeZone: 'Europe/Berlin' },
      deletion: { policy: 'purge', graceDays: 30 },
      maxMessagesPerPass: 1000,
      backoff: { initialMs: 500, maxMs: 30_000, multiplier: 2 },
      clips: { maxSizeBytes: 1_500_000, acceptBots: false, linkHosts: ['clips.example.org'], botUserId: '9' },
      issues: [],
    })
    expect(rules.clips.textInclude?.test('!save it')).toBe(true)
    expect(rules.clips.textInclude?.test('save it')).toBe(false)
  })

  it('say that a pattern the engine does not know does not count, and go on without it', async () => {
    const guildId = await newGuild()
    const channel = await make(guildId, { match: { text_include_regex: '(?=x)', text_exclude_regex: '(a)\\1' } })
    const rules = await findChannelRules({}, channel, null, discord)
    expect(rules.clips).toMatchObject({ textInclude: null, textExclude: null })
    expect(rules.issues.toSorted()).toEqual([
      expect.stringContaining('match.text_exclude_regex is'),
      expect.stringContaining(`match.text_include_regex is "(?=x)", but must be a regular expression in RE2's syntax`),
    ])
  })

  it.each([
    ['reads with its channel when threads are wanted there', true, { include_threads: true }, false, true],
    ['does not read without them', true, {}, false, false],
    ['does not read when its channel does not', false, { include_threads: true }, false, false],
    ['reads when it is switched on itself', false, {}, true, true],
  ])('of a thread: %s', async (_, parentReads, settings, ownReads, isRead) => {
    const guildId = await newGuild()
    const parent = await make(guildId, { ...settings, match: { max_clips_per_day: 3 } }, {}, parentReads)
    const more = { type: 'public_thread', parentId: parent.channelId }
    const thread = await make(guildId, { match: { max_clips_per_day: 8 } }, more, ownReads)
    const rules = await findChannelRules({}, thread, parent, discord)
    expect(rules).toMatchObject({ isRead, dailyCap: { perDay: 3 } })
    expect((await findChannelRules({}, thread, null, discord)).isRead).toBe(ownReads)
  })

  it('of an age-restricted channel and of its threads say why nothing is collected', async () => {
    const guildId = await newGuild()
    await ensureGuildSettings(guildId, { ignore_nsfw_channels: true })
    const channel = await make(guildId, { include_threads: true }, { name: 'late', isNsfw: true })
    const thread = await make(guildId, {}, { name: 'post', type: 'public_thread', parentId: channel.channelId }, false)
    expect((await findChannelRules({}, channel, null, discord)).ignoresChannel).toMatch(/^#late is age-restricted/)
    expect(await findChannelRules({}, thread, channel, discord)).toMatchObject({
      isRead: true,
      ignoresChannel: expect.stringMatching(/^#post is age-restricted/),
    })
  })
})
