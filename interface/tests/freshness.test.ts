import { DEMO } from '@dcs/discord-twin'
import {
  database,
  deleteRole,
  markChannelDeleted,
  markGuildLeft,
  markGuildUnavailable,
  noteHiddenChannels,
  noteMember,
  noteThreadMembers,
  putMember,
  putThreadMember,
  setGuildSettings,
  syncGuilds,
  upsertChannels,
  upsertGuild,
  upsertRole,
} from '@dcs/shared/db'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ClipPage } from '../src/lib/api-types.ts'
import { serverSide } from '../src/lib/server-side.ts'
import { addClip, ask, BYTES, CHANNELS, ORIGIN, signIn, startTestInterface } from './test-interface.ts'

const { squad } = DEMO.guilds
const { sam } = DEMO.people
const ROLE = '300000000000000020'
const THREAD = '200000000000000020'
const SEEN_BY_ROLE = '200000000000000021'
const READ = String((1n << 10n) | (1n << 16n))
const member = (roleIds: string[] = [ROLE]) => ({ roleIds, isPending: false, timeoutUntil: null })

let started: Awaited<ReturnType<typeof startTestInterface>>
let cookie: string
let clips: { open: string; byRole: string; thread: string }

beforeAll(async () => {
  started = await startTestInterface()
  await upsertChannels([
    { id: THREAD, guildId: squad, name: 'among us', type: 'private_thread', parentId: CHANNELS.open },
    { id: SEEN_BY_ROLE, guildId: squad, name: 'for seers', type: 'text' },
  ])
  clips = {
    open: await addClip(CHANNELS.open, {}, BYTES),
    byRole: await addClip(SEEN_BY_ROLE, {}, BYTES),
    thread: await addClip(THREAD, {}, BYTES),
  }
  cookie = await signIn('sam')
})
afterAll(() => started.stop())

const query = (text: string, values: unknown[] = []) => database().$client.query(text, values)

/** Everything as it was at first: Sam has the role and is in the thread. */
async function restore() {
  const everyone = { id: squad, name: '@everyone', position: 0, permissions: READ }
  const roles = [everyone, { id: ROLE, name: 'Seers', position: 1, permissions: '0' }]
  const hidden = [
    { id: squad, type: 'role' as const, allow: '0', deny: READ },
    { id: ROLE, type: 'role' as const, allow: READ, deny: '0' },
  ]
  const channels = [
    { id: CHANNELS.open, name: 'open', type: 'text' as const, position: 1, permissionOverwrites: [] },
    { id: SEEN_BY_ROLE, name: 'for seers', type: 'text' as const, position: 2, permissionOverwrites: hidden },
    { id: THREAD, name: 'among us', type: 'private_thread' as const, parentId: CHANNELS.open },
  ]
  await syncGuilds([{ id: squad, name: 'The Night Squad', discordOwnerId: DEMO.people.mara, roles, channels }])
  await query(`update bot_guilds set facts_current_at = 'infinity'`)
  await setGuildSettings(squad, {})
  await putMember(squad, sam, member())
  await putThreadMember({ guildId: squad, threadId: THREAD, userId: sam, isMember: true })
}

/** Whether Sam gets a clip in the list, alone, its poster, and a range of its video. */
async function gets(clipId: string): Promise<boolean[]> {
  const params = { id: clipId }
  const list = (await (await ask('clips', '/api/clips', { cookie })).json()) as ClipPage
  const clip = await ask('clip', '/x', { cookie, params })
  const poster = await ask('poster', '/x', { cookie, params })
  const video = await ask('video', '/x', { cookie, params, headers: { range: 'bytes=100-199' } })
  for (const answer of [clip, poster, video]) await answer.arrayBuffer()
  return [list.clips.some(({ id }) => id === clipId), clip.status === 200, poster.status === 200, video.status === 206]
}

const ALL = [true, true, true, true]
const NOTHING = [false, false, false, false]

