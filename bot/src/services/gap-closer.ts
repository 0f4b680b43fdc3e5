import { MINUTE, SECOND } from '@dcs/shared/core'
import type { BotContext } from '../context.ts'
import { closeGaps, requestChannelScans } from './gaps.ts'

const RETRY_DELAYS_MS = [SECOND, 5 * SECOND, 15 * SECOND, MINUTE]

/**
 * Closes gaps beside what arrives, one look at a time: what is named while one goes on is looked at together afterwards. What fails is tried again until it
 * is done or the bot stops.
 */
export class GapCloser {
  readonly #context: BotContext
  readonly #guildIds = new Set<string>()
  readonly #channelIds = new Set<string>()
  #work: Promise<void> | null = null
  #retry: NodeJS.Timeout | undefined
  #failures = 0
  #isStopped = false

  constructor(context: BotContext) {
    this.#context = context
  }

  /** Looks for gaps in a guild soon. */
  close(guildId: string): void {
    this.#guildIds.add(guildId)
    this.#begin()
  }

  /** Has a channel scanned soon, whatever is known of its gaps. */
  scan(channelId: string): void {
    this.#channelIds.add(channelId)
    this.#begin()
  }

  /** Resolves when everything that was named was looked at; what failed is tried again later. */
  async idle(): Promise<void> {
    while (this.#work) await this.#work
  }

  /** Tries nothing again. The next session finds what is left. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#retry)
  }

  #begin(): void {
    clearTimeout(this.#retry)
    this.#work ??= this.#closeAll().finally(() => {
      this.#work = null
    })
  }

  async #closeAll(): Promise<void> {
    // What is named in the same breath is looked at together.
    await Promise.resolve()
    while (this.#guildIds.size + this.#channelIds.size > 0) {
      const [guildIds, channelIds] = [[...this.#guildIds], [...this.#channelIds]]
      this.#guildIds.clear()
      this.#channelIds.clear()
      if (!(await this.#look(guildIds, channelIds))) return
    }
  }

  async #look(guildIds: readonly string[], channelIds: readonly string[]): Promise<boolean> {
    const { log } = this.#context
    try {
      const scans = (await requestChannelScans(this.#context, channelIds)) + (await closeGaps(this.#context, guildIds))
      if (scans > 0) log.info({ scans }, 'scans of what was missed requested')
      this.#failures = 0
      return true
    } catch (error) {
      for (const id of guildIds) this.#guildIds.add(id)
      for (const id of channelIds) this.#channelIds.add(id)
      const delayMs = RETRY_DELAYS_MS[Math.min(this.#failures++, RETRY_DELAYS_MS.length - 1)] ?? MINUTE
      log.error({ err: error, delayMs }, 'scans of what was missed could not be requested; trying again')
      if (!this.#isStopped) this.#retry = setTimeout(() => this.#begin(), delayMs).unref()
      return false
    }
  }
}
