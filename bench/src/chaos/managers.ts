import { AppError, createLogger, sleep } from '@dcs/shared/core'
import { closeDb, database, initDb, listFailuresToRetry, listGuilds, updateGuildSettings } from '@dcs/shared/db'
import {
  cancelScans,
  openQueue,
  pauseScans,
  requestGuildScan,
  resumeScans,
  retryJobFailure,
  type Queue,
} from '@dcs/shared/jobs'
import type { ScratchServer } from './database.ts'
import type { ScanAction } from './plan.ts'
import { createRandom } from './random.ts'

/** What becomes of clips that Discord does not have any more: another policy in each guild. */
export const POLICIES = ['hide', 'keep', 'purge'] as const
export type Policy = (typeof POLICIES)[number]

/** The settings file that the programs have: everything is read from the start, threads too. */
export const SETTINGS = { guild_settings_defaults: { enabled_by_default: true, parse_threads: true } }

const ATTEMPT_MS = 10_000

/** People who manage servers: they use what the interface, the commands and `dcs` use. */
export class Managers {
  readonly #server: ScratchServer
  readonly #guildIds: readonly string[]
  #queue: Queue | null = null

  constructor(server: ScratchServer, guildIds: readonly string[]) {
    this.#server = server
    this.#guildIds = guildIds
  }

  /** The policy of each guild by its id. */
  policies(): Map<string, Policy> {
    return new Map(this.#guildIds.map((id, index) => [id, POLICIES[index % POLICIES.length] ?? 'hide']))
  }

  /** Sets the policies. What is hidden is kept for longer than the plan takes. */
  async choosePolicies(): Promise<void> {
    await this.#insist(async () => {
      for (const [guildId, policy] of this.policies())
        await updateGuildSettings(guildId, { deletion_policy: policy, deletion_grace_days: 30 })
    })
  }

  /** Does one thing in a guild; what fails because the database is away is left. */
  async act(what: ScanAction, seed: number): Promise<void> {
    const guildId = createRandom(seed).pick(this.#guildIds)
    await this.#attempt((queue) => this.#do(queue, what, guildId)).catch(() => {})
  }

  /** Ends pauses, then scans every guild, until it was accepted. */
  async scanAll(mode: 'complete' | 'recheck'): Promise<void> {
    for (const guildId of this.#guildIds) {
      await this.#insist((queue) => resumeScans(queue, { guildId, channelIds: null }))
      await this.#insist((queue) => this.#do(queue, mode, guildId))
    }
  }

  /** Tries everything again that was given up, as the page of problems offers it. Returns how much that was. */
  async retryFailures(): Promise<number> {
    let count = 0
    await this.#insist(async (queue) => {
      const ids = await listFailuresToRetry()
      for (const id of ids) await retryJobFailure(queue, id).catch(ignoreRefusal)
      count = ids.length
    })
    return count
  }

  async close(): Promise<void> {
    await this.#queue?.stop(1_000).catch(() => {})
    this.#queue = null
    await closeDb().catch(() => {})
  }

  async #do(queue: Queue, what: ScanAction, guildId: string): Promise<void> {
    const scope = { guildId, channelIds: null }
    if (what === 'pause') await pauseScans(queue, scope)
    else if (what === 'resume') await resumeScans(queue, scope)
    else if (what === 'cancel') await cancelScans(queue, scope)
    else
      await requestGuildScan(
        queue,
        { guildId, mode: what, channelIds: null, requestedBy: null, settings: SETTINGS },
        database(),
      )
  }

  async #insist(work: (queue: Queue) => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(work)
      } catch (error) {
        if (attempt === 10) throw error
        await sleep(1_000)
      }
    }
  }

  /** Connects where needed; a connection that failed is not used again, since the server may be on another port. */
  async #attempt(work: (queue: Queue) => Promise<unknown>): Promise<void> {
    try {
      await within(
        ATTEMPT_MS,
        (async () => {
          if (!this.#queue) {
            await initDb({ url: await this.#server.url(), migrate: false, applicationName: 'dcs-chaos' })
            this.#queue = await openQueue('producer', createLogger('chaos', 'silent'))
            await listGuilds()
          }
          await work(this.#queue)
        })(),
      )
    } catch (error) {
      await this.close()
      throw error
    }
  }
}

/** Some things cannot be tried again as they are, as a scan of a channel that is switched off. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof AppError)) throw error
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Not done after ${ms} ms.`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
