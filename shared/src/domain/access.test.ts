import { describe, expect, it } from 'vitest'
import { grantAccess, may, mayManage, type Circumstances, type PersonFacts } from './access.ts'
import { Permission, type ChannelFacts } from './permissions.ts'
import { placesOf, threadsByMembership } from './reading.ts'

const { Administrator, ManageGuild, ManageThreads, ReadMessageHistory, ViewChannel } = Permission
const READ = ViewChannel | ReadMessageHistory
const GUILD = '1000'
const NOW = new Date('2026-01-02T03:04:05Z')
const later = new Date(NOW.getTime() + 1)
const anna: PersonFacts = { userId: '1', roleIds: ['2001'], isPending: false, timeoutUntil: null }
const owner: PersonFacts = { ...anna, userId: '9', roleIds: [] }
const none = { tag: [], edit: [], delete: [], stats: [], ageRestricted: 'viewer-choice' } as const

const guild = (everyone: bigint, role = 0n, isUnavailable = false) => ({
  guildId: GUILD,
  ownerId: '9',
  isUnavailable,
  roles: [
    { roleId: GUILD, permissions: String(everyone) },
    { roleId: '2001', permissions: String(role) },
  ],
})
type Channel = ChannelFacts & { isAgeRestricted: boolean }
const channel = (channelId: string, more: Partial<Channel> = {}): Channel => ({
  channelId,
  type: 'text',
  parentId: null,
  permissionOverwrites: [],
  isAgeRestricted: false,
  ...more,
})
const closed = [{ id: GUILD, type: 'role' as const, allow: '0', deny: String(ViewChannel) }]
const circumstances = (more: Partial<Circumstances> = {}): Circumstances => ({
  now: NOW,
  threadIds: new Set(),
  showsAgeRestricted: false,
  rights: none,
  ...more,
})
const grant = (
  of: ReturnType<typeof guild>,
  person: PersonFacts | null,
  channels: readonly Channel[] = [channel('open')],
  more: Partial<Circumstances> = {},
) => grantAccess(of, person, channels, circumstances(more))

describe('who is let in', () => {
  it('somebody who is not a member gets nothing, not even what @everyone may', () => {
    expect(grant(guild(READ), null)).toBeNull()
  })

  it('nobody is while Discord says that the guild is unavailable', () => {
    for (const person of [anna, owner]) expect(grant(guild(READ, Administrator, true), person)).toBeNull()
  })

  it('somebody who has not accepted the rules is not, but for the owner', () => {
    expect(grant(guild(READ, Administrator), { ...anna, isPending: true })).toBeNull()
    expect(grant(guild(READ), { ...owner, isPending: true })).toMatchObject({ level: 'manage' })
  })
})

