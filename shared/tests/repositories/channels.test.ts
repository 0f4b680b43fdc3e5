import { describe, expect, it } from 'vitest'
import {
  deleteChannels,
  findChannel,
  getChannelsByGuild,
  listChannelsByIds,
  markChannelDeleted,
  setChannelReading,
  updateChannelProgress,
  updateChannelSettings,
  upsertChannels,
  upsertChannelsForGuild,
} from '../../src/db/index.ts'
import { atOnce, newChannel, newGuild, newId, row, rows, statementsOf, useDatabase } from './fixtures.ts'

useDatabase()

describe('upserting channels', () => {
  it('stores a channel with the defaults of the original', async () => {
    const guildId = await newGuild()
    const id = newId()
    await upsertChannelsForGuild(guildId, [{ id, name: 'clips', type: 'text', settingsOverrides: { a: 1 } }])
    expect(await findChannel(id)).toEqual({
      channelId: id,
      guildId,
      name: 'clips',
      type: 'text',
      isNsfw: false,
      isReading: false,
      lastMessageId: null,
      lastScannedAt: null,
      lastActivityAt: null,
      messageCount: 0,
      settings: { a: 1 },
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
      position: null,
      parentId: null,
      permissionOverwrites: null,
      deletedAt: null,
      isArchived: false,
      tags: null,
      availableTags: null,
    })
  })

  it('replaces guild, name, type and nsfw, and leaves reading, cursor and counters alone', async () => {
    const [first, second] = [await newGuild(), await newGuild()]
    const id = await newChannel(first, { isNsfw: true })
    await setChannelReading(id, true)
    await updateChannelProgress(id, '123', 7)
    const before = (await findChannel(id))!
    await upsertChannelsForGuild(second, [{ id, name: 'renamed', type: 'news' }])
    expect(await findChannel(id)).toEqual({
      ...before,
      guildId: second,
      name: 'renamed',
      type: 'news',
      isNsfw: false,
      updatedAt: expect.any(Date),
    })
  })

  it('merges given settings over the stored ones and leaves them alone when none are given', async () => {
    const guildId = await newGuild()
    const id = await newChannel(guildId, { settingsOverrides: { a: 1, nested: { x: 1 } } })
    const settingsAfter = async (settingsOverrides?: Record<string, unknown> | null) => {
      await upsertChannelsForGuild(guildId, [{ id, name: 'x', type: 'text', settingsOverrides }])
      return (await findChannel(id))?.settings
    }
    expect(await settingsAfter()).toEqual({ a: 1, nested: { x: 1 } })
    expect(await settingsAfter(null)).toEqual({ a: 1, nested: { x: 1 } })
    expect(await settingsAfter({})).toEqual({ a: 1, nested: { x: 1 } })
    expect(await settingsAfter({ b: 2, nested: { y: 2 } })).toEqual({ a: 1, b: 2, nested: { y: 2 } })
  })

  it('keeps position, parent and overwrites that a snapshot does not tell', async () => {
    const guildId = await newGuild()
    const permissionOverwrites = [{ id: guildId, type: 'role' as const, allow: '0', deny: '1152921504606846976' }]
    const id = await newChannel(guildId, { position: 3, parentId: '77', permissionOverwrites })
    await upsertChannelsForGuild(guildId, [{ id, name: 'x', type: 'text' }])
    expect(await findChannel(id)).toMatchObject({ position: 3, parentId: '77', permissionOverwrites })
    await upsertChannelsForGuild(guildId, [{ id, name: 'x', type: 'text', position: 0, permissionOverwrites: [] }])
    expect(await findChannel(id)).toMatchObject({ position: 0, parentId: null, permissionOverwrites: [] })
  })

  it('stores all or none, and says when a guild is not stored', async () => {
    const guildId = await newGuild()
    const [good, bad] = [newId(), newId()]
    const attempt = upsertChannels([
      { id: good, guildId, name: 'x', type: 'text' },
      { id: bad, guildId: '404', name: 'x', type: 'text' },
    ])
    await expect(attempt).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('guildId') })
    expect(await listChannelsByIds([good, bad])).toEqual([])
  })

  it('takes any iterable, no channels, and one channel twice', async () => {
    const guildId = await newGuild()
    expect(await statementsOf(() => upsertChannelsForGuild(guildId, []))).toEqual([])
    const id = newId()
    await upsertChannelsForGuild(
      guildId,
      new Set([
        { id, name: 'first', type: 'text' },
        { id, name: 'last', type: 'text' },
      ]),
    )
    expect((await findChannel(id))?.name).toBe('last')
  })

  it('is one statement, however many channels', async () => {
    const guildId = await newGuild()
    const channels = (count: number) => Array.from({ length: count }, () => ({ id: newId(), name: 'x', type: 'text' }))
    expect(await statementsOf(() => upsertChannelsForGuild(guildId, channels(1)))).toHaveLength(1)
    expect(await statementsOf(() => upsertChannelsForGuild(guildId, channels(10_000)))).toHaveLength(1)
    expect(await getChannelsByGuild(guildId)).toHaveLength(10_001)
  })

  it('does not deadlock when many write the same channels in different order', async () => {
    const guildId = await newGuild()
    const channels = Array.from({ length: 300 }, () => ({ id: newId(), name: 'x', type: 'text' }))
    await atOnce(20, (index) => upsertChannelsForGuild(guildId, index % 2 === 0 ? channels : channels.toReversed()))
    expect(await getChannelsByGuild(guildId)).toHaveLength(300)
  })

  it('loses no change of the settings that is made at the same time', async () => {
    const guildId = await newGuild()
    const id = await newChannel(guildId)
    await atOnce(60, async (index) => {
      const values = { [`key${index}`]: index }
      if (index % 2 === 0) await updateChannelSettings(id, values)
      else await upsertChannelsForGuild(guildId, [{ id, name: 'x', type: 'text', settingsOverrides: values }])
    })
    expect(Object.keys((await findChannel(id))!.settings)).toHaveLength(60)
  })

  it('brings back a channel that was deleted', async () => {
    const guildId = await newGuild()
    const id = await newChannel(guildId)
    await markChannelDeleted(id)
    expect((await findChannel(id))?.deletedAt).toBeInstanceOf(Date)
    await upsertChannelsForGuild(guildId, [{ id, name: 'x', type: 'text' }])
    expect((await findChannel(id))?.deletedAt).toBeNull()
  })

  it('moves updated_at through the trigger', async () => {
    const guildId = await newGuild()
    const id = await newChannel(guildId)
    const before = (await findChannel(id))!.updatedAt
    await upsertChannelsForGuild(guildId, [{ id, name: 'x', type: 'text' }])
    expect((await findChannel(id))!.updatedAt.getTime()).toBeGreaterThan(before.getTime())
  })
})

