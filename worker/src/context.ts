import { requireToken, type Config } from '@dcs/shared/config'
import type { Logger } from '@dcs/shared/core'
import { createDiscordRest, type RateBudget, type REST } from '@dcs/shared/discord'
import type { Queue } from '@dcs/shared/jobs'
import type { InstanceSettings } from '@dcs/shared/settings'
import { loadSettingsFile } from '@dcs/shared/settings/file'
import { openDiskStore, type BlobStore } from '@dcs/shared/storage'
import { createBotIdentity } from './discord/bot-identity.ts'
import { createCommits, type Commit, type Committed } from './jobs/scan-channel/commits.ts'

/** Everything the jobs need; built once. The database is the process's own. */
export type WorkerContext = {
  log: Logger
  queue: Queue
  /** For reading history: behind everything else. */
  rest: REST
  /** For clips that were just posted: before everything else. */
  liveRest: REST
  budget: RateBudget
  store: BlobStore
  /** The operator's key when objects are stored encrypted. */
  storageKey: Buffer | null
  /** Commits pages that scans have read. */
  commit: (commit: Commit) => Promise<Committed>
  /** Hosts with port that attachments may be fetched from. */
  cdnHosts: readonly string[]
  settings: InstanceSettings
  /** Discord id of the bot. Asked once. */
  botUserId: () => Promise<string>
  /** Aborted when the worker stops. */
  stopping: AbortSignal
}

export async function createContext(
  config: Config,
  log: Logger,
  queue: Queue,
  stopping: AbortSignal,
  budget: RateBudget,
): Promise<WorkerContext> {
  const discord = { apiUrl: config.discord.apiUrl, token: requireToken(config), budget }
  const rest = createDiscordRest({ ...discord, priority: 'backfill' })
  return {
    log,
    queue,
    rest,
    liveRest: createDiscordRest({ ...discord, priority: 'live' }),
    budget,
    store: await openDiskStore(config.storagePath),
    storageKey: config.storageKey,
    commit: createCommits(queue),
    cdnHosts: config.discord.cdnHosts,
    settings: await loadSettingsFile(config.settingsPath),
    botUserId: createBotIdentity(rest),
    stopping,
  }
}
