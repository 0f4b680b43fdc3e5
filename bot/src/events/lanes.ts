/**
 * Works off what arrives: things of one guild one after another, in the order in which they came; guilds do not wait for each other. A barrier of a shard
 * runs when everything that came over that shard before it is done, and what comes after it waits.
 */
export class Lanes {
  readonly #tails = new Map<string, { shardId: number; done: Promise<void> }>()
  readonly #gates = new Map<number, Promise<void>>()
  readonly #onError: (error: unknown, name: string) => void

  constructor(onError: (error: unknown, name: string) => void) {
    this.#onError = onError
  }

  run(shardId: number, guildId: string, name: string, work: () => Promise<void> | void): void {
    const waitsFor = [this.#tails.get(guildId)?.done, this.#gates.get(shardId)].filter((it) => it !== undefined)
    const done = (waitsFor.length === 0 ? attempt(work) : Promise.all(waitsFor).then(work))
      .catch((error: unknown) => this.#onError(error, name))
      .finally(() => {
        if (this.#tails.get(guildId)?.done === done) this.#tails.delete(guildId)
      })
    this.#tails.set(guildId, { shardId, done })
  }

  barrier(shardId: number, name: string, work: () => Promise<void> | void): void {
    const before = [...this.#tails.values()].filter((tail) => tail.shardId === shardId).map(({ done }) => done)
    const gate = this.#gates.get(shardId)
    const done = Promise.all([...before, gate])
      .then(work)
      .catch((error: unknown) => this.#onError(error, name))
      .finally(() => {
        if (this.#gates.get(shardId) === done) this.#gates.delete(shardId)
      })
    this.#gates.set(shardId, done)
  }

  /** What of a guild has arrived and is not done yet; null: nothing. */
  pendingOf(shardId: number, guildId: string): Promise<unknown> | null {
    const pending = [this.#tails.get(guildId)?.done, this.#gates.get(shardId)].filter((it) => it !== undefined)
    return pending.length === 0 ? null : Promise.all(pending)
  }

  /** Resolves when all that has arrived so far is done. */
  async idle(): Promise<void> {
    await Promise.all([...this.#gates.values(), ...[...this.#tails.values()].map(({ done }) => done)])
  }
}

async function attempt(work: () => Promise<void> | void): Promise<void> {
  await work()
}
