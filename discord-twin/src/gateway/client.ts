import { GatewayCloseCodes as Codes, GatewayOpcodes as Ops } from 'discord-api-types/v10'
import type { RawData } from 'ws'
import * as z from 'zod'
import type { Connection } from './connection.ts'
import { identify, INVALID_SESSION, resume, type Desk, type Outcome, type Refusal } from './identify.ts'
import { SendLimit } from './limits.ts'
import type { MemberRequests } from './members.ts'
import { Session } from './session.ts'

const MESSAGE_MAX_BYTES = 4096
const zMessage = z.object({ op: z.int(), d: z.unknown() })
const zBeat = z.int().nullish()
const zAny = z.record(z.string(), z.unknown())

/** Taken and without effect: the twin has no presences, no voice and no sounds. */
const WITHOUT_EFFECT: readonly number[] = [Ops.PresenceUpdate, Ops.VoiceStateUpdate, Ops.RequestSoundboardSounds]

/** One connection of a client, from hello to its end. */
export class GatewayClient {
  readonly connection: Connection
  readonly #desk: Desk
  readonly #members: MemberRequests
  readonly #sends: SendLimit
  #session: Session | null = null
  #lastBeat = performance.now()
  readonly #watchdog: NodeJS.Timeout

  constructor(desk: Desk, members: MemberRequests, connection: Connection) {
    this.connection = connection
    this.#desk = desk
    this.#members = members
    this.#sends = new SendLimit(desk.context.clock)
    const { heartbeatIntervalMs } = desk.settings
    this.#watchdog = setInterval(() => this.#watch(), Math.min(heartbeatIntervalMs / 2, 1000))
    connection.socket.on('close', (code) => this.#onClose(code))
    connection.socket.on('error', () => connection.socket.terminate())
    connection.socket.on('message', (raw) => this.#onMessage(raw))
    connection.send({
      op: Ops.Hello,
      d: { heartbeat_interval: heartbeatIntervalMs, _trace: ['discord-twin'] },
    })
  }

  /** Id of the session it identified for or resumed; null before that. */
  get sessionId(): string | null {
    return this.#session?.id ?? null
  }

  /** Asks for a heartbeat at once. */
  requestHeartbeat(): void {
    this.connection.send({ op: Ops.Heartbeat, d: null })
  }

  /** Asks to connect again and resume. */
  requestReconnect(): void {
    this.connection.send({ op: Ops.Reconnect, d: null })
  }

  #onMessage(raw: RawData): void {
    const bytes = toBuffer(raw)
    if (bytes.length > MESSAGE_MAX_BYTES) return this.#refuse(DECODE)
    if (!this.#sends.accept()) return this.#refuse({ code: Codes.RateLimited, reason: 'Rate limited.' })
    const message = parse(bytes)
    if (!message) return this.#refuse(DECODE)
    this.#onPayload(message.op, message.d)
  }

  #onPayload(op: number, data: unknown): void {
    switch (op) {
      case Ops.Heartbeat:
        if (!zBeat.safeParse(data).success) return this.#refuse(DECODE)
        this.#lastBeat = performance.now()
        if (this.#session && !this.#desk.context.faults.acknowledgesHeartbeat(this.#session.id)) return
        return this.connection.send({ op: Ops.HeartbeatAck })
      case Ops.Identify:
      case Ops.Resume:
        if (this.#session)
          return this.#refuse({
            code: Codes.AlreadyAuthenticated,
            reason: 'Already authenticated.',
          })
        return this.#enter((op === Ops.Identify ? identify : resume)(this.#desk, this.connection, data))
    }
    if (op !== Ops.RequestGuildMembers && !WITHOUT_EFFECT.includes(op))
      return this.#refuse({ code: Codes.UnknownOpcode, reason: 'Unknown opcode.' })
    if (!this.#session) return this.#refuse({ code: Codes.NotAuthenticated, reason: 'Not authenticated.' })
    const isUnderstood =
      op === Ops.RequestGuildMembers ? this.#members.answer(this.#session, data) : zAny.safeParse(data).success
    if (!isUnderstood) this.#refuse(DECODE)
  }

  #enter(outcome: Outcome): void {
    if (outcome instanceof Session) this.#session = outcome
    else if (outcome === 'invalid session') this.connection.send(INVALID_SESSION)
    else this.#refuse(outcome)
  }

  #refuse({ code, reason }: Refusal): void {
    this.connection.close(code, reason)
  }

  /** A client that misses two heartbeats is gone, and its session with it. */
  #watch(): void {
    if (performance.now() - this.#lastBeat <= this.#desk.settings.heartbeatIntervalMs * 2) return
    if (this.#session) this.#desk.sessions.end(this.#session, this.connection)
    this.#refuse({ code: Codes.SessionTimedOut, reason: 'Session timed out.' })
    clearInterval(this.#watchdog)
  }

  #onClose(code: number): void {
    clearInterval(this.#watchdog)
    if (!this.#session) return
    // A client that says goodbye with one of these ends its session.
    if (!this.connection.isClosing && (code === 1000 || code === 1001))
      this.#desk.sessions.end(this.#session, this.connection)
    this.#desk.sessions.detach(this.#session, this.connection)
  }
}

const DECODE: Refusal = { code: Codes.DecodeError, reason: 'Error while decoding payload.' }

function parse(bytes: Buffer): z.output<typeof zMessage> | null {
  try {
    return zMessage.parse(JSON.parse(bytes.toString()))
  } catch {
    // Not JSON, or not a payload: the connection ends with the code for it.
    return null
  }
}

function toBuffer(raw: RawData): Buffer {
  return Array.isArray(raw) ? Buffer.concat(raw) : Buffer.from(raw as ArrayBuffer)
}
