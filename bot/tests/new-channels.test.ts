import { DEMO, type Twin } from '@dcs/discord-twin'
import { loadConfig } from '@dcs/shared/config'
import { createLogger } from '@dcs/shared/core'
import { getChannelsByGuild } from '@dcs/shared/db'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startCheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { createMigratedDatabase, withClient, type TestDatabase } from '../../shared/tests/test-database.ts'
import { startBot } from '../src/bot.ts'

const readAll = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-new-channels-')), 'read-all.jsonc')
fs.writeFileSync(readAll, '{ "guild_settings_defaults": { "enabled_by_default": true } }')

describe('new channels', { timeout: 60_000 }, () => {
  let twin: Twin
  let db: TestDatabase

  beforeEach(async () => {
    twin = await startCheckedTwin({ maxConcurrency: 10, timeScale: 50 })
    db = await createMigratedDatabase()
  })
  afterEach(async () => {
    await db.drop()
    await twin.close()
  })

  const start = () =>
    startBot(
      loadConfig({
        DATABASE_URL: db.url,
        DISCORD_API_URL: twin.apiUrl,
        DISCORD_CDN_HOSTS: twin.cdnHost,
        BOT_TOKEN: twin.botToken,
        BOT_PORT: '0',
        DEFAULT_SETTINGS_PATH: readAll,
      }),
      createLogger('bot', 'silent'),
    )
  const execute = (text: string) => withClient(db.url, (client) => client.query(text))

  it('are read from the start although the bot was cut off between storing them and switching them on', async () => {
    await execute(`
      create function cut_off() returns trigger language plpgsql as $$ begin raise 'cut off'; end $$;
      create trigger cut_off before update of is_reading on bot_channels for each statement execute function cut_off()`)
    await expect(start()).rejects.toThrow()
    await execute('drop function cut_off cascade')
    const bot = await start()
    const channels = await getChannelsByGuild(DEMO.guilds.squad)
    expect(channels.find(({ name }) => name === 'clips')).toMatchObject({ isReading: true })
    await bot.stop()
  })
})
