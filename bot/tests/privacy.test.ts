import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { DEMO, type Twin } from '@dcs/discord-twin'
import { loadConfig } from '@dcs/shared/config'
import { createLogger } from '@dcs/shared/core'
import { database, findClip, findOpenErasure, findOptOut, upsertClips } from '@dcs/shared/db'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startCheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { foundClip } from '../../shared/tests/repositories/clip-fixtures.ts'
import { createMigratedDatabase, withClient, type TestDatabase } from '../../shared/tests/test-database.ts'
import { startBot, type Bot } from '../src/bot.ts'

const { people, guilds } = DEMO
const readAll = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-privacy-')), 'read-all.jsonc')
fs.writeFileSync(readAll, '{ "guild_settings_defaults": { "enabled_by_default": true, "parse_threads": true } }')

describe('/privacy', { timeout: 25_000 }, () => {
  let twin: Twin
  let db: TestDatabase
  let bot: Bot

  beforeEach(async () => {
    twin = await startCheckedTwin({ maxConcurrency: 10, timeScale: 50 })
    db = await createMigratedDatabase()
    const config = loadConfig({
      DATABASE_URL: db.url,
      DISCORD_API_URL: twin.apiUrl,
      DISCORD_CDN_HOSTS: twin.cdnHost,
      BOT_TOKEN: twin.botToken,
      BOT_PORT: '0',
      DEFAULT_SETTINGS_PATH: readAll,
      PUBLIC_URL: 'https://clips.example',
    })
    bot = await startBot(config, createLogger('bot', 'silent'))
    await bot.idle()
    while (!(await registered()).includes('privacy')) await new Promise((resolve) => setTimeout(resolve, 20))
  })
  afterEach(async () => {
    await bot?.stop()
    await db.drop()
    await twin.close()
  })

  const registered = async () => {
    const response = await fetch(`${twin.apiUrl}/v10/applications/${twin.clientId}/commands`, {
      headers: { authorization: `Bot ${twin.botToken}` },
    })
    return ((await response.json()) as { name: string }[]).map(({ name }) => name)
  }
  const channelNamed = (name: string) =>
    twin.world.channelsOf(guilds.squad).find((channel) => channel.name === name)!.id
  const use = (subcommand: string, userId: string = people.aiko, options: { account?: boolean } = {}) =>
    twin.interactions.useCommand({
      userId,
      channelId: channelNamed('general'),
      name: `privacy ${subcommand}`,
      options,
    })
  const textOf = ({ current }: ReturnType<typeof use>) => current?.message?.content ?? ''
  const say = async (subcommand: string, userId?: string) => {
    const handle = use(subcommand, userId)
    await handle.result()
    return textOf(handle)
  }
  const keep = async (authorId: string) => {
    const clip = foundClip(guilds.squad, channelNamed('clips'), { authorId, authorName: `name of ${authorId}` })
    await upsertClips([clip])
    return clip.id
  }
  const eraseJobs = () =>
    withClient(db.url, async (client) => (await client.query(`select from pgboss.job where name = 'erase'`)).rowCount)

  it('shows only to the person what is kept of them', async () => {
    await keep(people.aiko)
    const handle = use('view')
    expect(await handle.response()).toMatchObject({ type: 5, ephemeral: true })
    await handle.result()
    expect(textOf(handle)).toContain('**1 clips** of yours are kept')
    expect(textOf(handle)).toContain(`name of ${people.aiko}`)
    expect(textOf(handle)).toContain('You have no account here.')
    expect(await say('view', people.jonas)).toContain('No clip of yours is kept.')
  })

  it('says where everything can be downloaded', async () => {
    expect(await say('export')).toContain('<https://clips.example/account/privacy>')
  })

  it('opt-out keeps nothing new, not even what is posted at this moment; opt-in takes it back', async () => {
    expect(await say('opt-out')).toContain('From now on nothing new of you is kept')
    expect(await say('opt-out')).toBe('Nothing new of you is kept already.')
    const post = (key: string) =>
      twin.world.postMessage({
        channelId: channelNamed('clips'),
        authorId: people.aiko,
        files: [{ key }],
      })
    const refused = post('scene-2')
    const other = twin.world.postMessage({
      channelId: channelNamed('clips'),
      authorId: people.sam,
      files: [{ key: 'scene-2' }],
    })
    await expect.poll(() => findClip(other.attachments[0]!.id)).not.toBeNull()
    await bot.idle()
    expect(await findClip(refused.attachments[0]!.id)).toBeNull()
    expect(await say('opt-in')).toContain('may be kept again')
    const welcome = post('scene-2')
    await expect.poll(() => findClip(welcome.attachments[0]!.id)).not.toBeNull()
  })

  it('delete asks first, erases nothing when the person thinks better of it, and at a click puts everything out of reach', async () => {
    const [mine, theirs] = [await keep(people.aiko), await keep(people.sam)]
    const handle = use('delete')
    const asked = await handle.result()
    expect(textOf(handle)).toContain('**1 clips** of yours in 1 servers')
    const messageId = asked.message!.id
    const click = (customId: string) =>
      twin.interactions.click({ userId: people.aiko, messageId, customId, channelId: channelNamed('general') })
    expect(await findOpenErasure('author', people.aiko)).toBeNull()
    click('privacy:delete-clips')
    await expect.poll(() => textOf(handle)).toContain('1 clips are out of reach now')
    expect(asked.message!.components).not.toEqual([])
    expect(await findClip(mine)).toMatchObject({ hiddenReason: 'author' })
    expect((await findClip(theirs))?.hiddenAt).toBeNull()
    expect(await findOptOut(people.aiko)).not.toBeNull()
    expect(await eraseJobs()).toBe(1)
    expect(await say('opt-in')).toContain('being erased')
    await database().execute(sql`update erasures set erased_at = now(), erased = '{"clips": 1, "files": 2}'`)
    await expect.poll(() => textOf(handle), { timeout: 5_000 }).toContain('Erased: 1 clips and 2 files.')
  })

  it('keeps everything when the person clicks "Keep it", and the account unless they name it', async () => {
    const mine = await keep(people.aiko)
    const handle = use('delete', people.aiko, { account: true })
    const asked = await handle.result()
    expect(textOf(handle)).toContain('Your account here goes too')
    twin.interactions.click({
      userId: people.aiko,
      messageId: asked.message!.id,
      customId: 'privacy:keep',
      channelId: channelNamed('general'),
    })
    await expect.poll(() => textOf(handle)).toBe('Nothing was erased.')
    expect((await findClip(mine))?.hiddenAt).toBeNull()
    expect(await eraseJobs()).toBe(0)
  })
})
