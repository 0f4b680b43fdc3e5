import fs from 'node:fs/promises'
import { createHash } from 'node:crypto'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { mediaFile } from '@dcs/discord-twin'
import { describeGuildScans, listRunningPrograms, setChannelsReading, setGuildSettings } from '@dcs/shared/db'
import { cancelScans, jobs, requestGuildScan } from '@dcs/shared/jobs'
import { countLeft, countUnsettled, forgetCoverage, lookAt, type Left } from './deletes/counts.ts'
import { createRandom } from './chaos/random.ts'
import { createReport } from './figures.ts'
import { openPlace } from './place.ts'
import { startProgram } from './programs.ts'

// What is saved of messages that are deleted soon after they were posted, while a long history is read, and what each deletion policy leaves behind: one server for
// each policy, the real bot and workers, Discord's limits.
const { values: options } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    messages: { type: 'string', default: '1000' },
    /** Seconds over which they are posted. */
    seconds: { type: 'string', default: '360' },
    shortest: { type: 'string', default: '1' },
    longest: { type: 'string', default: '60' },
    workers: { type: 'string', default: '2' },
    seed: { type: 'string', default: '3' },
  },
})
const POLICIES = ['keep', 'hide', 'purge'] as const
/** Each server its own video, so that files can be told apart. */
const MEDIA = { keep: 'one-second', hide: 'vertical', purge: 'rotated' } as const

const report = createReport('deletes', options.json)
const random = createRandom(Number(options.seed))
const place = await openPlace({
  twin: [
    '--world',
    'large',
    '--messages',
    '4000000',
    '--channels',
    '150',
    '--clips',
    '300',
    '--seed',
    '4',
    '--rate-limits',
  ],
  env: { WORKER_JOBS: Object.keys(jobs).join(',') },
  settings: { search_first: false },
})
const control = place.twin.apiUrl.replace(/\/api$/, '/_twin')
try {
  const servers = await prepare()
  const programs = [
    startProgram('bot', place.env),
    ...Array.from({ length: Number(options.workers) }, () => startProgram('worker', place.env)),
  ]
  place.alsoStop(() => Promise.all(programs.map((program) => program.stop())))
  for (const { guildId } of servers)
    await requestGuildScan(place.queue, { guildId, mode: 'complete', channelIds: null, requestedBy: null })
  await connected()
  const posted = await postAndDelete(servers)
  await settled(posted.map(({ messageId }) => messageId))
  for (const { guildId } of servers) await cancelScans(place.queue, { guildId, channelIds: null })
  const before = await leftBehind(posted)
  await scanAgain(servers)
  const after = await leftBehind(posted)
  for (const { policy } of servers)
    describe(
      policy,
      posted.filter((one) => one.policy === policy),
      before[policy],
      after[policy],
    )
} finally {
  await place.close()
}

type Server = { policy: (typeof POLICIES)[number]; guildId: string; channelIds: string[]; authorId: string }
type Posted = { policy: Server['policy']; messageId: string; row: boolean; bytes: boolean }

/** A server for each policy, with two channels in which people post; all of its channels are read. */
async function prepare(): Promise<Server[]> {
  const answer = await fetch(`${control}/world`)
  const world = (await answer.json()) as { guilds: { id: string; has_bot: boolean; owner_id: string }[] }
  const readable = await place.twin.readableChannels()
  return Promise.all(
    POLICIES.map(async (policy, index) => {
      const guild = world.guilds.filter(({ has_bot: hasBot }) => hasBot)[index]
      if (!guild) throw new Error('The world has fewer servers than policies.')
      await setGuildSettings(guild.id, {
        search_first: false,
        parse_threads: true,
        deletion_policy: policy,
        deletion_grace_days: 30,
      })
      const own = readable.filter((channel) => channel.guild_id === guild.id && channel.messages > 0)
      await setChannelsReading(
        own.map(({ id }) => id),
        true,
      )
      return { policy, guildId: guild.id, channelIds: own.slice(-2).map(({ id }) => id), authorId: guild.owner_id }
    }),
  )
}

/** Waits until the bot takes in what is posted. */
async function connected(): Promise<void> {
  const isUp = async () =>
    (await listRunningPrograms()).some(({ program, isHealthy }) => program === 'bot' && isHealthy)
  for (const until = performance.now() + 60_000; !(await isUp()); await sleep(200))
    if (performance.now() > until) throw new Error('The bot did not connect within a minute.')
}

