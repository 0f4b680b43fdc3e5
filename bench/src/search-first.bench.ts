import { performance } from 'node:perf_hooks'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createLogger } from '@dcs/shared/core'
import { getChannelsByGuild, getConfig, listGuilds, setChannelsReading, setGuildSettings } from '@dcs/shared/db'
import { jobs, openQueue, requestGuildScan } from '@dcs/shared/jobs'
import { createReport } from './figures.ts'
import { startProgram } from './programs.ts'
import { openScratchDatabase } from './scratch-database.ts'
import { countAll, countOpenChannels, listStoredClips, type Counts } from './search-first/counts.ts'
import { listTrueClips } from './search-first/truth.ts'
import { startTwinProcess } from './twin/process.ts'

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
const started: (() => unknown)[] = []
const stopAll = async () => {
  for (const stop of started.splice(0).toReversed()) await stop()
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    process.exitCode = 130
    void stopAll()
  })
}

try {
  const { messages, channels, clips } = options
  report.say(
    `a world of ${messages} messages, ${channels} channels and ${clips} clips; Discord's limits, time x ${timeScale}`,
  )
  const world = ['--messages', messages, '--channels', channels, '--clips', clips, '--seed', '7']
  const twin = await startTwinProcess([
    '--world',
    'large',
    ...world,
    '--rate-limits',
    '--time-scale',
    String(timeScale),
  ])
  started.push(twin.stop)
  const scratch = await openScratchDatabase()
  started.push(scratch.remove)
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-bench-store-'))
  started.push(() => fs.rmSync(folder, { recursive: true, force: true }))
  const env = {
    POSTGRES_DSN: getConfig().url,
    DISCORD_API_URL: twin.apiUrl,
    DISCORD_CDN_HOSTS: new URL(twin.apiUrl).host,
    BOT_TOKEN: twin.botToken,
    BOT_PORT: '0',
    DCS_DATA_DIR: folder,
    STORAGE_PATH: path.join(folder, 'objects'),
    DISCORD_RATE_WINDOW_MS: String(Math.max(10, Math.round(1_000 / timeScale))),
    // Only reading is measured, not downloading.
    WORKER_JOBS: Object.keys(jobs)
      .filter((name) => name !== 'fetch-clip')
      .join(','),
  }
  const guildIds = await storeGuilds(env, twin.apiUrl)
  const queue = await openQueue('producer', createLogger('bench', 'silent'))
  started.push(() => queue.stop(1_000))
  const truth = await listTrueClips(twin.apiUrl)
  report.say(`${guildIds.length} servers; ${truth.size} clips that the bot can read`)
  const workers = Array.from({ length: Number(options.workers) }, () => startProgram('worker', env))
  started.push(() => Promise.all(workers.map((worker) => worker.stop())))
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
  report.add('requests until 95 % of the clips are visible', most.requests, '', '<= 1000')
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
  await stopAll()
}

/** Lets the bot store what there is, as it does when it is invited, then switches every channel on with its threads. Returns the ids of the guilds. */
async function storeGuilds(env: Record<string, string>, apiUrl: string): Promise<string[]> {
  const answer = await fetch(`${apiUrl.replace(/\/api$/, '')}/_twin/world`)
  const { guilds } = (await answer.json()) as { guilds: { id: string; has_bot: boolean }[] }
  const expected = guilds.filter(({ has_bot: hasBot }) => hasBot).length
  const bot = startProgram('bot', env)
  try {
    for (const until = performance.now() + 60_000; (await listGuilds()).length < expected; await sleep(100)) {
      bot.requireRunning()
      if (performance.now() > until) throw new Error('The bot did not store the servers within a minute.')
    }
  } finally {
    await bot.stop()
  }
  const guildIds = (await listGuilds()).map(({ guildId }) => guildId)
  for (const guildId of guildIds) {
    const channels = await getChannelsByGuild(guildId)
    const ids = channels.flatMap(({ type, channelId }) => (type === 'category' ? [] : [channelId]))
    await setChannelsReading(ids, true)
    await setGuildSettings(guildId, { parse_threads: true })
  }
  return guildIds
}
