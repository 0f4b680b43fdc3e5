import { describe, expect, it } from 'vitest'
import {
  deleteRole,
  getChannelsByGuild,
  listGuilds,
  listRoles,
  replaceRoles,
  setChannelReading,
  syncGuilds,
  upsertGuild,
  upsertRole,
  upsertUserLogin,
  type GuildSnapshot,
} from '../../src/db/index.ts'
import { atOnce, newGuild, newId, row, rows, statementsOf, useDatabase } from './fixtures.ts'

useDatabase()

const role = (id: string, name = 'role') => ({ id, name, position: 1, permissions: '1152921504606846976' })

function world(guilds: number, channels: number): GuildSnapshot[] {
  return Array.from({ length: guilds }, (_, index) => {
    const id = newId()
    return {
      id,
      name: `guild ${index}`,
      icon: null,
      discordOwnerId: newId(),
      roles: [role(id, '@everyone'), role(newId())],
      channels: Array.from({ length: channels }, (_, position) => ({
        id: newId(),
        name: `channel ${position}`,
        type: 'text',
        position,
        parentId: null,
        permissionOverwrites: [],
      })),
    }
  })
}

describe('storing guilds as the bot sees them', () => {
  it('stores guilds, roles and channels', async () => {
    const [snapshot] = world(1, 3)
    await syncGuilds([snapshot!])
    expect((await listGuilds()).find(({ guildId }) => guildId === snapshot!.id)).toMatchObject({
      name: snapshot!.name,
      discordOwnerId: snapshot!.discordOwnerId,
    })
    expect((await listRoles(snapshot!.id)).map(({ roleId }) => roleId).toSorted()).toEqual(
      snapshot!.roles!.map(({ id }) => id).toSorted(),
    )
    expect(await getChannelsByGuild(snapshot!.id)).toMatchObject(
      snapshot!.channels!.map(({ id, position }) => ({ channelId: id, position, permissionOverwrites: [] })),
    )
  })

  it('takes the same number of statements for 1 guild with 1 channel and for 50 with 50', async () => {
    const [small, big] = [world(1, 1), world(50, 50)]
    const few = await statementsOf(() => syncGuilds(small))
    const many = await statementsOf(() => syncGuilds(big))
    expect(many).toHaveLength(few.length)
    // begin, savepoint and commit included
    expect(many.length).toBeLessThanOrEqual(8)
  })

  it('does nothing for no guilds', async () => {
    await syncGuilds([])
  })

  it('keeps the claim of the guild, reading of channels, and channels that Discord did not list', async () => {
    const owner = newId()
    await upsertUserLogin({ discordUserId: owner, username: 'u', globalName: null, avatar: null })
    const [snapshot] = world(1, 2)
    await syncGuilds([snapshot!])
    await upsertGuild({ guildId: snapshot!.id, name: 'x', ownerUserId: owner })
    const [kept, missing] = snapshot!.channels!
    await setChannelReading(kept!.id, true)
    await syncGuilds([{ ...snapshot!, channels: [kept!] }])
    expect(await row('select owner_user_id from bot_guilds where guild_id = $1', [snapshot!.id])).toEqual({
      owner_user_id: owner,
    })
    expect(await getChannelsByGuild(snapshot!.id)).toMatchObject([
      { channelId: kept!.id, isReading: true },
      { channelId: missing!.id, deletedAt: null },
    ])
  })

  it('leaves roles and channels alone when a snapshot does not tell', async () => {
    const [snapshot] = world(1, 2)
    await syncGuilds([snapshot!])
    await syncGuilds([{ id: snapshot!.id, name: 'renamed' }])
    expect(await listRoles(snapshot!.id)).toHaveLength(2)
    expect(await getChannelsByGuild(snapshot!.id)).toHaveLength(2)
  })

  it('stores all or none', async () => {
    const snapshots = world(2, 1)
    const broken = [snapshots[0]!, { ...snapshots[1]!, ownerUserId: '404' }]
    await expect(syncGuilds(broken)).rejects.toMatchObject({ code: 'not-found' })
    expect(await rows('select from bot_guilds where guild_id = any($1)', [snapshots.map(({ id }) => id)])).toEqual([])
  })

  it('does not deadlock when many store the same guilds in different order', async () => {
    const snapshots = world(10, 10)
    await atOnce(12, (index) => syncGuilds(index % 2 === 0 ? snapshots : snapshots.toReversed()))
    for (const { id } of snapshots) expect(await getChannelsByGuild(id)).toHaveLength(10)
  })
})

describe('roles', () => {
  it('become exactly those given, in the guilds given', async () => {
    const [first, second] = [await newGuild(), await newGuild()]
    await replaceRoles(
      new Map([
        [first, [role('1'), role('2')]],
        [second, [role('1')]],
      ]),
    )
    await replaceRoles(new Map([[first, [role('2', 'renamed'), role('3')]]]))
    const names = async (id: string) => (await listRoles(id)).map(({ roleId, name }) => `${roleId} ${name}`).toSorted()
    expect(await names(first)).toEqual(['2 renamed', '3 role'])
    expect(await names(second)).toEqual(['1 role'])
    await replaceRoles(new Map([[first, []]]))
    expect(await names(first)).toEqual([])
  })

  it('are added, changed and removed one by one, with bits above 2^53 exact', async () => {
    const guildId = await newGuild()
    await upsertRole(guildId, { ...role('1'), permissions: '18446744073709551615' })
    await upsertRole(guildId, { ...role('1', 'renamed'), permissions: '9007199254740993' })
    expect(await listRoles(guildId)).toEqual([
      { guildId, roleId: '1', name: 'renamed', position: 1, permissions: '9007199254740993' },
    ])
    await deleteRole(guildId, '1')
    await deleteRole(guildId, '404')
    expect(await listRoles(guildId)).toEqual([])
  })
})