describe('reading channels', () => {
  it('lists those of a guild by name, nameless ones last, then by id', async () => {
    const guildId = await newGuild()
    const [b, a, second] = [newId(), newId(), newId()]
    const nameless = newId()
    await upsertChannelsForGuild(guildId, [
      { id: b, name: 'b', type: 'text' },
      { id: second, name: 'a', type: 'text' },
      { id: a, name: 'a', type: 'text' },
      { id: nameless, name: 'x', type: 'text' },
    ])
    await rows('update bot_channels set name = null where channel_id = $1', [nameless])
    await newChannel()
    expect((await getChannelsByGuild(guildId)).map(({ channelId }) => channelId)).toEqual([a, second, b, nameless])
    expect(await getChannelsByGuild('404')).toEqual([])
  })

  it('finds one or many by id', async () => {
    const [first, second] = [await newChannel(), await newChannel()]
    expect((await findChannel(first))?.channelId).toBe(first)
    expect(await findChannel('404')).toBeNull()
    const found = await listChannelsByIds([first, second, '404'])
    expect(found.map(({ channelId }) => channelId).toSorted()).toEqual([first, second].toSorted())
    expect(await listChannelsByIds([])).toEqual([])
  })
})

describe('deleting channels', () => {
  it('deletes their scan runs, and nothing for no channels', async () => {
    const [gone, stays] = [await newChannel(), await newChannel()]
    await rows('insert into bot_channel_scan_runs (channel_id) values ($1), ($2)', [gone, stays])
    expect(await statementsOf(() => deleteChannels([]))).toEqual([])
    await deleteChannels(new Set([gone, '404']))
    expect(await findChannel(gone)).toBeNull()
    expect(
      await row('select channel_id from bot_channel_scan_runs where channel_id in ($1, $2)', [gone, stays]),
    ).toEqual({
      channel_id: stays,
    })
  })

  it('takes more ids than a statement may have parameters', async () => {
    const gone = await newChannel()
    await deleteChannels([...Array.from({ length: 70_000 }, (_, index) => String(index)), gone])
    expect(await findChannel(gone)).toBeNull()
  })

  it('only notes it, with the threads, when Discord says so', async () => {
    const guildId = await newGuild()
    const id = await newChannel(guildId)
    const thread = await newChannel(guildId, { parentId: id, type: 'public_thread' })
    const other = await newChannel(guildId)
    await markChannelDeleted(id)
    const at = (await findChannel(id))!.deletedAt
    await markChannelDeleted(id)
    expect(at).toBeInstanceOf(Date)
    expect((await findChannel(id))!.deletedAt).toEqual(at)
    expect((await findChannel(thread))!.deletedAt).toEqual(at)
    expect((await findChannel(other))!.deletedAt).toBeNull()
  })
})
