import { describe, expect, it } from 'vitest'
import { findFreshMember, findUserByDiscordId, forgetMembers, putMember, upsertUserLogin } from '../../src/db/index.ts'
import { atOnce, newGuild, newId, rows, useDatabase } from './fixtures.ts'

useDatabase()

const MINUTE = 60_000

const member = (roleIds: string[]) => ({ roleIds, isPending: false, timeoutUntil: null })

describe('what Discord said about a membership', () => {
  it('is remembered for as long as the one who asks allows', async () => {
    const guildId = await newGuild()
    expect(await findFreshMember(guildId, '1', MINUTE)).toBeNull()
    await putMember(guildId, '1', member(['10', '11']))
    expect(await findFreshMember(guildId, '1', MINUTE)).toMatchObject({ isMember: true, roleIds: ['10', '11'] })
    await rows(`update guild_members set checked_at = now() - interval '30 seconds' where guild_id = $1`, [guildId])
    expect(await findFreshMember(guildId, '1', MINUTE)).not.toBeNull()
    expect(await findFreshMember(guildId, '1', MINUTE / 4)).toBeNull()
    expect(await findFreshMember(guildId, '1', 0)).toBeNull()
  })

  it('is replaced by what it says now, also that somebody is no member', async () => {
    const guildId = await newGuild()
    await putMember(guildId, '1', member(['10']))
    await rows(`update guild_members set checked_at = now() - interval '1 day' where guild_id = $1`, [guildId])
    await putMember(guildId, '1', null)
    expect(await findFreshMember(guildId, '1', MINUTE)).toMatchObject({ isMember: false, roleIds: [] })
    await putMember(guildId, '1', member([]))
    expect(await findFreshMember(guildId, '1', MINUTE)).toMatchObject({ isMember: true, roleIds: [] })
  })

  it('is forgotten for one guild', async () => {
    const [first, second] = [await newGuild(), await newGuild()]
    await putMember(first, '1', member([]))
    await putMember(second, '1', member([]))
    await forgetMembers(first)
    expect(await findFreshMember(first, '1', MINUTE)).toBeNull()
    expect(await findFreshMember(second, '1', MINUTE)).not.toBeNull()
  })
})

describe('people who signed in', () => {
  it('are stored once, as Discord described them last', async () => {
    const discordUserId = newId()
    expect(await findUserByDiscordId(discordUserId)).toBeNull()
    await atOnce(20, () => upsertUserLogin({ discordUserId, username: 'anna', globalName: 'Anna', avatar: 'hash' }))
    const first = (await findUserByDiscordId(discordUserId))!
    expect(first).toEqual({
      id: expect.any(Number),
      discordUserId,
      username: 'anna',
      globalName: 'Anna',
      avatar: 'hash',
      lastLoginAt: expect.any(Date),
      showsAgeRestricted: false,
    })
    await upsertUserLogin({ discordUserId, username: 'anna2', globalName: null, avatar: null })
    const second = (await findUserByDiscordId(discordUserId))!
    expect(second).toMatchObject({ id: first.id, username: 'anna2', globalName: null, avatar: null })
    expect(second.lastLoginAt!.getTime()).toBeGreaterThan(first.lastLoginAt!.getTime())
  })
})
