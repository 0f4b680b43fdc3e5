import { randomBytes } from 'node:crypto'
import { GatewayDispatchEvents, GatewayIntentBits as Intents, GatewayOpcodes } from 'discord-api-types/v10'
import type { Connection } from './connection.ts'
import type { ObservedDispatch } from './observe.ts'

/** Events kept for a session that lost its connection. */
const REPLAY_MAX = 10_000

/** One identified bot. It outlives its connection, so that a client can resume and get what it missed. */
export class Session {
  readonly id = randomBytes(16).toString('hex')
  readonly intents: number
  readonly shard: readonly [number, number]
  connection: Connection | null = null
  observe: ((event: ObservedDispatch) => void) | undefined
  #sequence = 0
  readonly #sent: { s: number; payload: string }[] = []

  constructor(intents: number, shard: readonly [number, number]) {
    this.intents = intents
    this.shard = shard
  }

  wants(intent: number): boolean {
    return intent === 0 || (this.intents & intent) !== 0
  }

  /** Whether a guild belongs to this shard. */
  owns(guildId: string): boolean {
    return Number((BigInt(guildId) >> 22n) % BigInt(this.shard[1])) === this.shard[0]
  }

  /** Sends an event, and keeps it for a resume. */
  dispatch(event: GatewayDispatchEvents, data: unknown): void {
    this.#sequence += 1
    const payload = JSON.stringify({ op: GatewayOpcodes.Dispatch, t: event, s: this.#sequence, d: data })
    this.observe?.({ name: event, data })
    this.#sent.push({ s: this.#sequence, payload })
    if (this.#sent.length > REPLAY_MAX) this.#sent.shift()
    this.connection?.sendRaw(payload)
  }

  /** Whether everything after `sequence` can still be sent again. */
  canReplayFrom(sequence: number): boolean {
    const oldest = this.#sent[0]?.s ?? this.#sequence + 1
    return sequence >= oldest - 1 && sequence <= this.#sequence
  }

  /** Sends again everything after `sequence`. */
  replayFrom(sequence: number): void {
    for (const { s, payload } of this.#sent) if (s > sequence) this.connection?.sendRaw(payload)
  }
}

/** The intent an event needs; 0 for those everybody gets. */
export const intentOf: Partial<Record<GatewayDispatchEvents, number>> = {
  [GatewayDispatchEvents.GuildMemberUpdate]: Intents.GuildMembers,
  [GatewayDispatchEvents.MessageCreate]: Intents.GuildMessages,
  [GatewayDispatchEvents.MessageUpdate]: Intents.GuildMessages,
  [GatewayDispatchEvents.MessageDelete]: Intents.GuildMessages,
}
