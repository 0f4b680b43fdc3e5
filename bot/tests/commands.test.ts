import { DEMO, type Twin } from '@dcs/discord-twin'
import { loadConfig } from '@dcs/shared/config'
import { createLogger } from '@dcs/shared/core'
import { database, findClip, listGuildScans, setChannelReading } from '@dcs/shared/db'
import { sql } from 'drizzle-orm'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startCheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { createMigratedDatabase, withClient, type TestDatabase } from '../../shared/tests/test-database.ts'
import { startBot, type Bot } from '../src/bot.ts'
import { remainingSeconds } from '../src/commands/scan-progress.ts'

const { people, guilds } = DEMO
const readAll = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-commands-')), 'read-all.jsonc')
fs.writeFileSync(readAll, '{ "guild_settings_defaults": { "enabled_by_default": true, "parse_threads": true } }')

describe('commands of the bot', { timeout: 25_000 }, () => {
  let twin: Twin
  let db: TestDatabase
  let bot: Bot | undefined

  beforeEach(async () => {
    twin = await startCheckedTwin({ maxConcurrency: 10, timeScale: 50 })
    db = await createMigratedDatabase()
  })
  afterEach(async () => {
    await stop()
    await db.drop()
    await twin.close()
  })

  const start = async () => {
    const config = loadConfig({
      DATABASE_URL: db.url,
      DISCORD_API_URL: twin.apiUrl,
      DISCORD_CDN_HOSTS: twin.cdnHost,
      BOT_TOKEN: twin.botToken,
      BOT_PORT: '0',
      DEFAULT_SETTINGS_PATH: readAll,
    })
    bot = await startBot(config, createLogger('bot', 'silent'))
    await bot.idle()
    await until(async () => (await registered()).length > 0)
    // What the bot wants to read at its first start would be joined.
    await database().execute(sql`delete from bot_channel_scan_runs`)
    await database().execute(sql`delete from guild_scans`)
  }
  const stop = async () => {
    const running = bot
    bot = undefined
    await running?.stop()
  }
  const until = async (condition: () => Promise<boolean> | boolean) => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const registered = async () => {
    const response = await fetch(`${twin.apiUrl}/v10/applications/${twin.clientId}/commands`, {
      headers: { authorization: `Bot ${twin.botToken}` },
    })
    return (await response.json()) as { name: string; version: string; default_member_permissions: string | null }[]
  }
  const channelNamed = (name: string) => twin.world.channelsOf(guilds.squad).find((channel) => channel.name === name)!
  const contentOf = (handle: ReturnType<Twin['interactions']['useCommand']>) => handle.current?.message?.content ?? ''
  const post = (channelId: string) =>
    twin.world.postMessage({ channelId, authorId: people.sam, files: [{ key: 'scene-2' }] })
  const fetchJobs = () =>
    withClient(db.url, async (client) => {
      const { rows } = await client.query<{ id: string }>(
        `select data->>'clipId' as id from pgboss.job where name = 'fetch-clip'`,
      )
      return rows.map(({ id }) => id)
    })
  const save = (messageId: string, userId: string = people.aiko) =>
    twin.interactions.useMessageCommand({
      userId,
      channelId: channelNamed('clips').id,
      name: 'Save clip',
      messageId,
    })
  /** A message that the bot has not taken in by itself. */
  const unseenMessage = async () => {
    await setChannelReading(channelNamed('clips').id, false)
    return post(channelNamed('clips').id)
  }

  it('are registered once, and again only when they differ', async () => {
    await start()
    const first = await registered()
    expect(first.map(({ name }) => name).toSorted()).toEqual(['Save clip', 'coverage', 'privacy', 'scan'])
    expect(first.find(({ name }) => name === 'scan')?.default_member_permissions).toBe('32')
    await stop()
    await start()
    expect(await registered()).toEqual(first)
    await stop()
    await fetch(`${twin.apiUrl}/v10/applications/${twin.clientId}/commands`, {
      method: 'PUT',
      headers: { authorization: `Bot ${twin.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify([{ name: 'old', description: 'From before' }]),
    })
    await start()
    await until(async () => (await registered()).length === first.length)
    expect((await registered()).map(({ name }) => name)).not.toContain('old')
  })

  it('/scan starts the scan that was asked for and shows how it goes until it ends', async () => {
    await start()
    const channelId = channelNamed('clips').id
    const handle = twin.interactions.useCommand({
      userId: people.jonas,
      channelId: channelNamed('general').id,
      name: 'scan',
      options: { mode: 'complete', channel: channelId },
    })
    expect(await handle.response()).toMatchObject({ type: 5, ephemeral: true })
    await handle.result()
    const [scan] = await listGuildScans(guilds.squad)
    expect(scan).toMatchObject({ mode: 'complete', channelIds: [channelId], requestedBy: people.jonas })
    expect(contentOf(handle)).toContain('waiting')
    await database().execute(
      sql`update bot_channel_scan_runs set status = 'succeeded', messages_scanned = 7, clips_added = 3`,
    )
    await database().execute(sql`update guild_scans set status = 'succeeded'`)
    await until(() => contentOf(handle).includes('done'))
    expect(contentOf(handle)).toMatch(/[1-9]\d* messages read, [1-9]\d* new clips/)
  })

  it('/scan names the permission that is missing, and where', async () => {
    await start()
    const handle = twin.interactions.useCommand({
      userId: people.mara,
      channelId: channelNamed('general').id,
      name: 'scan',
      options: { mode: 'complete' },
    })
    await handle.result()
    expect(contentOf(handle)).toContain(
      `<#${channelNamed('no-history').id}> cannot be read: the bot lacks Read Message History there.`,
    )
    expect(contentOf(handle)).not.toContain(channelNamed('clips').id)
  })

  it('/scan refuses who may not manage the server, whatever Discord let through', async () => {
    await start()
    await fetch(`${twin.apiUrl}/v10/applications/${twin.clientId}/commands`, {
      method: 'POST',
      headers: { authorization: `Bot ${twin.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'scan',
        description: 'Open to all',
        options: [{ type: 3, name: 'mode', description: 'What to do' }],
      }),
    })
    const handle = twin.interactions.useCommand({
      userId: people.aiko,
      channelId: channelNamed('general').id,
      name: 'scan',
      options: { mode: 'complete' },
    })
    await handle.result()
    expect(contentOf(handle)).toBe('You need the permission Manage Server to start scans.')
    expect(await listGuildScans(guilds.squad)).toEqual([])
  })

  it('/scan of a channel that is not read says what to do', async () => {
    await start()
    await setChannelReading(channelNamed('general').id, false)
    const handle = twin.interactions.useCommand({
      userId: people.mara,
      channelId: channelNamed('general').id,
      name: 'scan',
      options: { mode: 'complete', channel: channelNamed('general').id },
    })
    await handle.result()
    expect(contentOf(handle)).toBe('None of these channels is read. Switch one on first.')
  })

  it('/coverage says what is read, what is missing, and why', async () => {
    await start()
    const use = async () => {
      const channelId = channelNamed('general').id
      const handle = twin.interactions.useCommand({ userId: people.mara, channelId, name: 'coverage' })
      await handle.result()
      return contentOf(handle)
    }
    await database().execute(sql`
      insert into channel_coverage (channel_id, covered) select channel_id, '{[0,9223372036854775806]}' from bot_channels
      on conflict (channel_id) do update set covered = excluded.covered`)
    expect(await use()).toMatch(/^Everything is read: \d+ channels and threads\.$/)
    const { id } = channelNamed('clips')
    const newest = channelNamed('clips').messages.last()!.id
    await database().execute(sql`
      update channel_coverage set covered = int8multirange(int8range(${id}::bigint, ${newest}::bigint)),
        newest_message_id = ${newest}, state = 'no_permission', state_detail = 'the bot lacks a permission' where channel_id = ${id}`)
    const answer = await use()
    expect(answer).toMatch(/^\d+ of \d+ channels and threads are read without a gap\./)
    expect(answer).toMatch(new RegExp(`<#${id}>: Read from .+ 1 gap of .+\\. Missing: <t:`))
    expect(answer).toContain('the bot lacks a permission')
    expect(answer).not.toContain(channelNamed('general').id)
  })

  it('/scan and /coverage know nothing of channels that the manager may not read', async () => {
    await start()
    const use = async (name: string, options: Record<string, string> = {}) => {
      const channelId = channelNamed('general').id
      const handle = twin.interactions.useCommand({ userId: people.jonas, channelId, name, options })
      await handle.result()
      return contentOf(handle)
    }
    const { id } = channelNamed('veterans')
    await database().execute(sql`
      insert into channel_coverage (channel_id, covered) select channel_id, '{[0,9223372036854775806]}' from bot_channels where channel_id <> ${id}
      on conflict (channel_id) do update set covered = excluded.covered`)
    expect(await use('coverage')).toMatch(/^Everything is read: /)
    expect(await use('scan', { mode: 'complete', channel: id })).toBe(
      'This channel does not exist, or you may not read it.',
    )
    expect(await listGuildScans(guilds.squad)).not.toContainEqual(expect.objectContaining({ channelIds: [id] }))
    const answer = await use('scan', { mode: 'complete' })
    expect(answer).toContain('channels that you may not see')
    expect(answer).not.toMatch(/\d+ (message|new clip)/)
  })

  it('"Save clip" stores the clips of a message with a job each and says so', async () => {
    await start()
    const message = await unseenMessage()
    const clipId = message.attachments[0]!.id
    const handle = save(message.id, people.mara)
    expect(await handle.result()).toMatchObject({ ephemeral: true })
    expect(contentOf(handle)).toMatch(/: saved\.$/)
    expect(await findClip(clipId)).toMatchObject({
      channelId: channelNamed('clips').id,
      authorName: 'Sam',
      state: 'pending',
    })
    expect(await fetchJobs()).toContain(clipId)
    const again = save(message.id, people.mara)
    await again.result()
    expect(contentOf(again)).toMatch(/in the library already\.$/)
    const { rows } = await database().execute<Record<string, string>>(sql`
      select actor_id as actor, via, action, target from audit_log where target = ${clipId}`)
    expect(rows).toEqual([{ actor: people.mara, via: 'discord', action: 'clip.save', target: clipId }])
  })

  it('"Save clip" never brings back what a person removed', async () => {
    await start()
    const message = await unseenMessage()
    const clipId = message.attachments[0]!.id
    await database().execute(sql`
      insert into clip_tombstones (clip_id, guild_id, channel_id, message_id, reason)
      values (${clipId}, ${guilds.squad}, ${message.channelId}, ${message.id}, 'removed')`)
    const handle = save(message.id, people.mara)
    await handle.result()
    expect(contentOf(handle)).toContain('somebody removed it from the library')
    expect(await findClip(clipId)).toBeNull()
    expect(await fetchJobs()).not.toContain(clipId)
  })

  it('"Save clip" needs Manage Server where clips are not collected', async () => {
    await start()
    const message = await unseenMessage()
    const handle = save(message.id, people.aiko)
    await handle.result()
    expect(contentOf(handle)).toContain('Clips of this channel are not collected.')
    expect(await findClip(message.attachments[0]!.id)).toBeNull()
  })

  it('"Save clip" on a message without a video says so', async () => {
    await start()
    const { id } = twin.world.postMessage({
      channelId: channelNamed('clips').id,
      authorId: people.sam,
      content: 'no video',
    })
    const handle = save(id)
    await handle.result()
    expect(contentOf(handle)).toBe('There is no video in this message.')
  })

  it('a use that arrives twice is done once', async () => {
    await start()
    twin.faults.add({ kind: 'duplicate-events', event: 'INTERACTION_CREATE' })
    const handle = twin.interactions.useCommand({
      userId: people.mara,
      channelId: channelNamed('general').id,
      name: 'scan',
      options: { mode: 'complete' },
    })
    await handle.result()
    await bot?.idle()
    expect(await listGuildScans(guilds.squad)).toHaveLength(1)
    expect(contentOf(handle)).toContain('The scan has begun.')
  })

  it('the time that is left is guessed from the share of channels that is done', () => {
    const now = new Date('2026-01-01T00:10:00Z')
    const scan = {
      status: 'running',
      isPaused: false,
      startedAt: new Date('2026-01-01T00:00:00Z'),
      runs: { total: 10, queued: 4, running: 1, succeeded: 5, failed: 0, canceled: 0 },
      messagesFound: 0,
      messagesExpected: null,
    } as Parameters<typeof remainingSeconds>[0]
    expect(remainingSeconds(scan, now)).toBe(600)
    expect(remainingSeconds({ ...scan, isPaused: true }, now)).toBeNull()
  })
})