describe('a clip is gone from list, page, poster and ranges of the video as soon as the database knows', () => {
  beforeEach(async () => {
    // What is looked up for a page then never gets too old: only the news of a change can end it.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    await restore()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const deny = [{ id: squad, type: 'role' as const, allow: '0', deny: READ }]
  it.each<[string, 'open' | 'byRole' | 'thread', () => Promise<unknown>]>([
    ['their role was taken away', 'byRole', () => noteMember(squad, sam, member([]))],
    ['they have to accept the rules first', 'open', () => noteMember(squad, sam, { ...member(), isPending: true })],
    ['they were kicked', 'open', () => noteMember(squad, sam, null)],
    [
      'the role lost its permissions',
      'open',
      () => upsertRole(squad, { id: squad, name: '@everyone', position: 0, permissions: '0' }),
    ],
    ['the role was deleted', 'open', () => deleteRole(squad, squad)],
    [
      'the channel does not let the role in any more',
      'byRole',
      () =>
        upsertChannels([
          { id: SEEN_BY_ROLE, guildId: squad, name: 'for seers', type: 'text', permissionOverwrites: deny },
        ]),
    ],
    [
      'the channel was hidden from the bot',
      'open',
      () => noteHiddenChannels([CHANNELS.open], 'The bot cannot see it.'),
    ],
    [
      'the channel became age-restricted',
      'open',
      () => upsertChannels([{ id: CHANNELS.open, guildId: squad, name: 'open', type: 'text', isNsfw: true }]),
    ],
    ['the channel was deleted', 'open', () => markChannelDeleted(CHANNELS.open)],
    [
      'they were taken out of the private thread',
      'thread',
      () => noteThreadMembers({ guildId: squad, threadId: THREAD }, [{ userId: sam, isMember: false }]),
    ],
    ['Discord cannot serve the server', 'open', () => markGuildUnavailable(squad)],
    ['the bot was removed', 'open', () => markGuildLeft(squad)],
  ])('that %s', async (_what, name, change) => {
    await vi.waitFor(async () => expect(await gets(clips[name])).toEqual(ALL))
    await change()
    await vi.waitFor(async () => expect(await gets(clips[name])).toEqual(NOTHING))
  })

  it('that somebody else owns the server', async () => {
    const staff = await addClip(CHANNELS.staff, {}, BYTES)
    await upsertGuild({ guildId: squad, name: 'The Night Squad', discordOwnerId: sam })
    await vi.waitFor(async () => expect(await gets(staff)).toEqual(ALL))
    await upsertGuild({ guildId: squad, name: 'The Night Squad', discordOwnerId: DEMO.people.mara })
    await vi.waitFor(async () => expect(await gets(staff)).toEqual(NOTHING))
  })
})

describe('a stream of events', () => {
  const open = async () => {
    const leaving = new AbortController()
    const request = new Request(`${ORIGIN}/api/events`, { headers: { cookie }, signal: leaving.signal })
    const response = await serverSide().routes.events(request, {})
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    await reader.read()
    return { read: async () => (await reader.read()).value, leave: () => leaving.abort() }
  }
  const tell = (kind: string, guildId: string) => query('select pg_notify($1, $2)', [`dcs_${kind}`, guildId])

  beforeEach(restore)

  it('says that what they may see has changed, then nothing of a server they were kicked from', async () => {
    await vi.waitFor(async () => expect(await gets(clips.byRole)).toEqual(ALL))
    const { read, leave } = await open()
    // What the test itself has stored may still be told, for as long as they are in the server.
    const readOn = async () => {
      for (let event = await read(); ; event = await read()) if (!event?.startsWith('event: clips')) return event
    }
    await noteMember(squad, sam, member([]))
    expect(await readOn()).toBe('event: access\ndata: {"guildId":null}\n\n')
    await noteMember(squad, sam, null)
    expect(await readOn()).toBe('event: access\ndata: {"guildId":null}\n\n')
    await tell('clips', squad)
    await tell('scan', squad)
    await noteMember(squad, sam, member())
    expect(await read()).toBe('event: access\ndata: {"guildId":null}\n\n')
    leave()
  })

  it('ends when they are signed out', async () => {
    const { read } = await open()
    await query('delete from auth.session')
    await tell('clips', squad)
    expect(await read()).toBeUndefined()
    cookie = await signIn('sam')
  })
})

describe('where nothing tells of a change', () => {
  beforeEach(restore)
  const age = (seconds: number) =>
    query(`update guild_members set checked_at = now() - make_interval(secs => $1)`, [seconds])
  const leave = () => started.twin.world.removeMember(squad, sam)
  afterEach(() => started.twin.world.setMember(squad, sam, []))

  it('Discord is asked again before half a minute has passed twice', async () => {
    leave()
    await age(31)
    await vi.waitFor(async () => expect(await gets(clips.open)).toEqual(NOTHING), { timeout: 5_000 })
  })

  it('Discord is asked about roles and channels while the bot does not hear of their changes', async () => {
    const { world, faults } = started.twin
    const channel = world.createChannel({ guildId: squad, name: 'quiet' })
    await upsertChannels([{ id: channel.id, guildId: squad, name: 'quiet', type: 'text', permissionOverwrites: [] }])
    const clipId = await addClip(channel.id, {}, BYTES)
    const silence = () => query('update bot_guilds set facts_current_at = null where guild_id = $1', [squad])
    // What was asked is kept for a while; a change makes it be asked again.
    const change = () => setGuildSettings(squad, {})
    await silence()
    await change()
    await vi.waitFor(async () => expect(await gets(clipId)).toEqual(ALL))
    world.updateChannel(channel.id, {
      overwrites: [{ id: squad, type: 0, allow: '0', deny: READ }],
    })
    await change()
    await vi.waitFor(async () => expect(await gets(clipId)).toEqual(NOTHING))
    world.updateChannel(channel.id, { overwrites: [] })
    await change()
    await vi.waitFor(async () => expect(await gets(clipId)).toEqual(ALL))
    const fault = faults.add({ kind: 'server-error', status: 500, route: 'GET /guilds/{guild_id}/channels' })
    await change()
    await vi.waitFor(async () => expect(await gets(clipId)).toEqual(NOTHING), { timeout: 10_000 })
    fault.remove()
    world.deleteChannel(channel.id)
    await change()
    await vi.waitFor(async () => expect(await gets(clipId)).toEqual(NOTHING))
    await query(`update bot_guilds set facts_current_at = 'infinity'`)
  })

  it('nobody asks again while the bot hears of every change', async () => {
    await query(
      `update bot_guilds set members_since = now() - interval '1 day', members_current_at = now() + interval '1 hour'`,
    )
    leave()
    await age(3_600)
    await setGuildSettings(squad, {})
    await vi.waitFor(async () => expect(await gets(clips.open)).toEqual(ALL))
    await query(`update bot_guilds set members_current_at = now() - interval '11 seconds'`)
    await vi.waitFor(async () => expect(await gets(clips.open)).toEqual(NOTHING), { timeout: 5_000 })
    await query(`update bot_guilds set members_since = null, members_current_at = null`)
  })

  it('only servers are asked about of which their own account says that they are in them', async () => {
    const others = Array.from({ length: 8 }, (_, index) => `40000000000000000${index}`)
    await syncGuilds(others.map((id) => ({ id, name: `guild ${id}` })))
    await query('delete from guild_members')
    await vi.waitFor(async () => {
      await gets(clips.open)
      const { rows } = await query('select guild_id from guild_members where user_id = $1', [sam])
      expect(rows).toEqual([{ guild_id: squad }])
    })
    await query('delete from bot_guilds where guild_id = any($1)', [others])
  })
})
