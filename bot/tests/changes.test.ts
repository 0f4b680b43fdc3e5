import { DEMO, type Twin } from '@dcs/discord-twin'
import { loadConfig } from '@dcs/shared/config'
import { createLogger } from '@dcs/shared/core'
import { findClip, listClipsOfMessage, setGuildSettings } from '@dcs/shared/db'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startCheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { createMigratedDatabase, withClient, type TestDatabase } from '../../shared/tests/test-database.ts'
import { startBot, type Bot } from '../src/bot.ts'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-bot-'))
const readAll = path.join(folder, 'read-all.jsonc')
fs.writeFileSync(readAll, '{ "guild_settings_defaults": { "enabled_by_default": true, "parse_threads": true } }')

describe('what happens to messages after they were posted', { timeout: 60_000 }, () => {
  const guildId = DEMO.guilds.squad
  let twin: Twin
  let db: TestDatabase
  let bot: Bot
  let channelId: string

  beforeEach(async () => {
    twin = await startCheckedTwin({ timeScale: 50 })
    db = await createMigratedDatabase()
    const environment = {
      DATABASE_URL: db.url,
      DISCORD_API_URL: twin.apiUrl,
      DISCORD_CDN_HOSTS: twin.cdnHost,
      BOT_TOKEN: twin.botToken,
      BOT_PORT: '0',
      DEFAULT_SETTINGS_PATH: readAll,
    }
    bot = await startBot(loadConfig(environment), createLogger('bot', 'silent'))
    channelId = twin.world.channelsOf(guildId).find(({ name }) => name === 'clips')!.id
  })
  afterEach(async () => {
    await bot.stop()
    await db.drop()
    await twin.close()
  })

  const post = (keys: string[], content = 'look') =>
    twin.world.postMessage({ channelId, authorId: DEMO.people.mara, content, files: keys.map((key) => ({ key })) })
  const until = async (condition: () => Promise<boolean>) => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const stored = async (messageId: string, count: number) => {
    await until(async () => (await listClipsOfMessage(messageId)).length === count)
    return listClipsOfMessage(messageId)
  }

  it('an edited text is kept with the clips', async () => {
    const { id } = post(['scene-1'])
    await stored(id, 1)
    twin.world.updateMessage(channelId, id, { content: 'better words', editedAt: new Date() })
    await until(async () => (await listClipsOfMessage(id))[0]!.messageContent === 'better words')
    expect((await listClipsOfMessage(id))[0]).toMatchObject({ editedAt: expect.any(Date), hiddenAt: null })
  })

  it('an attachment that is taken out is hidden; the others of the message stay', async () => {
    const message = post(['scene-1', 'scene-2'])
    await stored(message.id, 2)
    const [first, second] = message.attachments
    twin.world.updateMessage(channelId, message.id, { attachments: [second!] })
    await until(async () => (await findClip(first!.id))!.hiddenReason === 'attachment_removed')
    expect(await findClip(second!.id)).toMatchObject({ hiddenAt: null, goneAt: null })
  })

  it('a deleted message hides its clips with a date, or erases or keeps them, as the guild wants', async () => {
    const [hidden, purged, kept] = [post(['scene-1']), post(['scene-2']), post(['scene-3'])]
    for (const { id } of [hidden, purged, kept]) await stored(id, 1)
    twin.world.deleteMessage(channelId, hidden.id)
    await until(async () => (await listClipsOfMessage(hidden.id))[0]!.hiddenAt !== null)
    expect((await listClipsOfMessage(hidden.id))[0]).toMatchObject({ purgeAfter: expect.any(Date) })
    await setGuildSettings(guildId, { deletion_policy: 'purge' })
    twin.world.deleteMessage(channelId, purged.id)
    await stored(purged.id, 0)
    await setGuildSettings(guildId, { deletion_policy: 'keep' })
    twin.world.deleteMessage(channelId, kept.id)
    await until(async () => (await listClipsOfMessage(kept.id))[0]!.goneAt !== null)
    expect((await listClipsOfMessage(kept.id))[0]).toMatchObject({ hiddenAt: null, purgeAfter: null })
  })

  it('many messages are deleted at once, and one that is deleted while it comes in is not in sight', async () => {
    const posted = Array.from({ length: 5 }, () => post(['scene-1']))
    twin.world.deleteMessages(
      channelId,
      posted.map(({ id }) => id),
    )
    const last = post(['scene-2'])
    await stored(last.id, 1)
    await bot.idle()
    for (const { id } of posted)
      for (const clip of await listClipsOfMessage(id)) expect(clip.hiddenReason).toBe('message_deleted')
  })

  it('a deletion that cannot be stored leads to a re-check, however long the database fails', async () => {
    const query = async <Row extends object>(text: string) =>
      withClient(db.url, async (client) => (await client.query<Row>(text)).rows)
    const { id } = post(['scene-1'])
    await stored(id, 1)
    await bot.idle()
    await query(`update guild_scans set status = 'succeeded'; update bot_channel_scan_runs set status = 'succeeded'`)
    await query(`
      create sequence tries;
      create function fail() returns trigger language plpgsql as $$ begin perform nextval('tries'); raise 'fail'; end $$;
      create trigger fail_clips before update on clips for each statement execute function fail();
      create trigger fail_scans before insert on guild_scans for each statement execute function fail()`)
    twin.world.deleteMessage(channelId, id)
    // Three times the deletion itself, then the re-check.
    await until(
      async () => Number((await query<{ last_value: string }>('select last_value from tries'))[0]!.last_value) >= 4,
    )
    await query('drop trigger fail_clips on clips; drop trigger fail_scans on guild_scans')
    await until(
      async () =>
        (await query(`select from guild_scans where mode = 'recheck' and channel_ids = '{${channelId}}'`)).length > 0,
    )
  })
})
