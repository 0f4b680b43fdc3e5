import { describe, expect, it } from 'vitest'
import { guildPermissions, Permission, type ChannelFacts, type GuildFacts, type MemberFacts } from './permissions.ts'
import { canReadChannel, missingForReading, placesOf, readablePlaces, type Places } from './reading.ts'

const { Administrator, Connect, ManageThreads, ReadMessageHistory, ViewChannel } = Permission
const READ = ViewChannel | ReadMessageHistory

const GUILD = '1000'
const ANNA: MemberFacts = { userId: '1', roleIds: ['2001', '2002'] }

/** A guild in which @everyone and the two roles have these permissions. */
function guild(everyone: bigint, first = 0n, second = 0n): GuildFacts {
  return {
    guildId: GUILD,
    ownerId: '9',
    roles: [
      { roleId: GUILD, permissions: String(everyone) },
      { roleId: '2001', permissions: String(first) },
      { roleId: '2002', permissions: String(second) },
      { roleId: '2003', permissions: String(Administrator) },
    ],
  }
}

type Overwrite = NonNullable<ChannelFacts['permissionOverwrites']>[number]

const overwrite = (type: 'role' | 'member', id: string, { allow = 0n, deny = 0n }): Overwrite => ({
  type,
  id,
  allow: String(allow),
  deny: String(deny),
})

function channel(permissionOverwrites: Overwrite[] | null, more: Partial<ChannelFacts> = {}): ChannelFacts {
  return { channelId: '3000', type: 'text', parentId: null, permissionOverwrites, ...more }
}

describe('the eight steps from roles to what a member may do in a channel', () => {
  it('1: begins with what @everyone may', () => {
    expect(canReadChannel(guild(READ), ANNA, channel([]))).toBe(true)
    expect(canReadChannel(guild(ViewChannel), ANNA, channel([]))).toBe(false)
    expect(canReadChannel(guild(ReadMessageHistory), ANNA, channel([]))).toBe(false)
  })

  it('2: adds what any role of the member may, and no other role', () => {
    expect(canReadChannel(guild(0n, ViewChannel, ReadMessageHistory), ANNA, channel([]))).toBe(true)
    expect(canReadChannel(guild(0n, ViewChannel), ANNA, channel([]))).toBe(false)
    expect(guildPermissions(guild(0n), ANNA)).toBe(0n)
  })

  it('the owner and administrators may everything, whatever a channel says', () => {
    const closed = channel([overwrite('role', GUILD, { deny: READ }), overwrite('member', '1', { deny: READ })])
    expect(canReadChannel(guild(0n), { userId: '9', roleIds: [] }, closed)).toBe(true)
    expect(canReadChannel(guild(0n, Administrator), ANNA, closed)).toBe(true)
    expect(canReadChannel(guild(Administrator), ANNA, closed)).toBe(true)
    expect(canReadChannel(guild(READ), ANNA, closed)).toBe(false)
  })

  it('an overwrite cannot make an administrator', () => {
    const generous = channel([overwrite('member', '1', { allow: Administrator })])
    expect(canReadChannel(guild(0n), ANNA, generous)).toBe(false)
  })

  it('3 and 4: takes away, then gives, what the channel says for @everyone', () => {
    expect(canReadChannel(guild(READ), ANNA, channel([overwrite('role', GUILD, { deny: ReadMessageHistory })]))).toBe(
      false,
    )
    expect(canReadChannel(guild(0n), ANNA, channel([overwrite('role', GUILD, { allow: READ })]))).toBe(true)
  })

  it('5: takes away what the channel says for roles, and only for roles of the member', () => {
    const denied = (id: string) => channel([overwrite('role', id, { deny: ViewChannel })])
    expect(canReadChannel(guild(READ), ANNA, denied('2001'))).toBe(false)
    expect(canReadChannel(guild(READ), ANNA, denied('2003'))).toBe(true)
  })

  it('6: gives what the channel says for roles after all that roles take away, whatever their order', () => {
    const rules = [overwrite('role', '2001', { allow: ViewChannel }), overwrite('role', '2002', { deny: ViewChannel })]
    expect(canReadChannel(guild(READ), ANNA, channel(rules))).toBe(true)
    expect(canReadChannel(guild(READ), ANNA, channel(rules.toReversed()))).toBe(true)
  })

  it('roles outweigh @everyone of the channel', () => {
    const rules = [overwrite('role', '2001', { allow: READ }), overwrite('role', GUILD, { deny: READ })]
    expect(canReadChannel(guild(READ), ANNA, channel(rules))).toBe(true)
    expect(canReadChannel(guild(READ), { userId: '1', roleIds: [] }, channel(rules))).toBe(false)
  })

  it('7 and 8: takes away, then gives, what the channel says for the member, last of all', () => {
    const denied = [overwrite('member', '1', { deny: ViewChannel }), overwrite('role', '2001', { allow: ViewChannel })]
    expect(canReadChannel(guild(READ), ANNA, channel(denied))).toBe(false)
    const given = [overwrite('member', '1', { allow: READ }), overwrite('role', '2001', { deny: READ })]
    expect(canReadChannel(guild(0n), ANNA, channel(given))).toBe(true)
    expect(canReadChannel(guild(0n), { userId: '2', roleIds: [] }, channel(given))).toBe(false)
  })

  it('a role and a person with the same id are not mixed up', () => {
    expect(canReadChannel(guild(0n), ANNA, channel([overwrite('role', '1', { allow: READ })]))).toBe(false)
    expect(canReadChannel(guild(0n), ANNA, channel([overwrite('member', '2001', { allow: READ })]))).toBe(false)
  })

  it('keeps bits above 2^53 apart', () => {
    const high = 1n << 60n
    expect(canReadChannel(guild(READ | high), ANNA, channel([overwrite('role', GUILD, { deny: high | 1n })]))).toBe(
      true,
    )
    expect(canReadChannel(guild(high), ANNA, channel([overwrite('role', GUILD, { allow: high * 2n })]))).toBe(false)
    expect(canReadChannel(guild(READ), ANNA, channel([overwrite('role', GUILD, { deny: high | READ })]))).toBe(false)
  })
})

