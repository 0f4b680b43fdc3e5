import { API } from '@discordjs/core'
import { REST } from '@discordjs/rest'
import { ChannelType, PermissionFlagsBits as Bits, Routes } from 'discord-api-types/v10'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO } from '../src/index.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'

const { guilds, people, uninvited } = DEMO
const guildId = guilds.squad

describe('guilds', () => {
  let twin: CheckedTwin
  let api: API

  beforeAll(async () => {
    twin = await startCheckedTwin()
    api = new API(new REST({ api: twin.apiUrl, retries: 0 }).setToken(twin.botToken))
    allow(Bits.ManageGuild | Bits.ManageRoles | Bits.BanMembers)
  })
  afterAll(() => twin.close())

  function botRole() {
    const guild = twin.world.requireGuild(guildId)
    return guild.roles.get(guild.members.get(twin.world.botId)!.roleIds[0]!)!
  }
  function allow(bits: bigint, but = 0n): void {
    const role = botRole()
    twin.world.setRole(guildId, { ...role, permissions: (role.permissions | bits) & ~but, position: 20 })
  }

  it('are there for the bot only where it is in, with counts on demand', async () => {
    const guild = await api.guilds.get(guildId)
    expect(guild).toMatchObject({ id: guildId, owner_id: people.mara })
    expect(guild).not.toHaveProperty('approximate_member_count')
    const { size } = twin.world.requireGuild(guildId).members
    expect(await api.guilds.get(guildId, { with_counts: true })).toMatchObject({ approximate_member_count: size })
    expect(await api.guilds.getPreview(guildId)).toMatchObject({ id: guildId, approximate_member_count: size })
    await expect(api.guilds.get(uninvited)).rejects.toMatchObject({ status: 403, code: 50_001 })
    await expect(api.guilds.get('42')).rejects.toMatchObject({ status: 404, code: 10_004 })
    await expect(api.guilds.get('abc')).rejects.toMatchObject({ status: 400, code: 50_035 })
    await expect(api.guilds.get(guildId, { with_counts: 'maybe' as never })).rejects.toMatchObject({ code: 50_035 })
  })

  it('change for those who may manage them', async () => {
    const text = twin.world.channelsOf(guildId).find(({ type }) => type === ChannelType.GuildText)!
    const changed = await api.guilds.edit(guildId, {
      name: 'The Day Squad',
      description: null,
      verification_level: 3,
      system_channel_id: text.id,
    })
    expect(changed).toMatchObject({
      name: 'The Day Squad',
      description: null,
      verification_level: 3,
      system_channel_id: text.id,
    })
    expect(await api.guilds.get(guildId)).toMatchObject({ name: 'The Day Squad', verification_level: 3 })
    await expect(api.guilds.edit(guildId, { name: 'x' })).rejects.toMatchObject({ code: 50_035 })
    await expect(api.guilds.edit(guildId, { system_channel_id: '42' })).rejects.toMatchObject({ code: 50_035 })
    allow(0n, Bits.ManageGuild)
    await expect(api.guilds.edit(guildId, { name: 'Mine' })).rejects.toMatchObject({ code: 50_013 })
    allow(Bits.ManageGuild)
  })

  it('ban nobody', async () => {
    expect(await api.guilds.getMemberBans(guildId)).toEqual([])
    await expect(api.guilds.getMemberBan(guildId, people.sam)).rejects.toMatchObject({ code: 10_026 })
  })

  it('have roles that are created, changed, ordered and deleted below the bot’s own', async () => {
    const role = await api.guilds.createRole(guildId, {
      name: 'Fresh',
      color: 0xff0000,
      hoist: true,
      permissions: '1024',
    })
    expect(role).toMatchObject({
      name: 'Fresh',
      color: 0xff0000,
      hoist: true,
      managed: false,
      mentionable: false,
      permissions: '1024',
      position: 1,
    })
    expect(await api.guilds.getRole(guildId, role.id)).toEqual(role)
    expect(await api.guilds.editRole(guildId, role.id, { name: 'Fresher', mentionable: true })).toMatchObject({
      name: 'Fresher',
      mentionable: true,
      color: 0xff0000,
    })
    const ordered = await api.guilds.setRolePositions(guildId, [{ id: role.id, position: 7 }])
    expect(ordered.find(({ id }) => id === role.id)!.position).toBe(7)
    expect(await api.guilds.getRoles(guildId)).toEqual(ordered)
    twin.world.setMember(guildId, people.sam, [role.id])
    expect(await api.rest.get(Routes.guildRoleMemberCounts(guildId))).toMatchObject({ [role.id]: 1 })
    await api.guilds.deleteRole(guildId, role.id)
    await expect(api.guilds.getRole(guildId, role.id)).rejects.toMatchObject({ code: 10_011 })
    expect(await api.guilds.getMember(guildId, people.sam)).toMatchObject({ roles: [] })
  })

  it('let nobody change a role above their own, give what they do not have, or manage roles without the permission', async () => {
    const above = twin.world.setRole(guildId, {
      id: '1500000000000000001',
      name: 'above',
      permissions: 0n,
      position: 30,
    })
    const own = botRole()
    await expect(api.guilds.editRole(guildId, above.id, { name: 'x' })).rejects.toMatchObject({ code: 50_013 })
    await expect(api.guilds.deleteRole(guildId, above.id)).rejects.toMatchObject({ code: 50_013 })
    await expect(api.guilds.editRole(guildId, own.id, { name: 'x' })).rejects.toMatchObject({ code: 50_013 })
    await expect(api.guilds.createRole(guildId, { permissions: String(Bits.Administrator) })).rejects.toMatchObject({
      code: 50_013,
    })
    const { id } = await api.guilds.createRole(guildId, { name: 'low' })
    await expect(api.guilds.setRolePositions(guildId, [{ id, position: 40 }])).rejects.toMatchObject({ code: 50_013 })
    await expect(api.guilds.deleteRole(guildId, guildId)).rejects.toMatchObject({ code: 50_028 })
    allow(0n, Bits.ManageRoles)
    await expect(api.guilds.createRole(guildId, {})).rejects.toMatchObject({ code: 50_013 })
    allow(Bits.ManageRoles)
  })

  it('are left', async () => {
    const left = guilds.private
    expect((await api.users.getGuilds()).map(({ id }) => id)).toContain(left)
    await api.users.leaveGuild(left)
    expect((await api.users.getGuilds()).map(({ id }) => id)).not.toContain(left)
    await expect(api.guilds.get(left)).rejects.toMatchObject({ code: 50_001 })
  })

  it('of the bot come in pages', async () => {
    const all = await api.users.getGuilds()
    expect(all).toHaveLength(3)
    expect(all[0]).toMatchObject({ owner: false, permissions: expect.stringMatching(/^\d+$/), features: [] })
    expect(all[0]).not.toHaveProperty('approximate_member_count')
    const ids = async (query: object) => (await api.users.getGuilds(query)).map(({ id }) => id)
    const [first, second, third] = all.map(({ id }) => id) as [string, string, string]
    expect(await ids({ limit: 2 })).toEqual([first, second])
    expect(await ids({ limit: 1, after: first })).toEqual([second])
    expect(await ids({ limit: 1, before: third })).toEqual([second])
    expect(await api.users.getGuilds({ with_counts: true })).toMatchObject([
      { approximate_member_count: expect.any(Number) },
      {},
      {},
    ])
    for (const limit of [0, 201]) await expect(ids({ limit })).rejects.toMatchObject({ code: 50_035 })
  })
})

describe('the bot’s own account', () => {
  it('is read and renamed, and people take no messages from it', async () => {
    const twin = await startCheckedTwin()
    const api = new API(new REST({ api: twin.apiUrl, retries: 0 }).setToken(twin.botToken))
    expect(await api.users.getCurrent()).toMatchObject({ id: twin.world.botId, bot: true, email: null })
    expect(await api.users.edit({ username: 'Saver' })).toMatchObject({ username: 'Saver' })
    expect(await api.users.get(twin.world.botId)).toMatchObject({ username: 'Saver' })
    await expect(api.users.get('42')).rejects.toMatchObject({ code: 10_013 })
    await expect(api.users.createDM(people.sam)).rejects.toMatchObject({ status: 403, code: 50_007 })
    await expect(api.users.edit({ username: 'x' })).rejects.toMatchObject({ code: 50_035 })
    await twin.close()
  })
})
