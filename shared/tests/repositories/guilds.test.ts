import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import {
  deleteGuilds,
  getChannelsByGuild,
  getGuildSettings,
  listGuilds,
  listGuildsWithChannels,
  markGuildLeft,
  setGuildSettings,
  touchGuild,
  upsertGuild,
  upsertGuilds,
  upsertUserLogin,
} from '../../src/db/index.ts'
import { atOnce, newChannel, newGuild, newId, row, rows, statementsOf, useDatabase } from './fixtures.ts'

useDatabase()

const guildRow = (id: string) => row('select * from bot_guilds where guild_id = $1', [id])

async function newUser(): Promise<string> {
  const id = newId()
  await upsertUserLogin({ discordUserId: id, username: 'u', globalName: null, avatar: null })
  return id
}

describe('upsertGuild', () => {
  it('stores a guild with now as the time it joined and was seen', async () => {
    const guildId = newId()
    await upsertGuild({ guildId, name: 'One', icon: 'https://cdn.example/i.png' })
    const stored = await guildRow(guildId)
    expect(stored).toMatchObject({
      guild_id: guildId,
      name: 'One',
      icon: 'https://cdn.example/i.png',
      owner_user_id: null,
    })
    expect(stored.joined_at).toEqual(stored.last_seen_at)
    expect(Math.abs(Date.now() - (stored.joined_at as Date).getTime())).toBeLessThan(60_000)
  })

  it('replaces name and icon, also by no icon, and keeps the time of the first join', async () => {
    const guildId = newId()
    const joinedAt = new Date('2020-01-02T03:04:05.678Z')
    await upsertGuild({ guildId, name: 'Old', icon: 'old', joinedAt })
    await upsertGuild({ guildId, name: 'New', icon: null, joinedAt: new Date() })
    expect(await guildRow(guildId)).toMatchObject({ name: 'New', icon: null, joined_at: joinedAt })
  })

  it('moves the time it was seen forward', async () => {
    const guildId = await newGuild()
    await rows(`update bot_guilds set last_seen_at = '2020-01-01' where guild_id = $1`, [guildId])
    await upsertGuild({ guildId, name: 'x' })
    expect(((await guildRow(guildId)).last_seen_at as Date).getTime()).toBeGreaterThan(Date.parse('2026-01-01'))
  })

  it('never wipes the person who claimed the guild; only another person replaces them', async () => {
    const [guildId, first, second] = [newId(), await newUser(), await newUser()]
    await upsertGuild({ guildId, name: 'x', ownerUserId: first })
    await upsertGuild({ guildId, name: 'x' })
    await upsertGuild({ guildId, name: 'x', ownerUserId: null })
    await upsertGuilds([{ id: guildId, name: 'x', discordOwnerId: newId() }])
    expect((await guildRow(guildId)).owner_user_id).toBe(first)
    await upsertGuild({ guildId, name: 'x', ownerUserId: second })
    expect((await guildRow(guildId)).owner_user_id).toBe(second)
  })

  it('keeps the owner in Discord when a snapshot does not tell', async () => {
    const [guildId, discordOwnerId] = [newId(), newId()]
    await upsertGuild({ guildId, name: 'x', discordOwnerId })
    await upsertGuild({ guildId, name: 'x' })
    expect((await guildRow(guildId)).discord_owner_id).toBe(discordOwnerId)
  })

  it('says that an owner is not stored, and the connection goes on working', async () => {
    const guildId = newId()
    const failure = await upsertGuild({ guildId, name: 'x', ownerUserId: '404' }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(AppError)
    expect(failure).toMatchObject({ code: 'not-found', message: expect.stringContaining('ownerUserId') })
    await upsertGuild({ guildId, name: 'x' })
    expect((await guildRow(guildId)).name).toBe('x')
  })

  it('brings back a guild that was left', async () => {
    const guildId = await newGuild()
    await markGuildLeft(guildId)
    expect((await listGuilds()).map((guild) => guild.guildId)).not.toContain(guildId)
    await upsertGuild({ guildId, name: 'back' })
    expect((await listGuilds()).map((guild) => guild.guildId)).toContain(guildId)
  })

  it('stores names that JSON in Postgres cannot hold', async () => {
    const guildId = newId()
    await upsertGuild({ guildId, name: 'a\0b\ud800c "\\u0000" 😀' })
    expect((await guildRow(guildId)).name).toBe('ab\ufffdc "\\u0000" 😀')
  })
})

describe('upsertGuilds', () => {
  it('stores all or none', async () => {
    const [good, bad] = [newId(), newId()]
    const attempt = upsertGuilds([
      { id: good, name: 'x' },
      { id: bad, name: 'x', ownerUserId: '404' },
    ])
    await expect(attempt).rejects.toMatchObject({ code: 'not-found' })
    expect(await rows('select from bot_guilds where guild_id = any($1)', [[good, bad]])).toEqual([])
  })

  it('takes any iterable, no guilds, and one guild twice', async () => {
    await upsertGuilds([])
    const id = newId()
    await upsertGuilds(
      new Set([
        { id, name: 'first' },
        { id, name: 'last' },
      ]),
    )
    expect((await guildRow(id)).name).toBe('last')
  })

  it('is one statement, however many guilds', async () => {
    const guilds = (count: number) => Array.from({ length: count }, () => ({ id: newId(), name: 'x' }))
    expect(await statementsOf(() => upsertGuilds(guilds(1)))).toHaveLength(1)
    expect(await statementsOf(() => upsertGuilds(guilds(1000)))).toHaveLength(1)
  })

  it('does not deadlock when many write the same guilds in different order', async () => {
    const guilds = Array.from({ length: 200 }, () => ({ id: newId(), name: 'x' }))
    await atOnce(20, (index) => upsertGuilds(index % 2 === 0 ? guilds : guilds.toReversed()))
    expect(await rows('select from bot_guilds where guild_id = any($1)', [guilds.map(({ id }) => id)])).toHaveLength(
      200,
    )
  })
})

describe('deleteGuilds', () => {
  it('deletes channels and scan runs with the guild and keeps its settings', async () => {
    const guildId = await newGuild()
    const channelId = await newChannel(guildId)
    await rows('insert into bot_channel_scan_runs (channel_id) values ($1)', [channelId])
    await setGuildSettings(guildId, { kept: true })
    const other = await newGuild()
    await deleteGuilds([guildId, 'not stored'])
    expect(await rows('select from bot_guilds where guild_id = $1', [guildId])).toEqual([])
    expect(await getChannelsByGuild(guildId)).toEqual([])
    expect(await rows('select from bot_channel_scan_runs where channel_id = $1', [channelId])).toEqual([])
    expect((await getGuildSettings(guildId))?.settings).toEqual({ kept: true })
    expect((await guildRow(other)).guild_id).toBe(other)
  })

  it('does nothing for no guilds and takes more than a statement may have parameters', async () => {
    expect(await statementsOf(() => deleteGuilds([]))).toEqual([])
    const guildId = await newGuild()
    await deleteGuilds([...Array.from({ length: 70_000 }, (_, index) => String(index)), guildId])
    expect(await rows('select from bot_guilds where guild_id = $1', [guildId])).toEqual([])
  })
})

describe('touchGuild', () => {
  it('sets the time a guild was seen to now, and does nothing for a guild that is not stored', async () => {
    const guildId = await newGuild()
    await rows(`update bot_guilds set last_seen_at = '2020-01-01' where guild_id = $1`, [guildId])
    await touchGuild(guildId)
    await touchGuild('404')
    expect(((await guildRow(guildId)).last_seen_at as Date).getTime()).toBeGreaterThan(Date.parse('2026-01-01'))
  })
})

describe('listGuildsWithChannels', () => {
  it('gives the guilds the bot is in, by name, with all their channels, in two statements', async () => {
    await deleteGuilds((await listGuilds()).map(({ guildId }) => guildId))
    const [first, second, empty, left] = [newId(), newId(), newId(), newId()]
    await upsertGuilds([
      { id: second, name: 'b' },
      { id: first, name: 'a' },
      { id: empty, name: 'c' },
      { id: left, name: 'd' },
    ])
    for (const guildId of [first, first, second, left]) await newChannel(guildId)
    await markGuildLeft(left)

    let guilds: Awaited<ReturnType<typeof listGuildsWithChannels>> = []
    expect(await statementsOf(async () => (guilds = await listGuildsWithChannels()))).toHaveLength(2)
    expect(guilds).toMatchObject(await listGuilds())
    expect(guilds.map(({ guildId, channels }) => [guildId, channels.length])).toEqual([
      [first, 2],
      [second, 1],
      [empty, 0],
    ])
    for (const { guildId, channels } of guilds)
      expect(new Set(channels)).toEqual(new Set(await getChannelsByGuild(guildId)))
  })
})