describe('what is not known means no', () => {
  it('a channel whose overwrites are not known is read only by those with all permissions', () => {
    expect(canReadChannel(guild(READ), ANNA, channel(null))).toBe(false)
    expect(canReadChannel(guild(READ), { userId: '9', roleIds: [] }, channel(null))).toBe(true)
    expect(canReadChannel(guild(0n, Administrator), ANNA, channel(null))).toBe(true)
  })

  it('nobody is the owner of a guild whose owner is not known', () => {
    expect(guildPermissions({ ...guild(0n), ownerId: null }, { userId: 'null', roleIds: [] })).toBe(0n)
  })

  it('a guild without known roles lets nobody but the owner read', () => {
    const unknown = { ...guild(READ), roles: [] }
    expect(canReadChannel(unknown, ANNA, channel([]))).toBe(false)
    expect(canReadChannel(unknown, { userId: '9', roleIds: [] }, channel([]))).toBe(true)
  })

  it('a thread whose channel is not known is read only by those with all permissions', () => {
    const thread = channel([], { type: 'public_thread', parentId: '1' })
    expect(canReadChannel(guild(READ), ANNA, thread)).toBe(false)
    expect(canReadChannel(guild(READ), { userId: '9', roleIds: [] }, thread)).toBe(true)
  })
})

describe('kinds of channels', () => {
  it('a voice channel needs the right to connect', () => {
    for (const type of ['voice', 'stage_voice']) {
      expect(canReadChannel(guild(READ), ANNA, channel([], { type }))).toBe(false)
      expect(canReadChannel(guild(READ | Connect), ANNA, channel([], { type }))).toBe(true)
    }
  })

  it('a thread follows its channel, not itself', () => {
    const thread = channel([overwrite('role', GUILD, { allow: READ })], { type: 'public_thread' })
    const closed = channel([overwrite('role', GUILD, { deny: ViewChannel })])
    expect(canReadChannel(guild(READ), ANNA, thread, { parent: closed })).toBe(false)
    expect(canReadChannel(guild(READ), ANNA, { ...thread, permissionOverwrites: null }, { parent: channel([]) })).toBe(
      true,
    )
    expect(
      canReadChannel(guild(READ), ANNA, { ...thread, type: 'news_thread' }, { parent: channel([], { type: 'news' }) }),
    ).toBe(true)
    expect(canReadChannel(guild(READ), ANNA, thread, { parent: channel([], { type: 'forum' }) })).toBe(true)
  })

  it('a private thread needs the right to manage threads', () => {
    const thread = channel(null, { type: 'private_thread' })
    expect(canReadChannel(guild(READ), ANNA, thread, { parent: channel([]) })).toBe(false)
    expect(canReadChannel(guild(READ | ManageThreads), ANNA, thread, { parent: channel([]) })).toBe(true)
    expect(canReadChannel(guild(READ | ManageThreads), ANNA, thread, { parent: channel(null) })).toBe(false)
  })

  it('a private thread is read by those who are in it, if they may read its channel', () => {
    const thread = channel(null, { channelId: '4000', type: 'private_thread' })
    const inside = { threadIds: new Set(['4000']) }
    expect(canReadChannel(guild(READ), ANNA, thread, { parent: channel([]), ...inside })).toBe(true)
    expect(canReadChannel(guild(ViewChannel), ANNA, thread, { parent: channel([]), ...inside })).toBe(false)
    expect(canReadChannel(guild(READ), ANNA, thread, { parent: channel([]), threadIds: new Set(['4001']) })).toBe(false)
  })
})

