import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { database, setChannelsReading, sql } from '@dcs/shared/db'
import { requestGuildScan } from '@dcs/shared/jobs'
import { createReport } from './figures.ts'
import { openPlace } from './place.ts'
import { startProgram } from './programs.ts'

// How much of what Discord allows is used while the history of many channels is read, by one worker and by eight: real programs, Discord's limits on a
// clock that runs faster.
const { values: options } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    channels: { type: 'string', default: '64' },
    'time-scale': { type: 'string', default: '2' },
    seconds: { type: 'string', default: '30' },
    workers: { type: 'string', default: '8,1' },
  },
})
const timeScale = Number(options['time-scale'])
const report = createReport('scan', options.json)
const place = await openPlace({
  twin: ['--world', 'large', '--messages', '20000000', '--channels', '120', '--clips', '20000', '--seed', '11'].concat([
    '--rate-limits',
    '--time-scale',
    String(timeScale),
  ]),
  timeScale,
  settings: { search_first: false },
  read: () => false,
})
try {
  const chosen = (await place.twin.readableChannels()).slice(0, Number(options.channels)).map(({ id }) => id)
  await setChannelsReading(chosen, true)
  report.say(`${chosen.length} channels; Discord's limits, time x ${timeScale}`)
  for (const guildId of place.guildIds)
    await requestGuildScan(place.queue, { guildId, mode: 'complete', channelIds: null, requestedBy: null })
  for (const count of options.workers.split(',').map(Number)) await measure(count)
} finally {
  await place.close()
}

async function measure(count: number): Promise<void> {
  const workers = Array.from({ length: count }, () => startProgram('worker', { ...place.env, DB_POOL_MAX: '6' }))
  const stop = () => Promise.all(workers.map((worker) => worker.stop()))
  try {
    const idle = await counters()
    while ((await counters()).requests < idle.requests + 100) {
      for (const worker of workers) worker.requireRunning()
      await sleep(200)
    }
    await sleep(5_000)
    const [before, begun] = [await counters(), performance.now()]
    await sleep(Number(options.seconds) * 1_000)
    const [after, ended] = [await counters(), performance.now()]
    const seconds = ((ended - begun) / 1_000) * timeScale
    const name = count === 1 ? '1 worker' : `${count} workers`
    report.add(
      `share of the request budget used, ${name}`,
      ((after.requests - before.requests) / seconds / 50) * 100,
      '%',
      '>= 95',
    )
    report.add(`429s, ${name}`, after.refused - idle.refused, '', '<= 0')
    report.add(`messages a second of Discord's time, ${name}`, (after.messages - before.messages) / seconds, '')
  } finally {
    await stop()
  }
}

async function counters(): Promise<{ requests: number; refused: number; messages: number }> {
  const answer = await fetch(`${place.twin.apiUrl.replace(/\/api$/, '')}/_twin/limits`)
  const { requests, refused } = (await answer.json()) as { requests: number; refused: Record<string, number> }
  const { rows } = await database().execute<{ read: string }>(
    sql`select coalesce(sum(messages_scanned), 0) as read from bot_channel_scan_runs`,
  )
  return {
    requests,
    refused: Object.values(refused).reduce((sum, one) => sum + one, 0),
    messages: Number(rows[0]?.read ?? 0),
  }
}