async function postAndDelete(servers: readonly Server[]): Promise<Posted[]> {
  const count = Number(options.messages)
  const everyMs = (Number(options.seconds) * 1_000) / count
  const [shortest, longest] = [Number(options.shortest) * 1_000, Number(options.longest) * 1_000]
  const begun = performance.now()
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const server = servers[index % servers.length]
      if (!server) throw new Error('There is no server.')
      const channelId = random.pick(server.channelIds)
      const delayMs = shortest + random.next() * (longest - shortest)
      await sleep(Math.max(0, begun + index * everyMs - performance.now()))
      const message = await post(server, channelId)
      await sleep(delayMs)
      const seen = await lookAt(message)
      await fetch(`${control}/channels/${channelId}/messages/${message}`, { method: 'DELETE' })
      return { policy: server.policy, messageId: message, ...seen }
    }),
  )
}

async function post({ policy, authorId }: Server, channelId: string): Promise<string> {
  const body = JSON.stringify({ channel_id: channelId, author_id: authorId, media: [MEDIA[policy]] })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${control}/messages`, { method: 'POST', headers, body })
  if (!answer.ok) throw new Error(`The twin did not take a message: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { id: string }).id
}

/** Waits until nothing is to be done any more for these messages. */
async function settled(messageIds: readonly string[]): Promise<void> {
  for (const until = performance.now() + 300_000; (await countUnsettled(messageIds)) > 0; await sleep(500))
    if (performance.now() > until)
      throw new Error('The clips of the deleted messages were not done within five minutes.')
}

/** Reads the channels once more as if they had never been read, and looks at every stored clip again. */
async function scanAgain(servers: readonly Server[]): Promise<void> {
  for (const mode of ['complete', 'recheck'] as const) {
    if (mode === 'complete') await forgetCoverage(servers.flatMap(({ channelIds }) => channelIds))
    for (const { guildId, channelIds } of servers)
      await requestGuildScan(place.queue, { guildId, mode, channelIds, requestedBy: null, withoutThreads: true })
    for (const until = performance.now() + 300_000; ; await sleep(500)) {
      const scans = [...(await describeGuildScans(servers.map(({ guildId }) => guildId))).values()]
      if (scans.every(({ status }) => status !== 'queued' && status !== 'running')) break
      if (performance.now() > until) throw new Error(`The second scan (${mode}) did not end within five minutes.`)
    }
  }
}

async function leftBehind(posted: readonly Posted[]): Promise<Record<Server['policy'], Left & { files: number }>> {
  const entries = await Promise.all(
    POLICIES.map(async (policy) => {
      const ids = posted.filter((one) => one.policy === policy).map(({ messageId }) => messageId)
      return [policy, { ...(await countLeft(ids)), files: await countFiles(MEDIA[policy]) }] as const
    }),
  )
  return Object.fromEntries(entries) as Record<Server['policy'], Left & { files: number }>
}

/** 1 while the store has the video that all clips of one server are. */
async function countFiles(key: string): Promise<number> {
  const bytes = await fs.readFile(mediaFile(key).path)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const file = path.join(place.env['STORAGE_PATH'] ?? '', sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  return fs.stat(file).then(
    () => 1,
    () => 0,
  )
}

function describe(
  policy: Server['policy'],
  posted: readonly Posted[],
  before: Left & { files: number },
  after: Left & { files: number },
): void {
  report.say(
    `policy ${policy}: ${posted.length} messages, each with a video, deleted ${options.shortest} to ${options.longest} s after they were posted`,
  )
  const share = (which: 'row' | 'bytes') => (100 * posted.filter((one) => one[which]).length) / posted.length
  report.add(`${policy}: row in time`, share('row'), '%')
  report.add(`${policy}: bytes in time`, share('bytes'), '%')
  report.add(`${policy}: clips in sight afterwards`, before.inSight, '', policy === 'keep' ? null : '<= 0')
  report.add(`${policy}: of these with their bytes`, before.inSightWithBytes, '')
  report.add(`${policy}: clips hidden, with a date`, before.hidden, '', policy === 'hide' ? null : '<= 0')
  report.add(`${policy}: tombstones`, before.tombstones, '')
  report.add(`${policy}: files of these clips in the store`, before.files, '', policy === 'purge' ? '<= 0' : null)
  report.add(`${policy}: clips that came into sight by a second scan`, after.inSight - before.inSight, '', '<= 0')
}
