import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createLogger } from '@dcs/shared/core'
import { database, describePerson, findErasure, getConfig, listErasedItems, setChannelsReading } from '@dcs/shared/db'
import { openQueue, requestErasure, requestGuildScan } from '@dcs/shared/jobs'
import { runProgram } from './chaos/programs.ts'
import { searchDatabase, searchFolder, searchLogs } from './erasure/search.ts'
import { PERSON, postClips, startWorld } from './erasure/world.ts'
import { createReport } from './figures.ts'
import { openScratchDatabase } from './scratch-database.ts'

// Somebody with some hundred clips asks for everything of them to be erased: how soon nobody can reach it, how soon it is gone from the disk, and what is
// found of them afterwards in the database, in the store and in the logs, also after everything was read once more. With real programs and a stand-in for Discord.
const { values: options } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    clips: { type: 'string', default: '300' },
    encrypted: { type: 'boolean', default: false },
  },
})
/** What stays, and why. */
const ON_PURPOSE: readonly [string, string][] = [
  ['public.author_opt_outs.user_id', 'so that nothing new is kept'],
  ['public.erasures.', 'the receipt'],
  ['public.audit_log.', 'who asked for it'],
]
const report = createReport('erasure', options.json)
const closing: (() => unknown)[] = []
const untilTrue = async (what: string, isTrue: () => Promise<boolean>) => {
  for (const end = performance.now() + 300_000; !(await isTrue()); await sleep(50))
    if (performance.now() > end) throw new Error(`Five minutes passed: ${what}.`)
}
const count = async (statement: string, values: unknown[] = []) => {
  const { rows } = await database().$client.query<{ count: string }>(`select count(*) from ${statement}`, values)
  return Number(rows[0]?.count)
}

