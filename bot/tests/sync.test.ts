import { DEMO, type Twin, type TwinOptions } from '@dcs/discord-twin'
import { loadConfig } from '@dcs/shared/config'
import { createLogger } from '@dcs/shared/core'
import { findChannel, listGuilds } from '@dcs/shared/db'
import { ChannelType, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addToThread, removeFromThread } from '../../discord-twin/src/world/threads.ts'
import { startCheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { createMigratedDatabase, withClient, type TestDatabase } from '../../shared/tests/test-database.ts'
import { startBot, type Bot } from '../src/bot.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-sync-'))
const readAll = path.join(folder, 'read-all.jsonc')
fs.writeFileSync(readAll, '{ "guild_settings_defaults": { "enabled_by_default": true, "parse_threads": true } }')
const readTame = path.join(folder, 'read-tame.jsonc')
fs.writeFileSync(
  readTame,
  '{ "guild_settings_defaults": { "enabled_by_default": true, "parse_threads": false, "ignore_nsfw_channels": true } }',
)
const { guilds, people } = DEMO

describe('what the bot keeps of Discord', { timeout: 60_000 }, () => {
  let twin: Twin
  let db: TestDatabase
  let bot: Bot | undefined

  const startDiscord = async (options: TwinOptions = {}) => {
    twin = await startCheckedTwin({ maxConcurrency: 10, timeScale: 50, ...options })
  }
  beforeEach(async () => {
    db = await createMigratedDatabase()
  })
  afterEach(async () => {
    await stop()
    await db.drop()
    await twin.close()
  })

  const environment = (changes: Record<string, string> = {}) => ({
    DATABASE_URL: db.url,
    DISCORD_API_URL: twin.apiUrl,
    DISCORD_CDN_HOSTS: twin.cdnHost,
    BOT_TOKEN: twin.botToken,
    BOT_PORT: '0',
    DEFAULT_SETTINGS_PATH: readAll,
    ...changes,
  })
  const start = async (changes: Record<string, string> = {}) => {
    bot = await startBot(loadConfig(environment(changes)), createLogger('bot', 'silent'))
    return bot
  }
  const stop = async () => {
    const running = bot
    bot = undefined
    await running?.stop()
  }
  const until = async (condition: () => Promise<boolean>) => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const query = <Row extends object>(text: string, values: unknown[] = []) =>
    withClient(db.url, async (client) => (await client.query<Row>(text, values)).rows)
  const channelNamed = (name: string, guildId: string = guilds.squad) =>
    twin.world.channelsOf(guildId).find((channel) => channel.name === name)!
  const post = (channelId: string) => twin.world.postMessage({ channelId, authorId: people.sam, content: 'hello' })
  const waiting = async () =>
    (
      await query<{ name: string }>(
        `select c.name from bot_channel_scan_runs join bot_channels c using (channel_id) where status = 'queued' order by 1`,
      )
    ).map(({ name }) => name)
  const stateOf = async (channelId: string) =>
    (
      await query<{ state: string; detail: string | null }>(
        `select state::text, state_detail as detail from channel_coverage where channel_id = $1`,
        [channelId],
      )
    )[0]
  /** Everything that was posted so far is read. */
  const readEverything = async () => {
    await query(`update guild_scans set status = 'succeeded'`)
    await query(`update bot_channel_scan_runs set status = 'succeeded'`)
    await query(
      `update channel_coverage set covered = int8multirange(int8range(0, coalesce(newest_message_id, '0')::bigint, '[]'))`,
    )
  }

  it('is what an event said, although an older picture of the guild is stored after the event came', async () => {
    const { lan } = guilds
    let isChanged = false
    await startDiscord({
      observeDispatch: ({ name, data }) => {
        if (isChanged || name !== 'GUILD_CREATE' || (data as { id: string }).id !== lan) return
        isChanged = true
        setImmediate(() => {
          twin.world.updateChannel(channelNamed('chat', lan).id, { name: 'renamed' })
          twin.world.deleteChannel(channelNamed('clips-2025', lan).id)
        })
      },
    })
    const deleted = channelNamed('clips-2025', lan).id
    const renamed = channelNamed('chat', lan).id
    twin.faults.add({ kind: 'slow-gateway', event: 'GUILD_CREATE', guild: guilds.squad, delayMs: 300 })
    await start()
    await bot?.idle()
    expect(await findChannel(renamed)).toMatchObject({ name: 'renamed' })
    expect(await findChannel(deleted)).toMatchObject({ deletedAt: expect.any(Date) as Date })
    expect(await findChannel(channelNamed('clips').id)).not.toBeNull()
  })

  it('does not hold up stopping while a guild of a new session is still to come', async () => {
    let sessions = 0
    await startDiscord({
      observeDispatch: ({ name, data }) => {
        if (name === 'GUILD_CREATE' && (data as { id: string }).id === guilds.lan) sessions += 1
      },
    })
    const { healthUrl } = await start()
    twin.faults.add({ kind: 'slow-gateway', event: 'GUILD_CREATE', guild: guilds.squad, delayMs: 600_000 })
    twin.disconnectGateway(false)
    await until(async () => sessions === 2 && (await fetch(healthUrl)).ok)
    await stop()
  })

  it('closes gaps of threads that are read with their channel, and does not switch threads on', async () => {
    await startDiscord()
    await start()
    const thread = channelNamed('season finale')
    expect(await waiting()).toContain('season finale')
    expect(await findChannel(thread.id)).toMatchObject({ isReading: false })
    await readEverything()
    await stop()
    post(thread.id)
    await start()
    expect(await waiting()).toEqual(['season finale'])
  })

  it('leaves threads and age-restricted channels alone where the settings say so', async () => {
    await startDiscord()
    await start({ DEFAULT_SETTINGS_PATH: readTame })
    const names = await waiting()
    expect(names).toContain('clips')
    expect(names).not.toContain('season finale')
    expect(names).not.toContain('after-dark')
  })

  it('asks again at the next login for what a failed scan left, and for nothing that is read', async () => {
    await startDiscord()
    await start()
    await readEverything()
    await stop()
    post(channelNamed('clips').id)
    await start()
    expect(await waiting()).toEqual(['clips'])
    await query(`update bot_channel_scan_runs set status = 'failed' where status = 'queued'`)
    await stop()
    await start()
    expect(await waiting()).toEqual(['clips'])
    await readEverything()
    await stop()
    await start()
    expect(await waiting()).toEqual([])
  })

  it('says of a channel that it is hidden, and of its threads, and scans both when they can be seen again', async () => {
    await startDiscord()
    await start()
    await readEverything()
    const [channel, thread] = [channelNamed('clips'), channelNamed('season finale')]
    const hide = { id: guilds.squad, type: 0, allow: '0', deny: String(Bits.ViewChannel) }
    twin.world.updateChannel(channel.id, { overwrites: [hide] })
    await until(async () => (await stateOf(thread.id))?.state === 'hidden')
    expect(await stateOf(channel.id)).toMatchObject({
      state: 'hidden',
      detail: expect.stringContaining('View Channel') as string,
    })
    expect(await findChannel(channel.id)).toMatchObject({ name: 'clips', deletedAt: null })
    post(channel.id)
    post(thread.id)
    expect(await waiting()).toEqual([])
    twin.world.updateChannel(channel.id, { overwrites: [] })
    await until(async () => (await waiting()).length === 2)
    expect(await waiting()).toEqual(['clips', 'season finale'])
    expect(await stateOf(channel.id)).toMatchObject({ state: 'unknown', detail: null })
  })

  it('says of a deleted channel that it is gone, and keeps what it has', async () => {
    await startDiscord()
    await start()
    const [channel, thread] = [channelNamed('clips'), channelNamed('season finale')]
    await readEverything()
    const [before] = await query<{ covered: string }>(
      `select covered::text from channel_coverage where channel_id = $1`,
      [channel.id],
    )
    twin.world.deleteChannel(channel.id)
    await until(async () => (await stateOf(channel.id))?.state === 'gone')
    await bot?.idle()
    expect(await stateOf(thread.id)).toMatchObject({ state: 'gone' })
    expect(await findChannel(channel.id)).toMatchObject({ deletedAt: expect.any(Date) as Date })
    expect(await query(`select covered::text from channel_coverage where channel_id = $1`, [channel.id])).toEqual([
      before,
    ])
  })

  it('says so of a channel that was deleted while it was away, and of its threads', async () => {
    await startDiscord()
    await start()
    const [channel, thread, other] = [channelNamed('clips'), channelNamed('season finale'), channelNamed('general')]
    await readEverything()
    await stop()
    twin.world.deleteChannel(channel.id)
    await start()
    await until(async () => (await stateOf(channel.id))?.state === 'gone')
    expect(await stateOf(thread.id)).toMatchObject({ state: 'gone' })
    for (const { id } of [channel, thread])
      expect(await findChannel(id)).toMatchObject({ deletedAt: expect.any(Date) as Date })
    expect(await findChannel(other.id)).toMatchObject({ deletedAt: null })
  })

  it('knows the tags of posts by their names, and whether they are archived', async () => {
    await startDiscord()
    await start()
    const [forum, first] = [channelNamed('highlights', guilds.lan), channelNamed('best of round one', guilds.lan)]
    expect(await findChannel(first.id)).toMatchObject({ tags: ['Round one'], isArchived: false })
    const later = twin.world.createChannel({
      guildId: guilds.lan,
      name: 'later',
      type: ChannelType.PublicThread,
      parentId: forum.id,
      ownerId: people.lena,
      thread: { appliedTags: ['1330000000000000002'] },
    })
    await until(async () => (await findChannel(later.id)) !== null)
    expect(await findChannel(later.id)).toMatchObject({ tags: ['Round two'], isReading: false })
    expect((await findChannel(forum.id))?.availableTags).toMatchObject({ '1330000000000000002': 'Round two' })
  })

  it('reads again what a permission was missing for, when the bot gets it', async () => {
    await startDiscord()
    await start()
    await readEverything()
    const channel = channelNamed('no-history')
    await query(`update channel_coverage set covered = '{}', state = 'no_permission' where channel_id = $1`, [
      channel.id,
    ])
    twin.world.updateChannel(channel.id, { topic: 'still without' })
    await bot?.idle()
    expect(await waiting()).toEqual([])
    twin.world.updateChannel(channel.id, { overwrites: [] })
    await until(async () => (await waiting()).includes('no-history'))
    expect(await stateOf(channel.id)).toMatchObject({ state: 'unknown' })
  })

  it('reads again what a permission was missing for, when a role gives it to the bot', async () => {
    await startDiscord()
    const everyone = twin.world.requireGuild(guilds.speedrun).roles.get(guilds.speedrun)!
    const botRoles = [...twin.world.requireGuild(guilds.speedrun).members.get(twin.world.botId)!.roleIds]
    const roles = [everyone, ...botRoles.map((id) => twin.world.requireGuild(guilds.speedrun).roles.get(id)!)]
    for (const role of roles)
      twin.world.setRole(guilds.speedrun, { ...role, permissions: role.permissions & ~Bits.ReadMessageHistory })
    await start()
    await readEverything()
    const channel = twin.world.channelsOf(guilds.speedrun).find(({ messages }) => messages.last())!
    await query(`update channel_coverage set covered = '{}', state = 'no_permission' where channel_id = $1`, [
      channel.id,
    ])
    twin.world.setRole(guilds.speedrun, { ...everyone, permissions: everyone.permissions | Bits.ReadMessageHistory })
    await until(async () => (await waiting()).length > 0)
    expect(await waiting()).toEqual([channel.name])
  })

  it('looks for posts that came and were archived while it was away', async () => {
    await startDiscord()
    await start()
    await readEverything()
    const jobs = () =>
      query<{ id: string }>(
        `select data->>'channelId' as id from pgboss.job where name = 'list-threads' and state = 'created'`,
      )
    await query(`delete from pgboss.job`)
    await stop()
    const forum = channelNamed('highlights', guilds.lan)
    const missed = twin.world.createChannel({
      guildId: guilds.lan,
      name: 'missed',
      type: ChannelType.PublicThread,
      parentId: forum.id,
      ownerId: people.lena,
      thread: { archived: true },
    })
    expect(forum.forum?.lastPostId).toBe(missed.id)
    await start()
    expect(await jobs()).toEqual([{ id: forum.id }])
  })

  it('ends the scans of a guild it is removed from, keeps all of it, and reads on when it is invited again', async () => {
    await startDiscord()
    await start()
    const [{ channels } = { channels: 0 }] = await query<{ channels: number }>(
      `select count(*)::int as channels from bot_channels where guild_id = $1`,
      [guilds.squad],
    )
    const runs = (status: string) =>
      query(
        `select from bot_channel_scan_runs join bot_channels using (channel_id) where status::text = $1 and guild_id = $2`,
        [status, guilds.squad],
      )
    expect((await runs('queued')).length).toBeGreaterThan(0)
    twin.world.removeBot(guilds.squad)
    await until(async () => (await runs('canceled')).length > 0 && (await runs('queued')).length === 0)
    expect(await query(`select from bot_channels where guild_id = $1`, [guilds.squad])).toHaveLength(channels)
    twin.world.joinBot(guilds.squad, [])
    await until(async () => (await runs('queued')).length > 0)
  })

  it('reads what was posted in a private thread while it was out of it', async () => {
    await startDiscord()
    const thread = twin.world.createChannel({
      guildId: guilds.squad,
      name: 'secret',
      type: ChannelType.PrivateThread,
      parentId: channelNamed('clips').id,
      ownerId: people.sam,
    })
    const { botId } = twin.world
    addToThread(twin.world, thread, botId)
    await start()
    const first = post(thread.id)
    await until(async () => (await findChannel(thread.id))?.lastMessageId === first.id)
    await readEverything()
    removeFromThread(twin.world, thread, botId)
    post(thread.id)
    addToThread(twin.world, thread, botId)
    await until(async () => (await waiting()).includes('secret'))
  })

  it('tries again to store guilds and to ask for scans when the database fails for a moment', async () => {
    await startDiscord()
    await start()
    await readEverything()
    await query(`
      create function fail() returns trigger language plpgsql as $$ begin raise 'fail'; end $$;
      create trigger fail_guilds before update on bot_guilds for each statement execute function fail();
      create trigger fail_scans before insert on guild_scans for each statement execute function fail()`)
    const again = twin.faults.add({ kind: 'duplicate-events', event: 'GUILD_CREATE', times: 1 })
    twin.disconnectGateway(false)
    post(channelNamed('clips').id)
    await again.struck(1)
    await query(`drop trigger fail_guilds on bot_guilds`)
    await until(
      async () =>
        (await query(`select from channel_coverage where not covered @> newest_message_id::bigint`)).length > 0,
    )
    await query(`drop trigger fail_scans on guild_scans`)
    await until(async () => (await waiting()).includes('clips'))
  })

  it('comes over as many shards as Discord recommends, and only all of them together say which guilds were left', async () => {
    await startDiscord()
    const ids = Array.from({ length: 1000 }, (_, index) => String((1200000000000n + BigInt(index)) << 22n))
    for (const id of ids) {
      twin.world.addGuild({ id, name: id, icon: null, ownerId: people.mara, everyone: 0x10_400n })
      twin.world.joinBot(id)
    }
    const running = await start()
    expect((await listGuilds()).length).toBe(1004)
    expect(await (await fetch(running.healthUrl)).json()).toMatchObject({ gateway: { status: 'up' } })
    twin.disconnectGateway(false)
    await until(async () => (await fetch(running.healthUrl)).status === 503)
    await until(async () => (await fetch(running.healthUrl)).status === 200)
    await bot?.idle()
    expect((await listGuilds()).length).toBe(1004)
    await stop()
    for (const id of ids.slice(0, 2)) twin.world.removeBot(id)
    // What is known of members is forgotten where the bot left.
    await query(
      `insert into guild_members (guild_id, user_id, is_member, role_ids) select guild_id, '1', true, '{}' from bot_guilds`,
    )
    await start()
    expect((await listGuilds()).length).toBe(1002)
    expect(await query(`select from guild_members`)).toHaveLength(1002)
  })
})
