import type { Twin, TwinOptions } from '@dcs/discord-twin'
import { addToThread, DEMO, removeFromThread } from '@dcs/discord-twin'
import { loadConfig } from '@dcs/shared/config'
import { createLogger } from '@dcs/shared/core'
import {
  database,
  databaseTime,
  findChannel,
  findFreshMember,
  findFreshThreadMemberships,
  findGuild,
  forgetMembers,
  listen,
  listRoles,
  putMember,
  putThreadMember,
  upsertUserLogin,
} from '@dcs/shared/db'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startCheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { createMigratedDatabase, type TestDatabase } from '../../shared/tests/test-database.ts'
import { startBot, type Bot } from '../src/bot.ts'

const { squad } = DEMO.guilds
const { sam } = DEMO.people
const MINUTE = 60_000
const MESSAGE_CONTENT = 1 << 19
const member = { roleIds: [], isPending: false, timeoutUntil: null }

describe('what changes who may see what', { timeout: 60_000 }, () => {
  let twin: Twin
  let db: TestDatabase
  let bot: Bot | undefined

  const start = async (options: TwinOptions = {}, prepare = () => {}) => {
    twin = await startCheckedTwin({ maxConcurrency: 10, timeScale: 50, ...options })
    prepare()
    const env = {
      DATABASE_URL: db.url,
      DISCORD_API_URL: twin.apiUrl,
      DISCORD_CDN_HOSTS: twin.cdnHost,
      BOT_TOKEN: twin.botToken,
      BOT_PORT: '0',
    }
    bot = await startBot(loadConfig(env), createLogger('bot', 'silent'))
    await putMember(squad, sam, member)
  }
  beforeEach(async () => {
    db = await createMigratedDatabase()
  })
  afterEach(async () => {
    await bot?.stop()
    bot = undefined
    await twin.close()
    await db.drop()
  })
  const setFlags = (flags: number) =>
    fetch(`${twin.apiUrl}/v10/applications/@me`, {
      method: 'PATCH',
      headers: { authorization: `Bot ${twin.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ flags }),
    })
  const known = () => findFreshMember(squad, sam, MINUTE)
  /** Long ago by every clock, but not before the session of the bot. */
  const age = () =>
    database().$client.query(
      `with aged as (update bot_guilds set members_since = now() - interval '2 hours')
       update guild_members set checked_at = now() - interval '1 hour'`,
    )

  it('roles, a time-out, rules that are not accepted and leaving are stored as Discord tells them', async () => {
    await start()
    const roleId = '300000000000000011'
    twin.world.setRole(squad, { id: roleId, name: 'Regulars', permissions: 0n })
    const until = new Date(Date.now() + MINUTE)
    twin.world.setMember(squad, sam, [], { timedOutUntil: until, isPending: true })
    await vi.waitFor(async () =>
      expect(await known()).toMatchObject({ isMember: true, roleIds: [], isPending: true, timeoutUntil: until }),
    )
    twin.world.setMember(squad, sam, [roleId], { timedOutUntil: null, isPending: false })
    await vi.waitFor(async () =>
      expect(await known()).toMatchObject({ roleIds: [roleId], isPending: false, timeoutUntil: null }),
    )
    twin.world.removeMember(squad, sam)
    await vi.waitFor(async () => expect(await known()).toMatchObject({ isMember: false, roleIds: [] }))
    twin.world.setMember(squad, sam, [roleId])
    await vi.waitFor(async () => expect(await known()).toMatchObject({ isMember: true, roleIds: [roleId] }))
  })

  it('what the database did not take at first is stored when it does', async () => {
    await start()
    const { $client } = database()
    await $client.query('alter table guild_members rename to out_of_reach')
    twin.world.setMember(squad, sam, [], { isPending: true })
    twin.world.setRole(squad, { id: squad, name: 'all', permissions: 0n, position: 0 })
    await $client.query('alter table out_of_reach rename to guild_members')
    await vi.waitFor(async () => expect(await known()).toMatchObject({ isPending: true }), { timeout: 10_000 })
    await vi.waitFor(async () =>
      expect(await listRoles(squad)).toContainEqual(expect.objectContaining({ roleId: squad, permissions: '0' })),
    )
  })

  it('where it never takes one, nothing known before counts, and a new session begins', async () => {
    await start()
    await vi.waitFor(async () => expect((await findGuild(squad))?.membersSince).toBeInstanceOf(Date))
    const { membersSince } = (await findGuild(squad))!
    const { $client } = database()
    await $client.query(`alter table guild_members add constraint poison check (not is_pending) not valid`)
    twin.world.setMember(squad, sam, [], { isPending: true })
    await vi.waitFor(async () => expect((await findGuild(squad))?.membersSince).not.toEqual(membersSince), {
      timeout: 10_000,
    })
    expect(await known()).toBeNull()
  })

  it('each change of a member, of roles, channels and guilds is told to who listens', async () => {
    await start()
    const heard: string[] = []
    const listening = await listen(['dcs_access'], { onNotification: (_channel, payload) => heard.push(payload) })
    const tells = async (change: () => void, payload: string) => {
      await bot!.idle()
      heard.length = 0
      change()
      await vi.waitFor(() => expect(heard).toContain(payload))
    }
    try {
      const channel = twin.world.createChannel({ guildId: squad, name: 'news' })
      await tells(() => twin.world.setMember(squad, sam, []), `${squad} ${sam}`)
      await tells(() => twin.world.removeMember(squad, sam), `${squad} ${sam}`)
      await tells(() => twin.world.setRole(squad, { id: squad, name: 'all', permissions: 0n, position: 0 }), squad)
      await tells(() => twin.world.updateChannel(channel.id, { name: 'other news' }), squad)
      await tells(() => twin.world.deleteChannel(channel.id), squad)
      await tells(() => twin.world.setOutage(squad, true), squad)
      await tells(() => twin.world.setOutage(squad, false), squad)
    } finally {
      await listening.stop()
    }
  })

  it('nothing is stored of members who never signed in', async () => {
    await start()
    await forgetMembers(squad)
    twin.world.setMember(squad, sam, [])
    twin.world.setMember(squad, DEMO.people.nils, [])
    await putMember(squad, DEMO.people.nils, member)
    twin.world.setMember(squad, DEMO.people.nils, [])
    twin.world.removeMember(squad, DEMO.people.nils)
    await vi.waitFor(async () =>
      expect(await findFreshMember(squad, DEMO.people.nils, MINUTE)).toMatchObject({ isMember: false }),
    )
    expect(await known()).toBeNull()
    await upsertUserLogin({ discordUserId: sam, username: 'sam', globalName: null, avatar: null })
    twin.world.setMember(squad, sam, [], { isPending: true })
    await vi.waitFor(async () => expect(await known()).toMatchObject({ isPending: true }))
  })

  it('what is known of members counts without asking again while Discord tells every change', async () => {
    await start()
    await age()
    expect(await known()).not.toBeNull()
  })

  it('without the intent for members it counts no longer than who asks allows, and nothing is told of them', async () => {
    await start({ privilegedIntents: [] })
    twin.world.setMember(squad, sam, [], { isPending: true })
    twin.world.setRole(squad, { id: squad, name: 'everyone now', permissions: 0n, position: 0 })
    await vi.waitFor(async () =>
      expect((await listRoles(squad)).find(({ roleId }) => roleId === squad)).toMatchObject({ name: 'everyone now' }),
    )
    await bot!.idle()
    expect(await known()).toMatchObject({ isPending: false })
    await age()
    expect(await known()).toBeNull()
  })

  it('what was known before a session is asked again, however fresh it is', async () => {
    await start()
    twin.disconnectGateway(false)
    await vi.waitFor(async () => expect(await known()).toBeNull(), { timeout: 20_000 })
    await putMember(squad, sam, member)
    expect(await known()).not.toBeNull()
  })

  it('while Discord cannot serve a guild nobody counts as told of its members', async () => {
    await start()
    await age()
    twin.world.setOutage(squad, true)
    await vi.waitFor(async () => expect(await known()).toBeNull())
  })

  it('an answer of Discord that an event has overtaken changes nothing', async () => {
    await start()
    const askedAt = await databaseTime()
    twin.world.setMember(squad, sam, [], { isPending: true })
    await vi.waitFor(async () => expect(await known()).toMatchObject({ isPending: true }))
    await putMember(squad, sam, member, { askedAt })
    expect(await known()).toMatchObject({ isPending: true })
    await putMember(squad, sam, member, { askedAt: await databaseTime() })
    expect(await known()).toMatchObject({ isPending: false })
  })

  describe('goes on without the intent for members', () => {
    const tellsMessagesOnly = async () => {
      const channel = twin.world.createChannel({ guildId: squad, name: 'told afterwards' })
      await vi.waitFor(async () => expect(await findChannel(channel.id)).not.toBeNull(), { timeout: 20_000 })
      await putMember(squad, sam, member)
      await age()
      expect(await known()).toBeNull()
    }

    it('when Discord refuses it at the login', async () => {
      await start({}, () => twin.faults.add({ kind: 'dropped-socket', on: 'event', closeCode: 4014, times: 1 }))
      await tellsMessagesOnly()
    })

    it('when Discord takes it back while the bot runs', async () => {
      await start()
      await age()
      expect(await known()).not.toBeNull()
      await setFlags(MESSAGE_CONTENT)
      twin.faults.add({ kind: 'dropped-socket', on: 'now', closeCode: 4014 })
      await vi.waitFor(async () => expect(await known()).toBeNull(), { timeout: 20_000 })
      await tellsMessagesOnly()
    })
  })

  it('who is taken out of a thread or let into it is known at once', async () => {
    await start()
    // Discord tells it only to those who see the thread.
    const role = { id: '300000000000000010', name: 'Clip bot', permissions: (1n << 10n) | (1n << 16n) | (1n << 34n) }
    twin.world.setRole(squad, role)
    twin.world.setMember(squad, twin.world.botId, [role.id])
    const thread = [...twin.world.channels.values()].find(
      (channel) => channel.guildId === squad && channel.thread && channel.type === 12,
    )!
    const userId = [...thread.thread!.members.keys()].find((id) => id !== twin.world.botId)!
    const isIn = async () => (await findFreshThreadMemberships(userId, [thread.id], MINUTE)).get(thread.id)
    await putThreadMember({ guildId: squad, threadId: thread.id, userId, isMember: true })
    const askedAt = await databaseTime()
    removeFromThread(twin.world, thread, userId)
    await vi.waitFor(async () => expect(await isIn()).toBe(false))
    await putThreadMember({ guildId: squad, threadId: thread.id, userId, isMember: true }, { askedAt })
    expect(await isIn()).toBe(false)
    addToThread(twin.world, thread, userId)
    await vi.waitFor(async () => expect(await isIn()).toBe(true))
  })

  it('nobody but those with all permissions is known to see a channel that the bot cannot see', async () => {
    await start()
    const channel = twin.world.createChannel({ guildId: squad, name: 'soon hidden' })
    const overwrites = async () => (await findChannel(channel.id))?.permissionOverwrites
    await vi.waitFor(async () => expect(await overwrites()).toEqual([]))
    const hide = { id: squad, type: 0 as const, allow: '0', deny: String(1n << 10n) }
    twin.world.updateChannel(channel.id, { overwrites: [hide] })
    await vi.waitFor(async () => expect(await overwrites()).toBeNull())
    twin.world.updateChannel(channel.id, { overwrites: [] })
    await vi.waitFor(async () => expect(await overwrites()).toEqual([]))
  })

  it('a guild that Discord cannot serve is unavailable until it can', async () => {
    await start()
    twin.world.setOutage(squad, true)
    await vi.waitFor(async () => expect((await findGuild(squad))?.unavailableSince).toBeInstanceOf(Date))
    twin.world.setOutage(squad, false)
    await vi.waitFor(async () => expect((await findGuild(squad))?.unavailableSince).toBeNull())
  })
})
