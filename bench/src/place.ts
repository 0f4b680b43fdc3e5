import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLogger } from '@dcs/shared/core'
import { getChannelsByGuild, getConfig, listGuilds, setChannelsReading, setGuildSettings } from '@dcs/shared/db'
import { jobs, openQueue, type Queue } from '@dcs/shared/jobs'
import { startProgram } from './programs.ts'
import { openScratchDatabase } from './scratch-database.ts'
import { startTwinProcess } from './twin/process.ts'

/** A world at the twin, an empty database that knows its servers, and what a worker needs to read them. */
export type Place = {
  twin: Awaited<ReturnType<typeof startTwinProcess>>
  /** Variables of a worker that reads and downloads nothing. */
  env: Record<string, string>
  guildIds: string[]
  queue: Queue
  /** Stops what was given, then the rest; a signal does it too. */
  alsoStop: (stop: () => unknown) => void
  close: () => Promise<void>
}

/** Opens a place; `read` says which channels are switched on. The clock of the twin's limits runs `timeScale` times as fast. */
export async function openPlace(options: {
  twin: readonly string[]
  timeScale?: number
  env?: Record<string, string>
  settings?: Record<string, unknown>
  read?: (channelId: string) => boolean
}): Promise<Place> {
  const started: (() => unknown)[] = []
  const stopAll = async () => {
    for (let stop = started.pop(); stop; stop = started.pop()) await stop()
  }
  let closing: Promise<void> | null = null
  // Whoever closes while a signal does it already waits for that, so that the process does not end before.
  const close = () => (closing ??= stopAll())
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      process.exitCode = 130
      void close()
    })
  }
  try {
    const twin = await startTwinProcess(options.twin)
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
      DISCORD_RATE_WINDOW_MS: String(Math.max(10, Math.round(1_000 / (options.timeScale ?? 1)))),
      WORKER_JOBS: Object.keys(jobs)
        .filter((name) => name !== 'fetch-clip')
        .join(','),
      ...options.env,
    }
    const guildIds = await storeGuilds(env, twin.apiUrl)
    for (const guildId of guildIds) {
      const channels = await getChannelsByGuild(guildId)
      const ids = channels.flatMap(({ type, channelId }) => (type === 'category' ? [] : [channelId]))
      await setChannelsReading(
        ids.filter((id) => options.read?.(id) ?? true),
        true,
      )
      await setGuildSettings(guildId, options.settings ?? { parse_threads: true })
    }
    const queue = await openQueue('producer', createLogger('bench', 'silent'))
    started.push(() => queue.stop(1_000))
    return { twin, env, guildIds, queue, alsoStop: (stop) => started.push(stop), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Lets the bot store what there is, as it does when it is invited. Returns the ids of the guilds. */
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
  return (await listGuilds()).map(({ guildId }) => guildId)
}
