import type { Server } from 'node:http'
import { GatewayCloseCodes as Codes } from 'discord-api-types/v10'
import { WebSocketServer, type WebSocket } from 'ws'
import type { TwinContext } from '../context.ts'
import type { GatewayActions } from '../faults/gateway-hooks.ts'
import { GatewayClient } from './client.ts'
import { Connection } from './connection.ts'
import { toDispatches } from './dispatches/dispatches.ts'
import type { Desk } from './identify.ts'
import { MemberRequests } from './members.ts'
import { Sessions } from './sessions.ts'
import type { GatewaySettings } from './settings.ts'
import { Visibility } from './visibility.ts'

const VERSION = '10'

/** The gateway: takes connections, and tells every event of the world to the sessions that may know it. */
export class Gateway implements GatewayActions {
  readonly #desk: Desk
  readonly #sessions: Sessions
  readonly #members: MemberRequests
  readonly #clients = new Set<GatewayClient>()
  readonly #server = new WebSocketServer({ noServer: true })
  readonly #unsubscribe: () => void

  constructor(context: TwinContext, settings: GatewaySettings) {
    this.#sessions = new Sessions(context, settings.sessionLifetimeMs)
    this.#members = new MemberRequests(context, this.#sessions)
    this.#desk = {
      context,
      settings,
      sessions: this.#sessions,
      endAll: ({ code, reason }) => {
        this.#sessions.clear()
        for (const { connection } of this.#clients) connection.close(code, reason)
      },
    }
    context.faults.attachGateway(this)
    const visibility = new Visibility(context)
    this.#unsubscribe = context.world.onEvent((event) => {
      for (const dispatch of toDispatches(context, visibility, event)) this.#sessions.broadcast(dispatch)
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

  /** Cuts every connection. */
  disconnectAll(resumable: boolean): void {
    this.drop(null, resumable)
  }

  /** Ids of the sessions that have a connection. */
  connected(): string[] {
    return [...this.#clients].flatMap(({ sessionId, connection }) => (sessionId && connection.isOpen ? sessionId : []))
  }

  /** Cuts connections: of one session or, with null, all there are. Without `resumable` clients must identify again. */
  drop(sessionId: string | null, resumable: boolean, closeCode?: number): void {
    for (const { connection } of this.#clientsOf(sessionId)) {
      if (closeCode === undefined) connection.socket.terminate()
      else connection.close(closeCode, '')
    }
    if (resumable) return
    const session = sessionId === null ? undefined : this.#sessions.find(sessionId)
    if (session) this.#sessions.end(session)
    if (sessionId === null) this.#sessions.clear()
  }

  /** Asks clients for a heartbeat at once. */
  requestHeartbeat(sessionId: string | null): void {
    for (const client of this.#clientsOf(sessionId)) client.requestHeartbeat()
  }

  /** Asks clients to connect again and resume. */
  requestReconnect(sessionId: string | null): void {
    for (const client of this.#clientsOf(sessionId)) client.requestReconnect()
  }

  close(): void {
    this.#unsubscribe()
    for (const socket of this.#server.clients) socket.terminate()
    this.#server.close()
  }

  #clientsOf(sessionId: string | null): GatewayClient[] {
    return [...this.#clients].filter((client) => sessionId === null || client.sessionId === sessionId)
  }

  #onConnection(socket: WebSocket, query: URLSearchParams): void {
    const encoding = query.get('encoding') ?? 'json'
    const version = query.get('v') ?? VERSION
    if (version !== VERSION) return socket.close(Codes.InvalidAPIVersion, 'Invalid API version.')
    if (encoding !== 'json') return socket.close(Codes.DecodeError, `The twin speaks json only, not ${encoding}.`)
    const client = new GatewayClient(this.#desk, this.#members, new Connection(socket, query.get('compress')))
    this.#clients.add(client)
    socket.on('close', () => this.#clients.delete(client))
  }
}