describe('a time-out', () => {
  const isTimedOut = true
  const thread = channel(null, { channelId: '4000', type: 'private_thread' })

  it('leaves text channels and what is open below them', () => {
    const open = channel([], { type: 'public_thread' })
    expect(canReadChannel(guild(READ), ANNA, channel([]), { isTimedOut })).toBe(true)
    expect(canReadChannel(guild(READ), ANNA, open, { parent: channel([]), isTimedOut })).toBe(true)
    const inside = { parent: channel([]), threadIds: new Set(['4000']), isTimedOut }
    expect(canReadChannel(guild(READ), ANNA, thread, inside)).toBe(true)
  })

  it('takes Connect and Manage Threads, and with them voice channels and private threads of others', () => {
    const all = guild(READ | Connect | ManageThreads)
    expect(canReadChannel(all, ANNA, channel([], { type: 'voice' }), { isTimedOut })).toBe(false)
    expect(canReadChannel(all, ANNA, thread, { parent: channel([]), isTimedOut })).toBe(false)
  })
})

describe('what is missing for reading', () => {
  it('is named, Connect in voice channels only', () => {
    expect(missingForReading(guild(READ), ANNA, channel([]))).toEqual([])
    expect(missingForReading(guild(ViewChannel), ANNA, channel([]))).toEqual(['Read Message History'])
    const closed = [overwrite('role', GUILD, { deny: READ })]
    expect(missingForReading(guild(READ), ANNA, channel(closed))).toEqual(['View Channel', 'Read Message History'])
    expect(missingForReading(guild(READ), ANNA, channel([], { type: 'voice' }))).toEqual(['Connect'])
    expect(missingForReading(guild(READ | Connect), ANNA, channel([], { type: 'stage_voice' }))).toEqual([])
  })

  it('is nothing for an administrator whatever the channel says, and all where that is not known', () => {
    const closed = [overwrite('role', GUILD, { deny: READ })]
    expect(missingForReading(guild(Administrator), ANNA, channel(closed))).toEqual([])
    expect(missingForReading(guild(READ), ANNA, channel(null))).toEqual(['View Channel', 'Read Message History'])
  })
})

describe('places of a guild', () => {
  const rows = [channel([]), channel([overwrite('role', GUILD, { deny: ViewChannel })], { channelId: '3001' })]
  const idsFor = (places: Places, member: MemberFacts, of = guild(READ)) =>
    readablePlaces(places, member, guildPermissions(of, member)).map(({ channelId }) => channelId)

  it('are read by each member as if they were asked about one by one', () => {
    const given = channel([overwrite('member', '2', { allow: READ }), overwrite('role', GUILD, { deny: READ })])
    const places = placesOf(GUILD, [...rows, { ...given, channelId: '3002' }])
    expect(idsFor(places, ANNA)).toEqual(['3000'])
    expect(idsFor(places, { userId: '2', roleIds: [] })).toEqual(['3000', '3002'])
    expect(idsFor(places, ANNA, guild(0n, Administrator))).toEqual(['3000', '3001', '3002'])
    expect(idsFor(places, ANNA)).toEqual(['3000'])
  })

  it('stay what they were when the rows they were made from change', () => {
    const overwrites = [overwrite('role', GUILD, { deny: ViewChannel })]
    const row = channel(overwrites)
    const places = placesOf(GUILD, [row])
    overwrites.pop()
    row.channelId = '1'
    expect(idsFor(places, ANNA)).toEqual([])
    expect(idsFor(placesOf(GUILD, [row]), ANNA)).toEqual(['1'])
  })
})