describe('channels of a grant', () => {
  it('are those that can be read, threads by their channel', () => {
    const channels = [
      channel('open'),
      channel('closed', { permissionOverwrites: closed }),
      channel('thread-in-open', { permissionOverwrites: null, type: 'public_thread', parentId: 'open' }),
      channel('thread-in-closed', { permissionOverwrites: null, type: 'public_thread', parentId: 'closed' }),
      channel('thread-in-nothing', { permissionOverwrites: null, type: 'public_thread', parentId: 'gone' }),
    ]
    expect(grant(guild(READ), anna, channels)?.channelIds).toEqual(['open', 'thread-in-open'])
  })

  it('do not depend on the category', () => {
    const channels = [
      channel('category', { permissionOverwrites: closed, type: 'category' }),
      channel('below', { parentId: 'category' }),
    ]
    expect(grant(guild(READ), anna, channels)?.channelIds).toEqual(['below'])
  })

  it('have private threads for those who are in them, and for who manages threads, if they see the channel', () => {
    const thread = channel('thread', { permissionOverwrites: null, type: 'private_thread', parentId: 'open' })
    const inside = { threadIds: new Set(['thread']) }
    expect(grant(guild(READ), anna, [channel('open'), thread])?.channelIds).toEqual(['open'])
    expect(grant(guild(READ), anna, [channel('open'), thread], inside)?.channelIds).toEqual(['open', 'thread'])
    expect(grant(guild(READ | ManageThreads), anna, [channel('open'), thread])?.channelIds).toEqual(['open', 'thread'])
    const hidden = channel('open', { permissionOverwrites: closed })
    expect(grant(guild(READ), anna, [hidden, thread], inside)?.channelIds).toEqual([])
  })

  it('depend on being in a private thread only for who sees its channel and does not manage threads there', () => {
    const channels = [
      channel('open'),
      channel('closed', { permissionOverwrites: closed }),
      channel('in-open', { type: 'private_thread', parentId: 'open' }),
      channel('in-closed', { type: 'private_thread', parentId: 'closed' }),
      channel('public', { type: 'public_thread', parentId: 'open' }),
    ]
    const places = placesOf(GUILD, channels)
    expect([...threadsByMembership(guild(READ), anna, places)]).toEqual(['in-open'])
    for (const bits of [ManageThreads, Administrator])
      expect([...threadsByMembership(guild(READ, bits), anna, places)]).toEqual([])
    expect([...threadsByMembership(guild(READ), owner, places)]).toEqual([])
  })

  it('are not opened, and not closed, by a role that was deleted', () => {
    const deleted = '2999'
    const vip = [...closed, { id: deleted, type: 'role' as const, allow: String(READ), deny: '0' }]
    const barred = [{ id: deleted, type: 'role' as const, allow: '0', deny: String(ViewChannel) }]
    const channels = [channel('vip', { permissionOverwrites: vip }), channel('all', { permissionOverwrites: barred })]
    const person = { ...anna, roleIds: [...anna.roleIds, deleted] }
    expect(grant(guild(READ), person, channels)?.channelIds).toEqual(['all'])
  })

  it('have no voice channels and no private threads of others for somebody in a time-out, unless they are an administrator', () => {
    const channels = [
      channel('open'),
      channel('voice', { type: 'voice' }),
      channel('thread', { permissionOverwrites: null, type: 'private_thread', parentId: 'open' }),
    ]
    const all = guild(READ | Permission.Connect | ManageThreads)
    const out = { ...anna, timeoutUntil: later }
    expect(grant(all, anna, channels)?.channelIds).toEqual(['open', 'voice', 'thread'])
    expect(grant(all, out, channels)?.channelIds).toEqual(['open'])
    expect(grant(guild(0n, Administrator), out, channels)?.channelIds).toEqual(['open', 'voice', 'thread'])
    expect(grant(all, { ...out, timeoutUntil: NOW }, channels)?.channelIds).toEqual(['open', 'voice', 'thread'])
  })

  it('show clips of a thread whose channel is not known to nobody who has not asked for age-restricted ones', () => {
    const orphan = channel('orphan', { permissionOverwrites: null, type: 'public_thread', parentId: 'gone' })
    expect(grant(guild(READ), owner, [orphan])).toMatchObject({ channelIds: [], shownChannelIds: ['orphan'] })
  })

  it('show clips of age-restricted ones only to who wants them and where the guild lets them, threads too', () => {
    const channels = [
      channel('adult', { isAgeRestricted: true }),
      channel('thread', { permissionOverwrites: null, type: 'public_thread', parentId: 'adult' }),
      channel('open'),
    ]
    expect(grant(guild(READ), anna, channels)).toMatchObject({
      channelIds: ['open'],
      shownChannelIds: ['adult', 'thread', 'open'],
    })
    const wanted = { showsAgeRestricted: true }
    expect(grant(guild(READ), anna, channels, wanted)?.channelIds).toEqual(['adult', 'thread', 'open'])
    const hidden = { ...wanted, rights: { ...none, ageRestricted: 'hide' as const } }
    for (const person of [anna, owner])
      expect(grant(guild(READ), person, channels, hidden)?.channelIds).toEqual(['open'])
  })
})

describe('what a grant allows', () => {
  it('managing needs Manage Server, or everything', () => {
    expect(mayManage(grant(guild(READ), anna)!)).toBe(false)
    expect(mayManage(grant(guild(READ, ManageGuild), anna)!)).toBe(true)
    expect(mayManage(grant(guild(0n, Administrator), anna)!)).toBe(true)
    expect(mayManage(grant(guild(0n), owner)!)).toBe(true)
  })

  it('a right belongs to its roles alone, and to managers', () => {
    const rights = { ...none, tag: ['2001'], stats: [GUILD] }
    const access = grant(guild(READ), anna, [], { rights })!
    expect(access.abilities).toEqual({ tag: true, edit: false, delete: false, stats: true })
    expect(may(grant(guild(READ), { ...anna, roleIds: [] }, [], { rights })!, 'tag')).toBe(false)
    expect(grant(guild(READ), owner, [], { rights })!.abilities).toEqual({
      tag: true,
      edit: true,
      delete: true,
      stats: true,
    })
  })

  it('a role that the guild does not have any more gives no right', () => {
    const rights = { ...none, tag: ['2009'] }
    expect(may(grant(guild(READ), { ...anna, roleIds: ['2009'] }, [], { rights })!, 'tag')).toBe(false)
  })

  it('somebody in a time-out sees, and does nothing; administrators and owners cannot be in one', () => {
    const rights = { ...none, tag: ['2001'] }
    const out = { ...anna, timeoutUntil: later }
    const access = grant(guild(READ, ManageGuild), out, [channel('open')], { rights })!
    expect(access).toMatchObject({ level: 'view', channelIds: ['open'], abilities: { tag: false } })
    const over = grant(guild(READ, ManageGuild), { ...anna, timeoutUntil: NOW }, [], { rights })!
    expect(over).toMatchObject({ level: 'manage', abilities: { tag: true } })
    expect(mayManage(grant(guild(READ, Administrator), out)!)).toBe(true)
    expect(mayManage(grant(guild(READ), { ...owner, timeoutUntil: later })!)).toBe(true)
  })
})
