import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Message, Twin, TwinOptions } from '@dcs/discord-twin'
import { loadConfig, requireToken, type Config } from '@dcs/shared/config'
import { createLogger } from '@dcs/shared/core'
import { closeDb, initDb, syncGuilds, transaction } from '@dcs/shared/db'
import { channelTypeName } from '@dcs/shared/domain'
import { openRateBudget } from '@dcs/shared/discord'
import { openQueue, type JobName, type JobPayload } from '@dcs/shared/jobs'
import { startCheckedTwin } from '../../discord-twin/tests/checked-twin.ts'
import { createMigratedDatabase, withClient } from '../../shared/tests/test-database.ts'
import { createContext, type WorkerContext } from '../src/context.ts'
import { handlers } from '../src/jobs/index.ts'
import { runJob } from '../src/runner/run-job.ts'

/** A Discord, a database and a store, and what a worker program needs to use them. */
export type Place = {
  twin: Twin
  env: Record<string, string>
  config: Config
  storagePath: string
  query: <Row>(text: string, values?: unknown[]) => Promise<Row[]>
  close: () => Promise<void>
}

export async function openPlace(options: TwinOptions = {}): Promise<Place> {
  const twin = await startCheckedTwin(options)
  const db = await createMigratedDatabase()
  const storagePath = await fs.mkdtemp(path.join(os.tmpdir(), 'dcs-worker-'))
  const env = {
    POSTGRES_DSN: db.url,
    DISCORD_API_URL: twin.apiUrl,
    DISCORD_CDN_HOSTS: twin.cdnHost,
    BOT_TOKEN: twin.botToken,
    STORAGE_PATH: storagePath,
    DCS_DATA_DIR: storagePath,
  }
  return {
    twin,
    env,
    config: loadConfig(env),
    storagePath,
    query: (text, values = []) => withClient(db.url, async (client) => (await client.query(text, values)).rows),
    close: async () => {
      try {
        await twin.close()
      } finally {
        await db.drop()
        await fs.rm(storagePath, { recursive: true, force: true })
      }
    },
  }
}

/** What the bot would have stored: every guild with its roles and channels. */
export async function syncWorld({ world }: Twin): Promise<void> {
  await syncGuilds(
    [...world.guilds.values()].map((guild) => ({
      id: guild.id,
      name: guild.name,
      discordOwnerId: guild.ownerId,
      roles: [...guild.roles.values()].map((role) => ({ ...role, permissions: String(role.permissions) })),
      channels: world.channelsOf(guild.id).map((channel) => ({
        id: channel.id,
        name: channel.name,
        type: channelTypeName(channel.type),
        isNsfw: channel.nsfw,
        position: channel.position,
        parentId: channel.parentId,
        permissionOverwrites: channel.overwrites.map(({ id, type, allow, deny }) => ({
          id,
          type: type === 0 ? ('role' as const) : ('member' as const),
          allow,
          deny,
        })),
      })),
    })),
  )
}

/** The worker's parts without a worker that takes jobs by itself: a test runs the jobs it wants. */
export async function openContext(place: Place): Promise<{
  context: WorkerContext
  run: <Name extends JobName>(name: Name, payload: JobPayload<Name>, options?: RunOptions) => Promise<void>
  close: () => Promise<void>
}> {
  const log = createLogger('worker', 'silent')
  await initDb({ url: place.env.POSTGRES_DSN ?? '' })
  const queue = await openQueue('producer', log)
  const { requestsPerSecond, rateWindowMs } = place.config.discord
  const budget = await openRateBudget({
    token: requireToken(place.config),
    requestsPerSecond,
    windowMs: rateWindowMs,
  })
  const context = await createContext(place.config, log, queue, new AbortController().signal, budget)
  return {
    context,
    run: async (name, payload, { isLastAttempt = false, signal = new AbortController().signal } = {}) => {
      const job = { jobId: 'test', attempt: 1, losses: 0, isLastAttempt, signal }
      const verdict = await runJob(context, name, handlers[name], payload, job)
      await transaction(async (tx) => verdict?.record?.(tx))
    },
    close: async () => {
      await queue.stop(1_000)
      await budget.stop()
      await closeDb()
    },
  }
}

export type RunOptions = { isLastAttempt?: boolean; signal?: AbortSignal }

const VIDEO_NAME = /\.(mp4|mov|webm|avi|mkv|flv|wmv|m4v)$/i

/** Ids of the clips of a message, straight from the world. */
export function clipsIn({ attachments, forward }: Message): string[] {
  return [...attachments, ...(forward?.attachments ?? [])]
    .filter(({ fileName, contentType }) => VIDEO_NAME.test(fileName) || contentType?.startsWith('video/'))
    .map(({ id }) => id)
}

/** What is stored of a channel: its clips, oldest first, and how many messages were counted. */
export async function describeStored(place: Place, channelId: string): Promise<{ clips: string[]; messages: number }> {
  const clips = await place.query<{ id: string }>('select id from clips where channel_id = $1 order by id::numeric', [
    channelId,
  ])
  const [channel] = await place.query<{ count: string }>(
    'select message_count as count from bot_channels where channel_id = $1',
    [channelId],
  )
  return { clips: clips.map(({ id }) => id), messages: Number(channel?.count) }
}
