import type { Twin, TwinOptions } from '@dcs/discord-twin'
import { DEMO, removeFromThread } from '@dcs/discord-twin'
import { loadConfig } from '@dcs/shared/config'
import { createLogger } from '@dcs/shared/core'
import {
  findChannel,
  findFreshMember,
  findFreshThreadMemberships,
  findGuild,
  listRoles,
  putMember,
  putThreadMember,
} from '@dcs/shared/db'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startCheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { createMigratedDatabase, type TestDatabase } from '../../shared/tests/test-database.ts'
import { startBot, type Bot } from '../src/bot.ts'

const { squad } = DEMO.guilds
const { sam } = DEMO.people
const MINUTE = 60_000
const member = { roleIds: [], isPending: false, timeoutUntil: null }

describe('what changes who may see what', { timeout: 60_000 }, () => {
  let twin: Twin
  let db: TestDatabase
  let bot: Bot | undefined

  const start = async (options: TwinOptions = {}) => {
    twin = await startCheckedTwin({ maxConcurrency: 10, ...options })
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
  const isKnown = async () => (await findFreshMember(squad, sam, MINUTE)) !== null
  const roles = () => twin.world.guilds.get(squad)!.members.get(sam)!.roleIds

  it('what is known of a member is asked again after their roles changed, they were timed out or they left', async () => {
    await start()
    twin.world.setMember(squad, sam, [...roles()], { timedOutUntil: new Date(Date.now() + MINUTE) })
    await vi.waitFor(async () => expect(await isKnown()).toBe(false))
    await putMember(squad, sam, member)
    twin.world.removeMember(squad, sam)
    await vi.waitFor(async () => expect(await isKnown()).toBe(false))
    await putMember(squad, sam, null)
    twin.world.setMember(squad, sam, [])
    await vi.waitFor(async () => expect(await isKnown()).toBe(false))
  })

  it('works without the intent for members, and is told nothing of them', async () => {
    await start({ privilegedIntents: [] })
    twin.world.setMember(squad, sam, [])
    twin.world.setRole(squad, { id: squad, name: 'everyone now', permissions: 0n, position: 0 })
    await vi.waitFor(async () =>
      expect((await listRoles(squad)).find(({ roleId }) => roleId === squad)).toMatchObject({ name: 'everyone now' }),
    )
    await bot!.idle()
    expect(await isKnown()).toBe(true)
  })

  it('who is taken out of a thread is asked about again', async () => {
    await start()
    // Discord tells it only to those who see the thread.
    const role = { id: '300000000000000010', name: 'Clip bot', permissions: (1n << 10n) | (1n << 16n) | (1n << 34n) }
    twin.world.setRole(squad, role)
    twin.world.setMember(squad, twin.world.botId, [role.id])
    const thread = [...twin.world.channels.values()].find(
      (channel) => channel.guildId === squad && channel.thread && channel.type === 12,
    )!
    const [userId] = [...thread.thread!.members.keys()].filter((id) => id !== twin.world.botId)
    await putThreadMember({ guildId: squad, threadId: thread.id, userId: userId!, isMember: true })
    removeFromThread(twin.world, thread, userId!)
    await vi.waitFor(async () => expect((await findFreshThreadMemberships(userId!, [thread.id], MINUTE)).size).toBe(0))
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
