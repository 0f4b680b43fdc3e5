import { MINUTE, SECOND } from '@dcs/shared/core'
import type { BotContext } from '../context.ts'
import { closeGaps, requestChannelScans, requestRechecks } from './gaps.ts'

const RETRY_DELAYS_MS = [SECOND, 5 * SECOND, 15 * SECOND, MINUTE]

/**
 * Requests scans of what was missed beside what arrives, one look at a time: what is named while one goes on is looked at together afterwards. What fails is
 * tried again until it is done or the bot stops.
 */
export class GapCloser {
  readonly #context: BotContext
  readonly #guildIds = new Set<string>()
  readonly #scanIds = new Set<string>()
  readonly #recheckIds = new Set<string>()
  #work: Promise<void> | null = null
  /** To be looked at again when the scans that are under way there are over. */
  readonly #busyIds = new Set<string>()
  #retry: NodeJS.Timeout | undefined
  #busy: NodeJS.Timeout | undefined
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
    this.#scanIds.add(channelId)
    this.#begin()
  }

  /** Has the stored clips of a channel looked at again: soon, or when the scan that is under way there is over. */
  recheck(channelId: string): void {
    this.#recheckIds.add(channelId)
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
    clearTimeout(this.#busy)
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
    while (this.#named.some((ids) => ids.size > 0)) if (!(await this.#look())) return
  }

  get #named(): Set<string>[] {
    return [this.#guildIds, this.#scanIds, this.#recheckIds]
  }

  async #look(): Promise<boolean> {
    const { log } = this.#context
    const taken = this.#named.map((ids) => [...ids])
    for (const ids of this.#named) ids.clear()
    const [guildIds = [], scanIds = [], recheckIds = []] = taken
    try {
      const scans = (await requestChannelScans(this.#context, scanIds)) + (await closeGaps(this.#context, guildIds))
      this.#recheckLater(await requestRechecks(this.#context, recheckIds))
      if (scans > 0) log.info({ scans }, 'scans of what was missed requested')
      this.#failures = 0
      return true
    } catch (error) {
      for (const [index, ids] of this.#named.entries()) for (const id of taken[index] ?? []) ids.add(id)
      const delayMs = RETRY_DELAYS_MS[Math.min(this.#failures++, RETRY_DELAYS_MS.length - 1)] ?? MINUTE
      log.error({ err: error, delayMs }, 'scans of what was missed could not be requested; trying again')
      if (!this.#isStopped) this.#retry = setTimeout(() => this.#begin(), delayMs).unref()
      return false
    }
  }

  #recheckLater(channelIds: readonly string[]): void {
    for (const id of channelIds) this.#busyIds.add(id)
    if (channelIds.length === 0 || this.#isStopped) return
    this.#busy ??= setTimeout(() => {
      this.#busy = undefined
      for (const id of this.#busyIds) this.recheck(id)
      this.#busyIds.clear()
    }, MINUTE).unref()
  }
}
