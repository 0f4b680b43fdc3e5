import { execFile } from 'node:child_process'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs, promisify } from 'node:util'
import { database, describeGuildScans, setChannelsReading, sql } from '@dcs/shared/db'
import { requestGuildScan } from '@dcs/shared/jobs'
import { createReport } from './figures.ts'
import { openPlace, type Place } from './place.ts'
import { startProgram, type Program } from './programs.ts'
import { cpuOf, cpuOfPostgres } from './scan/cpu.ts'
import { memoryOf } from './twin/process.ts'

// What reading history costs: our scan with everything it writes, against a loop of discord.js that stores nothing. Limits are off, so that only work counts.
const { values: options } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    messages: { type: 'string', default: '200000' },
    clips: { type: 'string', default: '4000' },
    channels: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    'skip-memory': { type: 'boolean', default: false },
  },
})
type Cost = { messages: number; seconds: number; cpuSeconds: number; withDatabase: number; memory: number }

const report = createReport('scan-cpu', options.json)
const loop = path.resolve(import.meta.dirname, 'scan/discordjs.ts')
const [messages, clips] = [Number(options.messages), Number(options.clips)]
const small = await measure(messages, clips, Number(options.rounds), true)
const ours = median(small.ours)
const theirs = median(small.theirs)
report.say(`${ours.messages} messages, ${options.rounds} rounds in turn, medians`)
report.add('CPU of our scan with its database writes', ours.withDatabase, 's')
report.add('  of that the worker', ours.cpuSeconds, 's')
report.add('CPU of the bare loop of discord.js', theirs.cpuSeconds, 's')
report.add(
  'CPU, ours over theirs',
  ratio(small, (own, other) => own.withDatabase / other.cpuSeconds),
  'x',
  '<= 1',
)
report.add(
  'CPU of the worker alone over theirs',
  ratio(small, (own, other) => own.cpuSeconds / other.cpuSeconds),
  'x',
)
report.add(
  'wall time, ours over theirs',
  ratio(small, (own, other) => own.seconds / other.seconds),
  'x',
)
if (!options['skip-memory']) {
  const large = await measure(messages * 10, clips * 10, 1, false)
  const most = median(large.ours).memory
  report.add('memory of the worker at most', ours.memory, 'MB')
  report.add('memory at most, ten times the messages over this', most / ours.memory, 'x', '<= 1.15')
}

/** Reads a world some times over, by us and, in turn, by discord.js. */
async function measure(count: number, clipCount: number, rounds: number, compares: boolean) {
  const result = { ours: [] as Cost[], theirs: [] as Cost[] }
  const place = await openPlace({
    twin: [
      '--world',
      'large',
      '--messages',
      String(count),
      '--channels',
      options.channels,
      '--clips',
      String(clipCount),
      '--seed',
      '5',
    ],
    env: { DISCORD_REQUESTS_PER_SECOND: '600' },
    settings: { search_first: false },
    read: () => false,
  })
  try {
    const channelIds = (await place.twin.readableChannels()).filter((one) => one.messages > 0).map(({ id }) => id)
    await setChannelsReading(channelIds, true)
    for (let round = 0; round < rounds; round += 1) {
      if (compares) result.theirs.push(await readWithDiscordJs(place, channelIds))
      result.ours.push(await readWithUs(place))
    }
    return result
  } finally {
    await place.close()
  }
}

async function readWithDiscordJs(place: Place, channelIds: readonly string[]): Promise<Cost> {
  const task = JSON.stringify({ apiUrl: place.twin.apiUrl, token: place.twin.botToken, channelIds })
  const { stdout } = await promisify(execFile)(process.execPath, [loop, task])
  const cost = JSON.parse(stdout) as Cost
  return { ...cost, withDatabase: cost.cpuSeconds, memory: 0 }
}

async function readWithUs(place: Place): Promise<Cost> {
  await forgetEverything()
  const worker = startProgram('worker', place.env)
  try {
    await untilItWorks(worker)
    const { rows } = await database().execute<{ pid: number }>('select pg_backend_pid() as pid')
    const backend = rows[0]?.pid ?? 0
    const before = { own: cpuOf(worker.pid), postgres: cpuOfPostgres(backend), at: performance.now() }
    for (const guildId of place.guildIds)
      await requestGuildScan(place.queue, { guildId, mode: 'complete', channelIds: null, requestedBy: null }).catch(
        () => {
          // A server of the world without a channel that is read.
        },
      )
    await untilRead(place.guildIds, worker)
    const seconds = (performance.now() - before.at) / 1_000
    const cpuSeconds = cpuOf(worker.pid) - before.own
    const written = await database().execute<{ read: string }>(
      sql`select sum(messages_scanned) as read from bot_channel_scan_runs`,
    )
    return {
      messages: Number(written.rows[0]?.read),
      seconds,
      cpuSeconds,
      withDatabase: cpuSeconds + cpuOfPostgres(backend) - before.postgres,
      memory: memoryOf(worker.pid).most,
    }
  } finally {
    await worker.stop()
  }
}

async function untilItWorks(worker: Program): Promise<void> {
  const isUp = async () => {
    const { rows } = await database().execute<Record<string, never>>(
      sql`select from program_heartbeats where program = 'worker'`,
    )
    return rows.length > 0
  }
  while (!(await isUp())) {
    worker.requireRunning()
    await sleep(100)
  }
}

async function untilRead(guildIds: readonly string[], worker: Program): Promise<void> {
  for (;;) {
    worker.requireRunning()
    const scans = [...(await describeGuildScans(guildIds)).values()]
    if (scans.length > 0 && scans.every(({ status }) => status !== 'queued' && status !== 'running')) {
      const failed = scans.find(({ status }) => status === 'failed')
      if (failed) throw new Error(`A scan failed: ${failed.errorMessage}`)
      return
    }
    // Looking costs the database something, too.
    await sleep(500)
  }
}

async function forgetEverything(): Promise<void> {
  for (const table of ['clips', 'channel_coverage', 'bot_channel_scan_runs', 'guild_scans', 'program_heartbeats'])
    await database().execute(sql.raw(`delete from ${table}`))
  await database().execute(sql`delete from pgboss.job`)
}

/** The median over the rounds of what one round of ours is to the round of theirs before it. */
function ratio(costs: { ours: Cost[]; theirs: Cost[] }, of: (own: Cost, other: Cost) => number): number {
  const all = costs.ours.flatMap((own, round) => {
    const other = costs.theirs[round]
    return other ? [of(own, other)] : []
  })
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN
}

function median(costs: readonly Cost[]): Cost {
  const middle = costs.toSorted((a, b) => a.withDatabase - b.withDatabase)[Math.floor(costs.length / 2)]
  if (middle) return middle
  throw new Error('Nothing was measured.')
}
