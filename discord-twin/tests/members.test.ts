import { API } from '@discordjs/core'
import { REST } from '@discordjs/rest'
import { PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO } from '../src/index.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'

const { guilds, people } = DEMO
const guildId = guilds.squad
const EVERYTHING =
  Bits.ManageRoles | Bits.ManageNicknames | Bits.ChangeNickname | Bits.KickMembers | Bits.ModerateMembers

describe('members', () => {
  let twin: CheckedTwin
  let api: API
  let low: string

  beforeAll(async () => {
    twin = await startCheckedTwin()
    api = new API(new REST({ api: twin.apiUrl, retries: 0 }).setToken(twin.botToken))
    low = twin.world.setRole(guildId, { id: '1500000000000000001', name: 'low', permissions: 0n, position: 1 }).id
    allow(EVERYTHING)
  })
  afterAll(() => twin.close())

  function allow(bits: bigint, but = 0n): void {
    const guild = twin.world.requireGuild(guildId)
    const role = guild.roles.get(guild.members.get(twin.world.botId)!.roleIds[0]!)!
    twin.world.setRole(guildId, { ...role, permissions: (role.permissions | bits) & ~but, position: 20 })
  }

  it('are listed by id, page by page', async () => {
    const { size } = twin.world.requireGuild(guildId).members
    expect(await api.guilds.getMembers(guildId)).toHaveLength(1)
    const all = await api.guilds.getMembers(guildId, { limit: 1000 })
    expect(all).toHaveLength(size)
    const found: string[] = []
    for (;;) {
      const page = await api.guilds.getMembers(guildId, { limit: 2, ...(found.length ? { after: found.at(-1)! } : {}) })
      if (page.length === 0) break
      found.push(...page.map(({ user }) => user.id))
    }
    expect(found).toEqual(all.map(({ user }) => user.id))
    expect(found).toEqual(found.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)))
    for (const limit of [0, 1001])
      await expect(api.guilds.getMembers(guildId, { limit })).rejects.toMatchObject({ code: 50_035 })
  })

  it('are listed only with the privileged intent; one by one without it too', async () => {
    const limited = await startCheckedTwin({ privilegedIntents: [] })
    const other = new API(new REST({ api: limited.apiUrl, retries: 0 }).setToken(limited.botToken))
    await expect(other.guilds.getMembers(guildId)).rejects.toMatchObject({ status: 403, code: 50_001 })
    expect(await other.guilds.getMember(guildId, people.sam)).toMatchObject({ user: { id: people.sam } })
    await limited.close()
  })

  it('are searched by the beginning of their names', async () => {
    twin.world.setMember(guildId, people.aiko, [], { nick: 'Samurai' })
    const found = await api.guilds.searchForMembers(guildId, { query: 'SAM', limit: 10 })
    expect(found.map(({ user }) => user.id)).toEqual([people.aiko, people.sam])
    expect(await api.guilds.searchForMembers(guildId, { query: 'am', limit: 10 })).toEqual([])
    await expect(api.guilds.searchForMembers(guildId, { query: '' })).rejects.toMatchObject({ code: 50_035 })
  })

  it('get nicknames, roles and time-outs', async () => {
    const until = new Date(Date.now() + 3_600_000)
    expect(
      await api.guilds.editMember(guildId, people.sam, {
        nick: 'Sammy',
        roles: [low],
        communication_disabled_until: until.toISOString(),
      }),
    ).toMatchObject({
      nick: 'Sammy',
      roles: [low],
      communication_disabled_until: until.toISOString().replace('Z', '000+00:00'),
    })
    await api.guilds.removeRoleFromMember(guildId, people.sam, low)
    expect(await api.guilds.getMember(guildId, people.sam)).toMatchObject({ nick: 'Sammy', roles: [] })
    await api.guilds.addRoleToMember(guildId, people.sam, low)
    expect(
      await api.guilds.editMember(guildId, people.sam, { nick: null, communication_disabled_until: null }),
    ).toMatchObject({ nick: null, roles: [low], communication_disabled_until: null })
    const far = new Date(Date.now() + 40 * 86_400_000).toISOString()
    await expect(
      api.guilds.editMember(guildId, people.sam, { communication_disabled_until: far }),
    ).rejects.toMatchObject({ code: 50_035 })
    await expect(api.guilds.editMember(guildId, people.sam, { mute: true })).rejects.toMatchObject({ code: 40_032 })
    expect(await api.users.editCurrentGuildMember(guildId, { nick: 'Robot' })).toMatchObject({ nick: 'Robot' })
  })

  it('above the bot, and without permission, stay as they are', async () => {
    const above = twin.world.setRole(guildId, { id: '1500000000000000009', name: 'up', permissions: 0n, position: 30 })
    twin.world.setMember(guildId, people.jonas, [above.id])
    for (const target of [people.mara, people.jonas]) {
      await expect(api.guilds.editMember(guildId, target, { nick: 'x' })).rejects.toMatchObject({ code: 50_013 })
      await expect(api.guilds.removeMember(guildId, target)).rejects.toMatchObject({ code: 50_013 })
    }
    await expect(api.guilds.addRoleToMember(guildId, people.sam, above.id)).rejects.toMatchObject({ code: 50_013 })
    await expect(api.guilds.addRoleToMember(guildId, people.sam, '42')).rejects.toMatchObject({ code: 10_011 })
    await expect(api.guilds.getMember(guildId, people.rosa)).rejects.toMatchObject({ code: 10_007 })
    allow(0n, EVERYTHING)
    for (const body of [{ nick: 'x' }, { roles: [] }, { communication_disabled_until: null }])
      await expect(api.guilds.editMember(guildId, people.sam, body)).rejects.toMatchObject({ code: 50_013 })
    await expect(api.guilds.removeMember(guildId, people.sam)).rejects.toMatchObject({ code: 50_013 })
    allow(EVERYTHING)
  })

  it('are kicked', async () => {
    await api.guilds.removeMember(guildId, people.sam)
    await expect(api.guilds.getMember(guildId, people.sam)).rejects.toMatchObject({ code: 10_007 })
  })
})
