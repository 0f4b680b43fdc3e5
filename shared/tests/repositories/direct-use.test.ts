import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest'
import {
  botChannels,
  count,
  database,
  desc,
  eq,
  setChannelReading,
  updateChannelProgress,
  upsertChannels,
  upsertGuilds,
} from '../../src/db/index.ts'
import { statementsOf, useDatabase } from './fixtures.ts'

useDatabase()

// As JavaScript numbers, the ids of each pair would be the same.
const first = '9007199254740992'
const second = '9007199254740993'
const guildId = second
const channel = { name: 'clips', type: 'text' }

beforeAll(async () => {
  await upsertGuilds([
    { id: first, name: 'First', joinedAt: new Date('2026-01-02T03:04:05.678Z') },
    { id: second, name: 'Second' },
    { id: '1234567890123456789', name: 'Empty' },
  ])
  await upsertChannels([
    { ...channel, id: '1152921504606846977', guildId: first },
    { ...channel, id: '1152921504606846978', guildId: second, settingsOverrides: { a: { b: 1 } } },
    { ...channel, id: '1152921504606846979', guildId: second },
    { ...channel, id: '1152921504606846980', guildId: second },
  ])
  await setChannelReading('1152921504606846978', true)
  await setChannelReading('1152921504606846979', true)
  await updateChannelProgress('1152921504606846978', '9223372036854775807', 5)
  await updateChannelProgress('1152921504606846979', '1', 9_007_199_254_740_991)
})

describe('direct use of the tables, as in the documentation', () => {
  it('reads guilds with their channels in one go', async () => {
    const guilds = await database().query.botGuilds.findMany({
      with: { channels: { orderBy: { channelId: 'asc' } } },
      orderBy: { guildId: 'asc' },
    })

    expect(guilds.map((guild) => [guild.guildId, guild.channels.map((channel) => channel.channelId)])).toEqual([
      ['1234567890123456789', []],
      [first, ['1152921504606846977']],
      [second, ['1152921504606846978', '1152921504606846979', '1152921504606846980']],
    ])
    // What comes nested is as exact, and of the same types, as what is read alone.
    expect(guilds[1]?.joinedAt).toEqual(new Date('2026-01-02T03:04:05.678Z'))
    const alone = await database().query.botChannels.findMany({ where: { guildId }, orderBy: { channelId: 'asc' } })
    expect(guilds[2]?.channels).toEqual(alone)
    expect(alone[0]).toMatchObject({
      lastMessageId: '9223372036854775807',
      settings: { a: { b: 1 }, is_enabled: true },
    })
    expect(alone[1]).toMatchObject({ messageCount: 9_007_199_254_740_991, createdAt: expect.any(Date) })
    expectTypeOf(guilds[1]!.channels[0]!.messageCount).toEqualTypeOf<number>()
    expectTypeOf(guilds[1]!.channels[0]!.createdAt).toEqualTypeOf<Date>()
    expect(await statementsOf(() => database().query.botGuilds.findMany({ with: { channels: true } }))).toHaveLength(1)
  })

  it('reads the channels of a guild that are being read, by message count', async () => {
    const channels = await database().query.botChannels.findMany({
      where: { guildId, isReading: true },
      orderBy: { messageCount: 'desc' },
    })

    expect(channels.map(({ channelId }) => channelId)).toEqual(['1152921504606846979', '1152921504606846978'])
  })

  it('counts the channels of each guild', async () => {
    const counts = await database()
      .select({ guildId: botChannels.guildId, channels: count() })
      .from(botChannels)
      .groupBy(botChannels.guildId)
      .orderBy(desc(count()))

    expect(counts).toEqual([
      { guildId: second, channels: 3 },
      { guildId: first, channels: 1 },
    ])
    expect(await database().$count(botChannels, eq(botChannels.guildId, guildId))).toBe(3)
  })
})
