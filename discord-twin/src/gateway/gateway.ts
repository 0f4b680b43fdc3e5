import type { Server } from 'node:http'
import { GatewayCloseCodes, GatewayDispatchEvents, GatewayOpcodes } from 'discord-api-types/v10'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { userPayload } from '../payloads/accounts.ts'
import type { Person, Guild } from '../world/types.ts'
import { Connection } from './connection.ts'
import { guildCreatePayload, toDispatches } from './dispatches.ts'
import { intentOf, Session } from './session.ts'

const zMessage = z.object({ op: z.int(), d: z.unknown() })
const zIdentify = z.object({
  token: z.string(),
  intents: z
    .int()
    .min(0)
    .max((1 << 26) - 1),
  shard: z.tuple([z.int().min(0), z.int().min(1)]).optional(),
})
const zResume = z.object({ token: z.string(), session_id: z.string(), seq: z.int().nullable() })

/** The gateway: hello, identify, heartbeat, resume, and every event of the world to the sessions that may know it. */
export class Gateway {
  readonly #context: TwinContext
  readonly #heartbeatIntervalMs: number
  readonly #sessions = new Map<string, Session>()
  readonly #server = new WebSocketServer({ noServer: true })
  readonly #unsubscribe: () => void

  constructor(context: TwinContext, heartbeatIntervalMs: number) {
    this.#context = context
    this.#heartbeatIntervalMs = heartbeatIntervalMs
    this.#unsubscribe = context.world.onEvent((event) => {
      for (const { name, guildId, data } of toDispatches(context, event)) this.#broadcast(name, guildId, data)
    })
  }

  /** Takes WebSockets on `/gateway` of this server. */
  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      const url = new URL(request.url ?? '/', 'http://twin')
      if (!url.pathname.startsWith('/gateway')) return socket.destroy()
      this.#server.handleUpgrade(request, socket, head, (websocket) => this.#onConnection(websocket, url.searchParams))
    })
  }

  /** Cuts every connection. Without `resumable`, sessions are forgotten too and clients must identify again. */
  disconnectAll(resumable: boolean): void {
    for (const session of this.#sessions.values()) session.connection?.socket.terminate()
    if (!resumable) this.#sessions.clear()
  }

  close(): void {
    this.#unsubscribe()
    for (const socket of this.#server.clients) socket.terminate()
    this.#server.close()
  }

  #onConnection(socket: WebSocket, query: URLSearchParams): void {
    const connection = new Connection(socket, query.get('compress') === 'zlib-stream')
    let session: Session | null = null
    let lastBeat = Date.now()
    const watchdog = setInterval(() => {
      if (Date.now() - lastBeat > this.#heartbeatIntervalMs * 2)
        connection.close(GatewayCloseCodes.SessionTimedOut, 'Session timed out.')
    }, this.#heartbeatIntervalMs)
    socket.on('close', (code) => {
      clearInterval(watchdog)
      if (session?.connection === connection) session.connection = null
      // A client that says goodbye with 1000 or 1001 ends its session.
      if (session && (code === 1000 || code === 1001)) this.#sessions.delete(session.id)
    })
    socket.on('error', () => socket.terminate())
    socket.on('message', (raw) => {
      const message = parse(raw)
      if (!message) return connection.close(GatewayCloseCodes.DecodeError, 'Error while decoding payload.')
      if (message.op === (GatewayOpcodes.Heartbeat as number)) {
        lastBeat = Date.now()
        return connection.send({ op: GatewayOpcodes.HeartbeatAck })
      }
      if (message.op === (GatewayOpcodes.Identify as number)) {
        if (session) return connection.close(GatewayCloseCodes.AlreadyAuthenticated, 'Already authenticated.')
        session = this.#identify(connection, message.d)
        return
      }
      if (message.op === (GatewayOpcodes.Resume as number)) {
        session = this.#resume(connection, message.d)
        return
      }
      if (!session) return connection.close(GatewayCloseCodes.NotAuthenticated, 'Not authenticated.')
      const known = [
        GatewayOpcodes.PresenceUpdate,
        GatewayOpcodes.VoiceStateUpdate,
        GatewayOpcodes.RequestGuildMembers,
      ] as number[]
      if (!known.includes(message.op)) connection.close(GatewayCloseCodes.UnknownOpcode, 'Unknown opcode.')
    })
    connection.send({
      op: GatewayOpcodes.Hello,
      d: { heartbeat_interval: this.#heartbeatIntervalMs, _trace: ['twin'] },
    })
  }

  #identify(connection: Connection, data: unknown): Session | null {
    const { application, world } = this.#context
    const identify = zIdentify.safeParse(data)
    if (!identify.success) {
      const intents = identify.error.issues.some(({ path }) => path[0] === 'intents')
      connection.close(
        intents ? GatewayCloseCodes.InvalidIntents : GatewayCloseCodes.DecodeError,
        intents ? 'Invalid intent(s).' : 'Error while decoding payload.',
      )
      return null
    }
    const { intents, shard = [0, 1] } = identify.data
    if (bareToken(identify.data.token) !== application.botToken) {
      connection.close(GatewayCloseCodes.AuthenticationFailed, 'Authentication failed.')
      return null
    }
    if (shard[0] >= shard[1]) {
      connection.close(GatewayCloseCodes.InvalidShard, 'Invalid shard.')
      return null
    }
    if (!application.messageContent && intents & (1 << 15)) {
      connection.close(GatewayCloseCodes.DisallowedIntents, 'Disallowed intent(s).')
      return null
    }
    const session = new Session(intents, shard)
    session.connection = connection
    session.observe = this.#context.observeDispatch
    this.#sessions.set(session.id, session)
    const guilds = [...world.botGuilds].filter((id) => session.owns(id)).map((id) => world.requireGuild(id))
    session.dispatch(GatewayDispatchEvents.Ready, this.#ready(session, guilds))
    for (const guild of guilds)
      session.dispatch(GatewayDispatchEvents.GuildCreate, guildCreatePayload(this.#context, guild))
    return session
  }

  #resume(connection: Connection, data: unknown): Session | null {
    const resume = zResume.safeParse(data)
    if (resume.success && bareToken(resume.data.token) !== this.#context.application.botToken) {
      connection.close(GatewayCloseCodes.AuthenticationFailed, 'Authentication failed.')
      return null
    }
    const session = resume.success ? this.#sessions.get(resume.data.session_id) : undefined
    const sequence = resume.success ? (resume.data.seq ?? 0) : 0
    if (!session?.canReplayFrom(sequence)) {
      connection.send({ op: GatewayOpcodes.InvalidSession, d: false })
      return null
    }
    session.connection = connection
    session.replayFrom(sequence)
    session.dispatch(GatewayDispatchEvents.Resumed, { _trace: ['twin'] })
    return session
  }

  #ready(session: Session, guilds: readonly Guild[]) {
    const { world, application, url } = this.#context
    return {
      v: 10,
      user: userPayload(world.people.get(world.botId) as Person),
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: `${url().replace(/^http/, 'ws')}/gateway`,
      session_type: 'normal',
      shard: session.shard,
      application: { id: application.id, flags: (1 << 19) | (1 << 15) },
      private_channels: [],
      relationships: [],
      user_settings: {},
      _trace: ['twin'],
    }
  }

  #broadcast(name: GatewayDispatchEvents, guildId: string, data: unknown): void {
    for (const session of this.#sessions.values()) {
      if (session.owns(guildId) && session.wants(intentOf[name] ?? 1)) session.dispatch(name, data)
    }
  }
}

/** Some clients send the token as they send it over REST. */
function bareToken(token: string): string {
  return token.replace(/^Bot /, '')
}

function parse(raw: RawData): z.output<typeof zMessage> | null {
  try {
    return zMessage.parse(JSON.parse(toText(raw)))
  } catch {
    // Not JSON, or not a payload: the caller closes with the code for it.
    return null
  }
}

function toText(raw: RawData): string {
  return (Array.isArray(raw) ? Buffer.concat(raw) : Buffer.from(raw as ArrayBuffer)).toString()
}
