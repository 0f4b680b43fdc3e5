import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { database, describeGuildScans, listRunningPrograms, setChannelsReading, setGuildSettings } from '@dcs/shared/db'
import { cancelScans, jobs, requestGuildScan } from '@dcs/shared/jobs'
import { createRandom } from './chaos/random.ts'
import {
  compareStore,
  countLeft,
  countMessagesRead,
  countUnsettled,
  endGrace,
  forgetCoverage,
  hashOf,
  lookAt,
  type Left,
} from './deletes/counts.ts'
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
/** Small and playable; each message has it with bytes of its own, so that files can be told apart. */
const VIDEO = 'one-second'

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
  // That clips cannot be fetched any more is what happens here all the time.
  env: { WORKER_JOBS: Object.keys(jobs).join(','), LOG_LEVEL: 'error' },
  settings: { search_first: false },
})
const storeFolder = place.env['STORAGE_PATH'] ?? ''
const control = place.twin.apiUrl.replace(/\/api$/, '/_twin')
try {
  const servers = await prepare()
  const programs = [
    startProgram('bot', place.env),
    ...Array.from({ length: Number(options.workers) }, () => startProgram('worker', place.env)),
  ]
  const stopPrograms = () => Promise.all(programs.map((program) => program.stop()))
  place.alsoStop(stopPrograms)
  const requireRunning = () => {
    for (const program of programs) program.requireRunning()
  }
  for (const { guildId } of servers)
    await requestGuildScan(place.queue, { guildId, mode: 'complete', channelIds: null, requestedBy: null })
  await until('The bot and the history', async () => (await isConnected()) && (await countMessagesRead()) > 0)

  const readBefore = await countMessagesRead()
  const posted = await postAndDelete(servers)
  const read = (await countMessagesRead()) - readBefore
  const scans = await describeGuildScans(servers.map(({ guildId }) => guildId))
  const reading = [...scans.values()].filter(({ status }) => status === 'running').length
  report.say(
    `${posted.length} messages, each with a video, deleted ${options.shortest} to ${options.longest} s after they were posted`,
  )
  report.add('messages of history read meanwhile', read, '')
  report.add('servers whose history was still being read at the last deletion', reading, '', `>= ${servers.length}`)

  const ids = posted.map(({ messageId }) => messageId)
  for (const { guildId } of servers) await cancelScans(place.queue, { guildId, channelIds: null })
  const isSettled = async () => {
    requireRunning()
    return (await countUnsettled(ids)) === 0
  }
  await until('What follows from the deletions', isSettled)
  const first = await leftBehind(posted)
  await scanAgain(servers)
  await until('What follows from the second scan', isSettled)
  const second = await leftBehind(posted)
  const files = (await compareStore(storeFolder)).files
  for (const { policy } of servers) describe(policy, posted, first[policy], second[policy], files)

  const hidden = posted.filter(({ policy }) => policy === 'hide')
  await endGrace(hidden.map(({ messageId }) => messageId))
  await place.queue.enqueue('purge', [{}], database())
  await until('The end of the grace', isSettled)
  await stopPrograms()
  const third = await leftBehind(posted)
  const store = await compareStore(storeFolder)
  report.say('in the end')
  report.add('hide, after the grace: rows', third.hide.rows.length, '', '<= 0')
  report.add('hide, after the grace: tombstones', third.hide.tombstones, '', `>= ${first.hide.hidden}`)
  report.add('hide, after the grace: files', countFiles(hidden, store.files), '', '<= 0')
  report.add('files without a row', store.withoutRow, '', '<= 0')
  report.add('objects without a file', store.withoutFile, '', '<= 0')
  report.add('objects that no clip has', store.unused, '', '<= 0')
} finally {
  await place.close()
}

type Server = { policy: (typeof POLICIES)[number]; guildId: string; channelIds: string[]; authorId: string }
type Posted = { policy: Server['policy']; messageId: string; sha256: string; row: boolean; bytes: boolean }
type LeftBehind = Record<Server['policy'], Left>

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

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 300_000; !(await isTrue()); await sleep(300))
    if (performance.now() > end) throw new Error(`${what}: not done within five minutes.`)
}

