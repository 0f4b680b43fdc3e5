import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLogger } from '@dcs/shared/core'
import { getConfig, listGuilds, setGuildSettings } from '@dcs/shared/db'
import { openQueue, requestGuildScan, type Queue } from '@dcs/shared/jobs'
import { startProgram } from '../programs.ts'
import { openScratchDatabase } from '../scratch-database.ts'
import type { startTwinProcess } from '../twin/process.ts'

/** A database in which the bot has stored the twin's servers, and what a worker needs to read them. */
export type Place = {
  env: Record<string, string>
  /** Asks for the whole history of these channels, without the search before it. */
  requestScans: (channels: readonly { id: string; guild_id: string }[]) => Promise<void>
  remove: () => Promise<void>
}

type Twin = Awaited<ReturnType<typeof startTwinProcess>>

/** Opens an empty database and lets the bot store in it what it sees, as it does when it is invited. */
export async function openPlace(twin: Twin, variables: Record<string, string> = {}): Promise<Place> {
  const scratch = await openScratchDatabase()
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-bench-store-'))
  const env = {
    POSTGRES_DSN: getConfig().url,
    DISCORD_API_URL: twin.apiUrl,
    DISCORD_CDN_HOSTS: new URL(twin.apiUrl).host,
    BOT_TOKEN: twin.botToken,
    BOT_PORT: '0',
    DCS_DATA_DIR: folder,
    STORAGE_PATH: path.join(folder, 'objects'),
    WORKER_JOBS: 'scan-channel',
    ...variables,
  }
  let queue: Queue | null = null
  const remove = async () => {
    await queue?.stop(1_000)
    await scratch.remove()
    fs.rmSync(folder, { recursive: true, force: true })
  }
  try {
    await storeGuilds(env, twin.apiUrl)
    queue = await openQueue('producer', createLogger('bench', 'silent'))
  } catch (error) {
    await remove()
    throw error
  }
  const producer = queue
  return {
    env,
    requestScans: async (channels) => {
      for (const [guildId, chosen] of Map.groupBy(channels, (channel) => channel.guild_id)) {
        await setGuildSettings(guildId, { search_first: false, max_concurrent_scans: 500 })
        const channelIds = chosen.map(({ id }) => id)
        const request = { guildId, mode: 'complete', channelIds, requestedBy: null, startReading: true } as const
        await requestGuildScan(producer, request)
      }
    },
    remove,
  }
}

async function storeGuilds(env: Record<string, string>, apiUrl: string): Promise<void> {
  const answer = await fetch(`${apiUrl.replace(/\/api$/, '')}/_twin/world`)
  const { guilds } = (await answer.json()) as { guilds: { has_bot: boolean }[] }
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
}
