import { describe, expect, it } from 'vitest'
import {
  findChannel,
  incrementChannelMessageCount,
  setChannelReading,
  setChannelSettings,
  touchChannelActivity,
  updateChannelCursor,
  updateChannelProgress,
  updateChannelSettings,
} from '../../src/db/index.ts'
import { atOnce, newChannel, rows, statementsOf, useDatabase } from './fixtures.ts'

useDatabase()

const channel = async (id: string) => (await findChannel(id))!

describe('setChannelReading', () => {
  it('sets the flag and its mirror in the settings, and nothing else', async () => {
    const id = await newChannel(undefined, { settingsOverrides: { a: 1 } })
    await setChannelReading(id, true)
    expect(await channel(id)).toMatchObject({ isReading: true, settings: { a: 1, is_enabled: true } })
    await setChannelReading(id, false)
    expect(await channel(id)).toMatchObject({ isReading: false, settings: { a: 1, is_enabled: false } })
    await setChannelReading('404', true)
  })

  it('is one statement, so that nothing stored meanwhile is lost', async () => {
    const id = await newChannel()
    expect(await statementsOf(() => setChannelReading(id, true))).toHaveLength(1)
    await atOnce(40, (index) =>
      index % 2 === 0 ? setChannelReading(id, true) : incrementChannelMessageCount(id).then(() => {}),
    )
    expect(await channel(id)).toMatchObject({ isReading: true, messageCount: 20 })
  })
})

describe('updateChannelCursor', () => {
  it('sets the cursor as given: forward, back, or to none', async () => {
    const id = await newChannel()
    for (const cursor of ['1000000000000000000', '99999999999999999', '0', '', null]) {
      await updateChannelCursor(id, cursor)
      expect((await channel(id)).lastMessageId).toBe(cursor)
      expect((await channel(id)).lastScannedAt).toBeInstanceOf(Date)
    }
    await updateChannelCursor('404', '1')
  })

  it('refuses what is no id, and the connection goes on working', async () => {
    const id = await newChannel()
    await expect(updateChannelCursor(id, 'abc')).rejects.toMatchObject({ code: 'invalid-input' })
    expect((await channel(id)).lastMessageId).toBeNull()
  })
})

describe('updateChannelProgress', () => {
  it('moves the cursor only forward, compared as numbers whatever their length', async () => {
    const id = await newChannel()
    const steps = [
      ['99999999999999999', '99999999999999999'],
      ['100000000000000000', '100000000000000000'],
      ['99999999999999999', '100000000000000000'],
      ['1000000000000000000', '1000000000000000000'],
      ['999999999999999999', '1000000000000000000'],
      ['9223372036854775807', '9223372036854775807'],
      ['9223372036854775806', '9223372036854775807'],
    ] as const
    for (const [given, expected] of steps) {
      await updateChannelProgress(id, given, 0)
      expect((await channel(id)).lastMessageId).toBe(expected)
    }
  })

  it.each([null, ''])('counts %j as 0, given and stored', async (nothing) => {
    const id = await newChannel()
    await updateChannelCursor(id, nothing)
    await updateChannelProgress(id, nothing, 1)
    expect(await channel(id)).toMatchObject({ lastMessageId: '0', messageCount: 1 })
    await updateChannelCursor(id, nothing)
    await updateChannelProgress(id, '0005', 1)
    expect(await channel(id)).toMatchObject({ lastMessageId: '5', messageCount: 2 })
    await updateChannelProgress(id, nothing, 1)
    expect(await channel(id)).toMatchObject({ lastMessageId: '5', messageCount: 3 })
  })

  it('adds to the count, also negative numbers and beyond 2^31, and notes when', async () => {
    const id = await newChannel()
    await updateChannelProgress(id, '5', 5_000_000_000)
    await updateChannelProgress(id, '4', -1)
    expect(await channel(id)).toMatchObject({ messageCount: 4_999_999_999, lastScannedAt: expect.any(Date) })
    await updateChannelProgress('404', '5', 1)
  })

  it('loses nothing of 100 at once and ends at the highest id', async () => {
    const id = await newChannel()
    await atOnce(100, (index) => updateChannelProgress(id, String(99_999_999_999_999_950n + BigInt(index)), 2))
    expect(await channel(id)).toMatchObject({ lastMessageId: '100000000000000049', messageCount: 200 })
  })

  it.each(['abc', '-5', '1.5', '1e3', ' 5', '0x10', '5; drop table users'])(
    'refuses %j, changes nothing, and the connection goes on working',
    async (id) => {
      const channelId = await newChannel()
      const attempts = atOnce(25, () => updateChannelProgress(channelId, id, 1))
      await expect(attempts).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining(id) })
      expect(await channel(channelId)).toMatchObject({ lastMessageId: null, messageCount: 0 })
    },
  )
})

describe('counting and touching', () => {
  it('counts 100 messages at once as 100', async () => {
    const id = await newChannel()
    await atOnce(100, () => incrementChannelMessageCount(id))
    expect((await channel(id)).messageCount).toBe(100)
    await incrementChannelMessageCount(id, -40)
    expect((await channel(id)).messageCount).toBe(60)
    await incrementChannelMessageCount('404')
  })

  it('notes the time of the last activity, and only that', async () => {
    const id = await newChannel()
    const before = await channel(id)
    await touchChannelActivity(id)
    await touchChannelActivity('404')
    const { lastActivityAt, updatedAt, ...rest } = await channel(id)
    expect(lastActivityAt).toBeInstanceOf(Date)
    expect(before).toMatchObject(rest)
    expect(updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime())
  })
})

describe('the settings of a channel', () => {
  it('are merged key by key at the top, and the row comes back', async () => {
    const channelId = await newChannel(undefined, { settingsOverrides: { a: 1, nested: { x: 1 } } })
    expect(await updateChannelSettings(channelId, { b: 2, nested: { y: 2 } })).toEqual({
      channelId,
      settings: { a: 1, b: 2, nested: { y: 2 } },
      updatedAt: (await channel(channelId)).updatedAt,
    })
    expect(await updateChannelSettings('404', {})).toBeNull()
  })

  it('are replaced as a whole, and the row comes back', async () => {
    const channelId = await newChannel(undefined, { settingsOverrides: { a: 1 } })
    expect(await setChannelSettings(channelId, { b: 2 })).toMatchObject({ channelId, settings: { b: 2 } })
    expect((await channel(channelId)).settings).toEqual({ b: 2 })
    expect(await setChannelSettings('404', {})).toBeNull()
  })

  it('lose no change of 100 at once', async () => {
    const id = await newChannel()
    await atOnce(100, (index) => updateChannelSettings(id, { [`key${index}`]: index }))
    expect(Object.keys((await channel(id)).settings)).toHaveLength(100)
  })

  it('are read when they were stored by other code', async () => {
    const id = await newChannel()
    await rows(`update bot_channels set settings = '{"match": {"accept_video": false}}' where channel_id = $1`, [id])
    expect((await channel(id)).settings).toEqual({ match: { accept_video: false } })
  })
})
