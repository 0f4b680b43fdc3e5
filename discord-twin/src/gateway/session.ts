import { randomBytes } from 'node:crypto'
import { GatewayDispatchEvents as Events, GatewayOpcodes } from 'discord-api-types/v10'
import type { Delivery, GatewayHooks } from '../faults/gateway-hooks.ts'
import type { Connection } from './connection.ts'
import type { ObservedDispatch } from './observe.ts'

/** Events kept for a session that lost its connection. */
const REPLAY_MAX = 10_000

/** What a client asked for when it identified. */
export type SessionWishes = {
  intents: number
  shard: readonly [number, number]
  largeThreshold: number
}

/** Whom a session shows its events to: a watcher sees each once, faults may hold it back. */
export type SessionHooks = {
  observeDispatch?: ((event: ObservedDispatch) => void) | undefined
  faults: Pick<GatewayHooks, 'deliver'>
}

/** One identified bot. It outlives its connection, so that a client can resume and get what it missed. */
export class Session {
  readonly id = randomBytes(16).toString('hex')
  readonly wishes: SessionWishes
  readonly #hooks: SessionHooks
  connection: Connection | null
  /** When the connection was lost, in the clock's elapsed time. */
  lostAt = 0
  #sequence = 0
  #firstKept = 1
  #sent: { s: number; text: string }[] = []

  constructor(wishes: SessionWishes, connection: Connection, hooks: SessionHooks) {
    this.wishes = wishes
    this.connection = connection
    this.#hooks = hooks
  }

  get sequence(): number {
    return this.#sequence
  }

  /** Whether the session has one of these intents; 0 asks for none. */
  wants(intents: number): boolean {
    return intents === 0 || (this.wishes.intents & intents) !== 0
  }

  /** Whether a guild belongs to this shard. What belongs to no guild goes to the first. */
  owns(guildId: string | null): boolean {
    const [shard, count] = this.wishes.shard
    return guildId === null ? shard === 0 : Number((BigInt(guildId) >> 22n) % BigInt(count)) === shard
  }

  /** Sends an event, and keeps it for a resume. Every event leaves here. */
  dispatch(name: Events, data: unknown, place: Pick<Delivery, 'guildId' | 'channelId'> = NOWHERE): void {
    const s = (this.#sequence += 1)
    const text = JSON.stringify({ t: name, s, op: GatewayOpcodes.Dispatch, d: data })
    this.#hooks.observeDispatch?.({ name, data })
    // The end of a replay is not part of the next one.
    if (name !== Events.Resumed) this.#keep({ s, text })
    const { connection } = this
    if (!connection?.isOpen) return
    const delivered = this.#hooks.faults.deliver({ name, ...place, sessionId: this.id }, () =>
      connection.sendText(text),
    )
    if (delivered === 'lost') this.#sent = this.#sent.filter((kept) => kept.s !== s)
  }

  /** Whether everything after `sequence` can still be sent again. */
  canReplayFrom(sequence: number): boolean {
    return sequence >= this.#firstKept - 1
  }

  /** Sends again everything after `sequence`. */
  replayFrom(sequence: number): void {
    for (const { s, text } of this.#sent) if (s > sequence) this.connection?.sendText(text)
  }

  #keep(event: { s: number; text: string }): void {
    this.#sent.push(event)
    if (this.#sent.length < REPLAY_MAX * 2) return
    this.#sent = this.#sent.slice(-REPLAY_MAX)
    this.#firstKept = this.#sent[0]?.s ?? this.#firstKept
  }
}

const NOWHERE = { guildId: null, channelId: null }
