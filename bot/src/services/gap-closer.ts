import { MINUTE, SECOND } from '@dcs/shared/core'
import type { BotContext } from '../context.ts'
import { closeGaps, requestChannelScans, requestRechecks } from './gaps.ts'

const RETRY_DELAYS_MS = [SECOND, 5 * SECOND, 15 * SECOND, MINUTE]
/** How long to wait before asking again where another scan is under way. */
const BUSY_DELAY_MS = 15 * SECOND

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
  /** To be asked for again when the scans that are under way there are over. */
  readonly #busy = { scanIds: new Set<string>(), recheckIds: new Set<string>() }
  #retry: NodeJS.Timeout | undefined
  #busyTimer: NodeJS.Timeout | undefined
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

  /** Tries nothing again. The next session finds the gaps that are left; re-checks that nobody could ask for are forgotten. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#retry)
    clearTimeout(this.#busyTimer)
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
      const asked = await requestChannelScans(this.#context, scanIds)
      const gaps = await closeGaps(this.#context, guildIds)
      const rechecks = await requestRechecks(this.#context, recheckIds)
      this.#askLater([...asked.busyIds, ...gaps.busyIds], rechecks.busyIds)
      const scans = asked.added + gaps.added + rechecks.added
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

  #askLater(scanIds: readonly string[], recheckIds: readonly string[]): void {
    for (const id of scanIds) this.#busy.scanIds.add(id)
    for (const id of recheckIds) this.#busy.recheckIds.add(id)
    if (scanIds.length + recheckIds.length === 0 || this.#isStopped) return
    this.#busyTimer ??= setTimeout(() => {
      this.#busyTimer = undefined
      for (const id of this.#busy.scanIds) this.#scanIds.add(id)
      for (const id of this.#busy.recheckIds) this.#recheckIds.add(id)
      this.#busy.scanIds.clear()
      this.#busy.recheckIds.clear()
      this.#begin()
    }, BUSY_DELAY_MS).unref()
  }
}
