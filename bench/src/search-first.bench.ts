import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { requestGuildScan } from '@dcs/shared/jobs'
import { createReport } from './figures.ts'
import { openPlace } from './place.ts'
import { startProgram } from './programs.ts'
import { countAll, countOpenChannels, listStoredClips, type Counts } from './search-first/counts.ts'
import { listTrueClips } from './search-first/truth.ts'

// How soon a manager sees the clips of a server that was never read, and when everything is proved to have been read: a world that is scanned
// for the first time, by real worker processes, with Discord's rate limits on a clock that runs faster.
const { values: options } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    messages: { type: 'string', default: '10000000' },
    channels: { type: 'string', default: '200' },
    clips: { type: 'string', default: '10000' },
    'time-scale': { type: 'string', default: '10' },
    workers: { type: 'string', default: '2' },
    'search-only': { type: 'boolean', default: false },
  },
})
const timeScale = Number(options['time-scale'])
const report = createReport('search-first', options.json)

const { messages, channels, clips } = options
report.say(
  `a world of ${messages} messages, ${channels} channels and ${clips} clips; Discord's limits, time x ${timeScale}`,
)
const world = ['--world', 'large', '--messages', messages, '--channels', channels, '--clips', clips, '--seed', '7']
const place = await openPlace({ twin: [...world, '--rate-limits', '--time-scale', String(timeScale)], timeScale })
const { twin, guildIds, queue } = place
try {
  const truth = await listTrueClips(twin.apiUrl)
  report.say(`${guildIds.length} servers; ${truth.size} clips that the bot can read`)
  const workers = Array.from({ length: Number(options.workers) }, () => startProgram('worker', place.env))
  place.alsoStop(() => Promise.all(workers.map((worker) => worker.stop())))
  const begun = performance.now()
  for (const guildId of guildIds)
    await requestGuildScan(queue, { guildId, mode: 'complete', channelIds: null, requestedBy: null })
  const minutes = () => ((performance.now() - begun) / 60_000) * timeScale
  const watch = async (until: (counts: Counts) => boolean) => {
    for (let shownAt = performance.now(); ; await sleep(100)) {
      for (const worker of workers) worker.requireRunning()
      const counts = await countAll(guildIds)
      if (until(counts)) return counts
      if (performance.now() - shownAt < 10_000) continue
      shownAt = performance.now()
      const { clips: found, searchRequests, messages: read } = counts
      report.say(
        `    minute ${minutes().toFixed(1)}: ${found} clips, ${searchRequests} searches, ${read} messages read`,
      )
    }
  }

  const most = await watch(({ clips: found, isDone }) => found >= 0.95 * truth.size || isDone)
  report.add('clips visible at that moment', (100 * most.clips) / truth.size, '%', '>= 95')
  report.add('requests of the search until 95 % of the clips are visible', most.searchRequests, '', '<= 1000')
  // A server whose search has ended is being read already while others are searched.
  report.add('all requests until then', most.requests, '')
  report.add('scaled minutes until 95 % of the clips are visible', minutes(), 'min')
  const searched = await watch(({ isSearching }) => !isSearching)
  const found = await listStoredClips()
  report.add('requests of the search alone', searched.searchRequests, '')
  report.add('scaled minutes until the search has ended', minutes(), 'min')
  report.add('found by then', (100 * found.size) / truth.size, '%')
  if (!options['search-only']) {
    await watch(({ isDone }) => isDone)
    const readable = (await twin.readableChannels()).filter((channel) => channel.messages > 0).map(({ id }) => id)
    report.add('scaled minutes until every channel is read', minutes(), 'min')
    report.add('channels that the bot can read with a gap in the ledger', await countOpenChannels(readable), '', '<= 0')
  }
  const end = await countAll(guildIds)
  const stored = await listStoredClips()
  report.add('requests in the end', end.requests, '')
  report.add(
    'clips missing',
    [...truth].filter((id) => !stored.has(id)).length,
    '',
    options['search-only'] ? null : '<= 0',
  )
  report.add('clips invented', [...stored].filter((id) => !truth.has(id)).length, '', '<= 0')
} finally {
  await place.close()
}
