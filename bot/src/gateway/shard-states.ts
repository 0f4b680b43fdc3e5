/** What is known of the connections: whether every shard is ready, when Discord last answered a heartbeat of the one that waits longest, and what is wrong. */
export type GatewayState = {
  isReady: boolean
  lastAckAt: number | null
  latencyMs: number | null
  problem: string | null
}

type ShardState = GatewayState

const UNKNOWN: ShardState = { isReady: false, lastAckAt: null, latencyMs: null, problem: null }

/** The state of every shard, and of all together. */
export class ShardStates {
  /** Of all together; always the same object. */
  readonly state: GatewayState = { ...UNKNOWN }
  readonly #shards = new Map<number, ShardState>()
  #count = 1

  /** How many shards there are to be. */
  expect(count: number): void {
    this.#count = count
    for (const shardId of this.#shards.keys()) if (shardId >= count) this.#shards.delete(shardId)
    this.#refresh()
  }

  set(shardId: number, changes: Partial<ShardState>): void {
    this.#shards.set(shardId, { ...(this.#shards.get(shardId) ?? UNKNOWN), ...changes })
    this.#refresh()
  }

  /** How many shards there are. */
  get count(): number {
    return this.#count
  }

  /** Whether a shard is connected and Discord has answered it within this time. */
  isAlive(shardId: number, maxSilenceMs: number): boolean {
    const { isReady, lastAckAt } = this.#shards.get(shardId) ?? UNKNOWN
    return isReady && lastAckAt !== null && Date.now() - lastAckAt <= maxSilenceMs
  }

  #refresh(): void {
    const shards = Array.from({ length: this.#count }, (_, shardId) => this.#shards.get(shardId) ?? UNKNOWN)
    const down = shards.findIndex(({ isReady }) => !isReady)
    const problem = shards[down]?.problem ?? null
    const acks = shards.map(({ lastAckAt }) => lastAckAt).filter((at) => at !== null)
    const latencies = shards.map(({ latencyMs }) => latencyMs).filter((ms) => ms !== null)
    Object.assign(this.state, {
      isReady: down === -1,
      lastAckAt: acks.length < this.#count ? null : Math.min(...acks),
      latencyMs: latencies.length > 0 ? Math.max(...latencies) : null,
      problem: problem !== null && this.#count > 1 ? `shard ${down} of ${this.#count}: ${problem}` : problem,
    })
  }
}