try {
  const { twin, channels } = await startWorld()
  closing.push(() => twin.close())
  const scratch = await openScratchDatabase()
  closing.push(scratch.remove)
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-bench-erasure-'))
  closing.push(() => fs.rmSync(folder, { recursive: true, force: true }))
  const objects = path.join(folder, 'objects')
  const env = {
    POSTGRES_DSN: getConfig().url,
    DISCORD_API_URL: twin.apiUrl,
    DISCORD_CDN_HOSTS: twin.cdnHost,
    BOT_TOKEN: twin.botToken,
    BOT_PORT: '0',
    DCS_DATA_DIR: folder,
    STORAGE_PATH: objects,
    WORKER_DOWNLOADS: '4',
    LOG_LEVEL: 'debug',
    ...(options.encrypted ? { STORAGE_ENCRYPTION_KEY: randomBytes(32).toString('base64') } : {}),
  }
  const programs = (['bot', 'worker'] as const).map((name) =>
    runProgram({ name, file: `${name}/src/main.ts`, env, folder }),
  )
  closing.push(() => Promise.all(programs.map((program) => program.stop())))
  await Promise.all(programs.map((program) => program.ready()))
  await untilTrue(
    'the bot knows the channels',
    async () => (await count('bot_channels where channel_id = any($1)', [channels])) === channels.length,
  )
  await setChannelsReading(channels, true)

  const ids = postClips(twin, channels, Number(options.clips))
  await untilTrue(
    'every clip is stored',
    async () => (await count(`clips where author_id = $1 and state <> 'pending'`, [PERSON.id])) >= ids.length,
  )
  await makeAccount()
  const record = await describePerson(PERSON.id)
  const { rows: used } = await database().$client.query<{ hash: string }>(
    `select hash from clips, lateral (values (object_sha256), (poster_sha256)) as used(hash) where author_id = $1 and hash is not null
     except select hash from clips, lateral (values (object_sha256), (poster_sha256)) as used(hash) where author_id is distinct from $1`,
    [PERSON.id],
  )
  const hashes = new Set(used.map(({ hash }) => hash))
  const words = [PERSON.id, PERSON.username, PERSON.globalName, PERSON.word]
  report.say(
    `${record.clips.total} clips in ${record.clips.byGuild.length} servers, ${hashes.size} files, ${record.clips.bytes} bytes; named in ${record.namedIn} clips of others`,
  )
  report.add('columns with words of the person before', (await searchDatabase(words)).length, '')
  report.add('files of the person before', searchFolder(objects, hashes).length, '')

  const queue = await openQueue('producer', createLogger('bench', 'silent'))
  closing.push(() => queue.stop(1_000))
  const logged = searchLogs(folder, words).length
  const begun = performance.now()
  const since = () => (performance.now() - begun) / 1_000
  const { erasure } = await requestErasure(queue, {
    subject: 'author',
    subjectId: PERSON.id,
    requestedBy: PERSON.id,
    via: 'web',
    withAccount: true,
  })
  const reachable = await count('clips where author_id = $1 and hidden_at is null', [PERSON.id])
  report.add('seconds until nothing of the person can be reached', since(), 's', '<= 5')
  report.add('clips that can be reached then', reachable, '', '<= 0')
  await untilTrue('everything is erased', async () => (await findErasure(erasure.id))?.erasedAt !== null)
  report.add('seconds until everything is erased from the disk', since(), 's', '<= 86400')

  const again = postClips(twin, channels, 10, false)
  for (const guildId of new Set(channels.map((id) => twin.world.requireChannel(id).guildId)))
    for (const mode of ['complete', 'recheck'] as const) {
      await requestGuildScan(queue, {
        guildId,
        mode,
        channelIds: channels.filter((id) => twin.world.requireChannel(id).guildId === guildId),
        requestedBy: null,
      })
      await untilTrue(
        'everything is read again',
        async () =>
          (await count(`bot_channel_scan_runs where status in ('queued', 'running')`)) === 0 &&
          (await count(`guild_scans where status in ('queued', 'running')`)) === 0,
      )
    }
  report.add(
    'clips that came back',
    await count('clips where id = any($1) or author_id = $2', [ids, PERSON.id]),
    '',
    '<= 0',
  )
  report.add('clips posted anew and kept', await count('clips where id = any($1)', [again]), '', '<= 0')

  const { clips, objects: erased } = await listErasedItems(erasure.id)
  report.add('erased clips listed for backups', clips.length, '', `>= ${ids.length}`)
  report.add('erased files listed for backups', erased.length, '', `>= ${hashes.size}`)
  report.add('files of the person in the store', searchFolder(objects, hashes).length, '', '<= 0')
  const found = await searchDatabase(words)
  const stays = (where: string) => ON_PURPOSE.some(([start]) => where.startsWith(start))
  report.add(
    'places in the database that have words of the person by mistake',
    found.filter(({ where }) => !stays(where)).length,
    '',
    '<= 0',
  )
  for (const { where, rows } of found) {
    const reason = ON_PURPOSE.find(([start]) => where.startsWith(start))?.[1] ?? 'BY MISTAKE'
    report.say(`    ${where}: ${rows} rows: ${reason}`)
  }
  const lines = searchLogs(folder, words)
  report.add('lines of logs that have words of the person', lines.length, '', '<= 0')
  report.add('of them from before the request', logged, '')
  for (const line of lines.slice(0, 5)) report.say(`    ${line.slice(0, 200)}`)
} finally {
  for (const close of closing.splice(0).toReversed()) await close()
}

/** What an account leaves: sign-in, a session, a token, a membership, a tag and a scan. */
async function makeAccount(): Promise<void> {
  const { id, username, globalName } = PERSON
  const pool = database().$client
  await pool.query(`insert into users (discord_user_id, username, global_name) values ($1, $2, $3)`, [
    id,
    username,
    globalName,
  ])
  await pool.query(
    `insert into auth."user" (id, name, email, discord_user_id) values ('u', $2, $1 || '@users.discord.invalid', $1)`,
    [id, globalName],
  )
  await pool.query(
    `insert into auth.session (id, token, user_id, expires_at) values ('s', 't', 'u', now() + interval '1 day')`,
  )
  await pool.query(
    `insert into api_tokens (user_id, name, hash, hint, scopes, expires_at) values ($1, 'mine', 'h', 'dcs_', '{clips:read}', now() + interval '1 day')`,
    [id],
  )
  await pool.query(
    `insert into guild_members (guild_id, user_id, is_member) select guild_id, $1, true from bot_guilds on conflict do nothing`,
    [id],
  )
  await pool.query(
    `insert into clip_tags (clip_id, tag, tagged_by) select id, 'tag', $1 from clips where author_id is distinct from $1 limit 1`,
    [id],
  )
}
