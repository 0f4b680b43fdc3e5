import type { BotContext } from '../context.ts'
import { closeGaps } from './gaps.ts'

/** Closes gaps beside what arrives, one look at a time: guilds that are named while one goes on are looked at together afterwards. */
export class GapCloser {
  readonly #context: BotContext
  readonly #waiting = new Set<string>()
  #work: Promise<void> | null = null

  constructor(context: BotContext) {
    this.#context = context
  }

  /** Looks for gaps in a guild soon. */
  close(guildId: string): void {
    this.#waiting.add(guildId)
    this.#work ??= this.#closeAll().finally(() => {
      this.#work = null
    })
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#work) await this.#work
  }

  async #closeAll(): Promise<void> {
    const { log } = this.#context
    // What is named in the same breath is looked at together.
    await Promise.resolve()
    while (this.#waiting.size > 0) {
      const guildIds = [...this.#waiting]
      this.#waiting.clear()
      try {
        const scans = await closeGaps(this.#context, guildIds)
        if (scans > 0) log.info({ guilds: guildIds.length, scans }, 'scans of what was missed requested')
      } catch (error) {
        log.error({ err: error, guilds: guildIds.length }, 'gaps could not be closed; the next session tries again')
      }
    }
  }
}