async function isConnected(): Promise<boolean> {
  return (await listRunningPrograms()).some(({ program, isHealthy }) => program === 'bot' && isHealthy)
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
      const mark = String(index).padStart(8, '0')
      const messageId = await post(server, channelId, mark)
      await sleep(delayMs)
      const sha256 = hashOf(VIDEO, mark)
      const seen = await lookAt(messageId, sha256)
      const answer = await fetch(`${control}/channels/${channelId}/messages/${messageId}`, { method: 'DELETE' })
      if (!answer.ok) throw new Error(`The twin did not delete a message: ${answer.status} ${await answer.text()}`)
      return { policy: server.policy, messageId, sha256, ...seen }
    }),
  )
}

async function post({ authorId }: Server, channelId: string, mark: string): Promise<string> {
  const body = JSON.stringify({ channel_id: channelId, author_id: authorId, media: [VIDEO], mark })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${control}/messages`, { method: 'POST', headers, body })
  if (!answer.ok) throw new Error(`The twin did not take a message: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { id: string }).id
}

/** Reads the channels once more as if they had never been read, and looks at every stored clip again. */
async function scanAgain(servers: readonly Server[]): Promise<void> {
  for (const mode of ['complete', 'recheck'] as const) {
    if (mode === 'complete') await forgetCoverage(servers.flatMap(({ channelIds }) => channelIds))
    for (const { guildId, channelIds } of servers)
      await requestGuildScan(place.queue, { guildId, mode, channelIds, requestedBy: null, withoutThreads: true })
    await until(`The second scan (${mode})`, async () => {
      const scans = [...(await describeGuildScans(servers.map(({ guildId }) => guildId))).values()]
      const failed = scans.find(({ status }) => status === 'failed')
      if (failed) throw new Error(`The second scan (${mode}) failed: ${failed.errorMessage}`)
      return scans.length === servers.length && scans.every((scan) => scan.mode === mode && scan.status === 'succeeded')
    })
  }
}

async function leftBehind(posted: readonly Posted[]): Promise<LeftBehind> {
  const entries = await Promise.all(
    POLICIES.map(async (policy) => {
      const ids = posted.filter((one) => one.policy === policy).map(({ messageId }) => messageId)
      return [policy, await countLeft(ids)] as const
    }),
  )
  return Object.fromEntries(entries) as LeftBehind
}

function countFiles(posted: readonly Posted[], files: ReadonlySet<string>): number {
  return posted.filter(({ sha256 }) => files.has(sha256)).length
}

function describe(
  policy: Server['policy'],
  all: readonly Posted[],
  first: Left,
  second: Left,
  files: ReadonlySet<string>,
): void {
  const posted = all.filter((one) => one.policy === policy)
  const add = (metric: string, value: number, unit = '', aim: string | null = null) =>
    report.add(`${policy}: ${metric}`, value, unit, aim)
  const share = (which: 'row' | 'bytes') => (100 * posted.filter((one) => one[which]).length) / posted.length
  const withBytes = first.inSightWithBytes + first.hiddenWithBytes
  report.say(`policy ${policy}`)
  add('messages', posted.length)
  add('row in time', share('row'), '%')
  add('bytes in time', share('bytes'), '%')
  add('never stored', posted.length - first.rows.length - first.tombstones)
  add('clips in sight afterwards', first.inSight.length, '', policy === 'keep' ? null : '<= 0')
  add('of these with their bytes', first.inSightWithBytes)
  add('clips hidden, with a date', first.hidden, '', policy === 'hide' ? null : '<= 0')
  add('of these with their bytes', first.hiddenWithBytes)
  add('tombstones', first.tombstones, '', policy === 'purge' ? null : '<= 0')
  const left = countFiles(posted, files)
  add('files of these clips in the store', left)
  add('files that no clip has, or clips without their file', Math.abs(left - withBytes), '', '<= 0')
  const before = new Set(first.inSight)
  add('clips that came into sight by a second scan', second.inSight.filter((id) => !before.has(id)).length, '', '<= 0')
  add('clips that have a tombstone and a row', second.risen, '', '<= 0')
  add('rows that the second scan lost', first.rows.filter((id) => !second.rows.includes(id)).length, '', '<= 0')
}
