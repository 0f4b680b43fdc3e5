import { DEMO, type Twin } from '@dcs/discord-twin'
import { loadConfig } from '@dcs/shared/config'
import { createLogger } from '@dcs/shared/core'
import { findChannel, listGuilds } from '@dcs/shared/db'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startCheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { createMigratedDatabase, withClient, type TestDatabase } from '../../shared/tests/test-database.ts'
import { startBot, type Bot } from '../src/bot.ts'

const readAll = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-gaps-')), 'read-all.jsonc')
fs.writeFileSync(readAll, '{ "guild_settings_defaults": { "enabled_by_default": true, "parse_threads": true } }')
const { guilds, people } = DEMO

describe('what the bot missed', { timeout: 60_000 }, () => {
  let twin: Twin
  let db: TestDatabase
  let bot: Bot | undefined

  beforeEach(async () => {
    db = await createMigratedDatabase()
    twin = await startCheckedTwin({ maxConcurrency: 10, timeScale: 50 })
  })
  afterEach(async () => {
    await stop()
    await db.drop()
    await twin.close()
  })

  const start = async () => {
    const environment = {
      DATABASE_URL: db.url,
      DISCORD_API_URL: twin.apiUrl,
      DISCORD_CDN_HOSTS: twin.cdnHost,
      BOT_TOKEN: twin.botToken,
      BOT_PORT: '0',
      DEFAULT_SETTINGS_PATH: readAll,
    }
    bot = await startBot(loadConfig(environment), createLogger('bot', 'silent'))
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
  /** Everything that was posted so far is read. */
  const readEverything = async () => {
    await query(`update guild_scans set status = 'succeeded'`)
    await query(`update bot_channel_scan_runs set status = 'succeeded'`)
    await query(
      `update channel_coverage set covered = int8multirange(int8range(0, coalesce(newest_message_id, '0')::bigint, '[]'))`,
    )
  }

  it('closes a gap also when a re-check of the channel is under way at that moment', async () => {
    await start()
    await readEverything()
    await stop()
    const { id } = channelNamed('clips')
    post(id)
    const [run] = await query<{ id: string }>(
      `insert into bot_channel_scan_runs (channel_id, mode, status) values ($1, 'recheck', 'queued') returning id`,
      [id],
    )
    await start()
    await bot?.idle()
    await query(`update bot_channel_scan_runs set status = 'succeeded' where id = $1`, [run!.id])
    await until(async () => (await waiting()).includes('clips'))
  })

  it('closes the gaps of a session that could not be resumed', async () => {
    await start()
    await readEverything()
    const refusal = twin.faults.add({ kind: 'refused-resume' })
    twin.disconnectGateway(true)
    post(channelNamed('clips').id)
    await refusal.struck(1)
    await until(async () => (await waiting()).includes('clips'))
  })

  it('notices that an event never came, and reads what it told', async () => {
    await start()
    await readEverything()
    const { id } = channelNamed('clips')
    twin.faults.add({ kind: 'lost-events', event: 'MESSAGE_CREATE', times: 1 })
    const missed = post(id)
    const next = post(id)
    await until(async () => (await waiting()).includes('clips'))
    const [row] = await query<{ missed: boolean; next: boolean }>(
      `select covered @> $2::bigint as missed, covered @> $3::bigint as next from channel_coverage where channel_id = $1`,
      [id, missed.id, next.id],
    )
    expect(row).toEqual({ missed: false, next: true })
  })

  it('notices that the last event never came when the next one of any channel does', async () => {
    await start()
    await readEverything()
    twin.faults.add({ kind: 'lost-events', event: 'MESSAGE_CREATE', times: 1 })
    post(channelNamed('clips').id)
    post(channelNamed('chat', guilds.lan).id)
    await until(async () => (await waiting()).includes('clips'))
  })

  it('closes the gaps of an outage of a guild', async () => {
    await start()
    await readEverything()
    const outage = twin.faults.add({ kind: 'guild-outage', guild: guilds.squad })
    const missed = post(channelNamed('clips').id)
    outage.remove()
    await until(async () => (await waiting()).includes('clips'))
    const seen = post(channelNamed('clips').id)
    await until(async () => (await findChannel(channelNamed('clips').id))?.lastMessageId === seen.id)
    expect(
      await query(`select from channel_coverage where channel_id = $1 and covered @> $2::bigint`, [
        channelNamed('clips').id,
        missed.id,
      ]),
    ).toHaveLength(0)
    expect((await listGuilds()).map(({ guildId }) => guildId)).toContain(guilds.squad)
  })
})
