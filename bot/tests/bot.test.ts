import { DEMO, type Twin } from '@dcs/discord-twin'
import { loadConfig } from '@dcs/shared/config'
import { createLogger } from '@dcs/shared/core'
import {
  botChannels,
  database,
  findChannel,
  findClip,
  getChannelsByGuild,
  getGuildSettings,
  listCoverage,
  listGuilds,
  setGuildSettings,
  upsertGuild,
  upsertUserLogin,
} from '@dcs/shared/db'
import { startCheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { createMigratedDatabase, withClient, type TestDatabase } from '../../shared/tests/test-database.ts'
import { eq } from 'drizzle-orm'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startBot, type Bot } from '../src/bot.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-bot-'))
const readAll = path.join(folder, 'read-all.jsonc')
fs.writeFileSync(readAll, '{ "guild_settings_defaults": { "enabled_by_default": true, "parse_threads": true } }')

describe('the bot', { timeout: 60_000 }, () => {
  let twin: Twin
  let db: TestDatabase
  let bot: Bot | undefined

  beforeEach(async () => {
    twin = await startCheckedTwin({ timeScale: 50 })
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
  const start = async (changes: Record<string, string> = {}) =>
    (bot = await startBot(loadConfig(environment(changes)), createLogger('bot', 'silent')))
  const stop = async () => {
    const running = bot
    bot = undefined
    await running?.stop()
  }
  const channelNamed = (name: string, guildId: string = DEMO.guilds.squad) =>
    twin.world.channelsOf(guildId).find((channel) => channel.name === name)!
  const until = async (condition: () => Promise<boolean>) => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  it('stores every guild and channel with owner, icon, type, place, parent and nsfw', async () => {
    await start()
    expect((await listGuilds()).map(({ guildId }) => guildId).toSorted()).toEqual(Object.values(DEMO.guilds).toSorted())
    const squad = (await listGuilds()).find(({ guildId }) => guildId === DEMO.guilds.squad)
    expect(squad).toMatchObject({
      discordOwnerId: DEMO.people.mara,
      icon: `${twin.url}/icons/${DEMO.guilds.squad}/icon-1.png`,
      ownerUserId: null,
    })
    const channels = new Map((await getChannelsByGuild(DEMO.guilds.squad)).map((channel) => [channel.name, channel]))
    expect(channels.get('after-dark')).toMatchObject({ type: 'text', isNsfw: true, isReading: true })
    expect(channels.get('clips')).toMatchObject({ parentId: channelNamed('games').id, isReading: true })
    expect(channels.get('season finale')).toMatchObject({ type: 'public_thread', parentId: channelNamed('clips').id })
    expect(channels.get('staff')?.permissionOverwrites).toHaveLength(3)
    expect(channels.get('games')).toMatchObject({ type: 'category', isReading: false })
    expect(channels.has('owners-only')).toBe(false)
    expect(channels.has('___hidden___')).toBe(false)
  })

  it('stores many guilds with as many statements as one', async () => {
    const few = await countStatements(() => start())
    await stop()
    for (let index = 0; index < 20; index += 1) {
      const id = `12000000000000010${String(index).padStart(2, '0')}`
      twin.world.addGuild({ id, name: `Guild ${index}`, icon: null, ownerId: DEMO.people.mara, everyone: 0x10_400n })
      for (let channel = 0; channel < 10; channel += 1)
        twin.world.createChannel({ guildId: id, name: `channel-${channel}` })
      twin.world.joinBot(id)
    }
    const many = await countStatements(() => start())
    expect(await listGuilds()).toHaveLength(24)
    expect(many).toBeLessThanOrEqual(few)
  })

  it('never overwrites a claimed owner or stored settings', async () => {
    await start()
    await upsertUserLogin({ discordUserId: DEMO.people.jonas, username: 'jonas', globalName: null, avatar: null })
    await upsertGuild({ guildId: DEMO.guilds.squad, name: 'x', ownerUserId: DEMO.people.jonas })
    await setGuildSettings(DEMO.guilds.squad, { tz: 'Europe/Berlin' })
    await stop()
    await start()
    expect(await database().query.botGuilds.findFirst({ where: { guildId: DEMO.guilds.squad } })).toMatchObject({
      ownerUserId: DEMO.people.jonas,
      name: 'The Night Squad',
    })
    expect(await getGuildSettings(DEMO.guilds.squad)).toMatchObject({ settings: { tz: 'Europe/Berlin' } })
    expect(await getGuildSettings(DEMO.guilds.lan)).toMatchObject({ settings: {} })
  })

  it('follows channels, guilds and roles while it runs', async () => {
    const { idle } = await start()
    const created = twin.world.createChannel({ guildId: DEMO.guilds.lan, name: 'fresh' })
    await until(async () => (await findChannel(created.id)) !== null)
    expect(await findChannel(created.id)).toMatchObject({ name: 'fresh', isReading: true })
    twin.world.updateChannel(created.id, { name: 'renamed', nsfw: true })
    await until(async () => (await findChannel(created.id))?.name === 'renamed')
    expect(await findChannel(created.id)).toMatchObject({ isNsfw: true })
    twin.world.deleteChannel(created.id)
    await until(async () => (await findChannel(created.id))?.deletedAt !== null)
    twin.world.updateGuild(DEMO.guilds.lan, { name: 'LAN upstairs', ownerId: DEMO.people.lena })
    await until(async () =>
      (await listGuilds()).some(
        ({ name, discordOwnerId }) => name === 'LAN upstairs' && discordOwnerId === DEMO.people.lena,
      ),
    )
    twin.world.removeBot(DEMO.guilds.speedrun)
    await until(async () => !(await listGuilds()).some(({ guildId }) => guildId === DEMO.guilds.speedrun))
    twin.world.joinBot(DEMO.guilds.speedrun)
    await until(async () => (await listGuilds()).some(({ guildId }) => guildId === DEMO.guilds.speedrun))
    await idle()
  })

  it('notes guilds it was removed from while it was away', async () => {
    await start()
    await stop()
    twin.world.removeBot(DEMO.guilds.lan)
    await start()
    expect((await listGuilds()).map(({ guildId }) => guildId)).not.toContain(DEMO.guilds.lan)
    expect((await getChannelsByGuild(DEMO.guilds.lan)).length).toBeGreaterThan(0)
  })

  it('turns a live message with video into a clip, a job and coverage at once', async () => {
    await start()
    const channel = channelNamed('clips')
    const message = twin.world.postMessage({
      channelId: channel.id,
      authorId: DEMO.people.sam,
      content: 'look',
      files: [{ key: 'scene-2' }, { name: 'note.txt', bytes: Buffer.from('x'), contentType: 'text/plain' }],
    })
    const clipId = message.attachments[0]!.id
    await until(async () => (await findClip(clipId)) !== null)
    expect(await findClip(clipId)).toMatchObject({
      channelId: channel.id,
      authorName: 'Sam',
      messageContent: 'look',
      state: 'pending',
      source: 'attachment',
      postedAt: message.createdAt,
    })
    expect(await findClip(message.attachments[1]!.id)).toBeNull()
    const jobs = await withClient(db.url, (client) =>
      client.query(`select data from pgboss.job where name = 'fetch-clip'`),
    )
    expect(jobs.rows).toEqual([{ data: { clipId } }])
    const covered = await listCoverage(channel.id)
    expect(covered.at(-1)?.high).toBe(BigInt(message.id))
    expect(await findChannel(channel.id)).toMatchObject({ lastMessageId: message.id, messageCount: 1 })
  })

  it('takes no messages of channels that are not read', async () => {
    await start({ DEFAULT_SETTINGS_PATH: '' })
    const [silent, control] = [channelNamed('clips'), channelNamed('general')]
    await database().update(botChannels).set({ isReading: true }).where(eq(botChannels.channelId, control.id))
    const ignored = twin.world.postMessage({
      channelId: silent.id,
      authorId: DEMO.people.sam,
      files: [{ key: 'scene-2' }],
    })
    const taken = twin.world.postMessage({
      channelId: control.id,
      authorId: DEMO.people.sam,
      files: [{ key: 'scene-2' }],
    })
    await until(async () => (await findClip(taken.attachments[0]!.id)) !== null)
    await bot?.idle()
    expect(await findClip(ignored.attachments[0]!.id)).toBeNull()
  })

  it('asks for a scan of what was posted while it was away, and of nothing else', async () => {
    await start()
    await withClient(db.url, async (client) => {
      await client.query(`update bot_channel_scan_runs set status = 'succeeded'`)
      await client.query(
        `insert into channel_coverage (channel_id, covered) select channel_id, '{[0,9223372036854775806]}' from bot_channels on conflict (channel_id) do update set covered = excluded.covered`,
      )
    })
    await stop()
    await withClient(db.url, (client) =>
      client.query(
        `update channel_coverage set covered = '{[0,1400000000000000000]}'  where channel_id = '${channelNamed('clips').id}'`,
      ),
    )
    const missed = twin.world.postMessage({
      channelId: channelNamed('clips').id,
      authorId: DEMO.people.sam,
      files: [{ key: 'scene-2' }],
    })
    expect(missed.id > '1400000000000000000').toBe(true)
    await start()
    expect((await listWaitingRuns(db)).map(({ channelId }) => channelId)).toEqual([channelNamed('clips').id])
  })

  it('asks for a scan of a channel it could not see for a while', async () => {
    await start()
    const channel = channelNamed('clips')
    await withClient(db.url, async (client) => {
      await client.query(`update bot_channel_scan_runs set status = 'succeeded'`)
      await client.query(
        `insert into channel_coverage (channel_id, covered) values ($1, int8multirange(int8range(0, $2::bigint, '[]')))
          on conflict (channel_id) do update set covered = excluded.covered`,
        [channel.id, channel.messages.last()!.id],
      )
    })
    const hide = { id: DEMO.guilds.squad, type: 0, allow: '0', deny: String(1n << 10n) }
    twin.world.updateChannel(channel.id, { overwrites: [hide] })
    const missed = twin.world.postMessage({ channelId: channel.id, authorId: DEMO.people.sam, content: 'unseen' })
    twin.world.updateChannel(channel.id, { overwrites: [] })
    await until(async () => (await listWaitingRuns(db)).some(({ channelId }) => channelId === channel.id))
    const seen = twin.world.postMessage({ channelId: channel.id, authorId: DEMO.people.sam, content: 'seen' })
    await until(async () => (await findChannel(channel.id))?.lastMessageId === seen.id)
    const covered = await listCoverage(channel.id)
    expect(covered.some(({ low, high }) => low <= BigInt(missed.id) && BigInt(missed.id) <= high)).toBe(false)
  })

  it('can be stopped while Discord cannot be reached', async () => {
    await twin.close()
    const stopping = new AbortController()
    const starting = startBot(loadConfig(environment()), createLogger('bot', 'silent'), stopping.signal)
    setTimeout(() => stopping.abort(new Error('stop')), 500)
    await expect(starting).rejects.toThrow('stop')
  })

  it('reads a first time what has never been read', async () => {
    await start()
    const names = await Promise.all(
      (await listWaitingRuns(db)).map(async ({ channelId }) => (await findChannel(channelId))?.name),
    )
    expect(names).toContain('clips')
    expect(names).toContain('season finale')
    expect(names).not.toContain('games')
  })

  it('answers for its health, and says what is down', async () => {
    const { healthUrl } = await start()
    const healthy = await fetch(healthUrl)
    expect([healthy.status, await healthy.json()]).toMatchObject([
      200,
      { status: 'ok', gateway: { status: 'up' }, database: { status: 'up' } },
    ])
    expect(await (await fetch(healthUrl)).json()).toMatchObject({ requests: { status: 'up' } })
    await twin.close()
    await until(async () => (await fetch(healthUrl)).status === 503)
    expect(await (await fetch(healthUrl)).json()).toMatchObject({
      status: 'down',
      gateway: { status: 'down' },
      database: { status: 'up' },
    })
    twin = await startCheckedTwin({ port: twin.port })
    await until(async () => (await fetch(healthUrl)).status === 200)
  })

  it('goes on after a lost session without losing a message', async () => {
    await start()
    twin.disconnectGateway(false)
    const message = twin.world.postMessage({
      channelId: channelNamed('general').id,
      authorId: DEMO.people.sam,
      files: [{ key: 'scene-2' }],
    })
    await until(
      async () =>
        (await findClip(message.attachments[0]!.id)) !== null ||
        (await listWaitingRuns(db)).some(({ channelId }) => channelId === channelNamed('general').id),
    )
  })

  it.each([
    ['a wrong token', { BOT_TOKEN: 'wrong' }, 'Discord does not accept BOT_TOKEN'],
    ['a settings file that is broken', { DEFAULT_SETTINGS_PATH: path.join(folder, 'broken.jsonc') }, 'broken.jsonc'],
  ])('does not start with %s and says what to do', async (_name, changes, message) => {
    fs.writeFileSync(path.join(folder, 'broken.jsonc'), '{ "guild_settings_defaults": { "tz": "Mars" } }')
    await expect(start(changes)).rejects.toThrow(message)
  })

  it('does not start without the Message Content intent and says where to switch it on', async () => {
    await twin.close()
    twin = await startCheckedTwin({ messageContent: false })
    await expect(start()).rejects.toThrow('Message Content Intent')
  })

  it('does not start on a taken port', async () => {
    await expect(start({ BOT_PORT: String(twin.port) })).rejects.toThrow('BOT_PORT')
  })
})

/** Runs that are to be done, also those that wait for a search. */
async function listWaitingRuns(db: TestDatabase): Promise<{ channelId: string }[]> {
  const { rows } = await withClient(db.url, (client) =>
    client.query<{ channel_id: string }>(`select channel_id from bot_channel_scan_runs where status = 'queued'`),
  )
  return rows.map((row) => ({ channelId: row.channel_id }))
}

/** Statements that touch the tables of guilds and channels while something runs. */
async function countStatements(work: () => Promise<unknown>): Promise<number> {
  const original = pg.Client.prototype.query
  let count = 0
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const text = typeof args[0] === 'string' ? args[0] : (args[0] as { text?: string }).text
    if (/bot_guilds|bot_channels|guild_roles|guild_settings/.test(text ?? '')) count += 1
    return Reflect.apply(original, this, args)
  } as typeof original
  try {
    await work()
  } finally {
    pg.Client.prototype.query = original
  }
  return count
}
