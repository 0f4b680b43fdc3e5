import { createInflate, createZstdDecompress, inflateSync, type Inflate, type ZstdDecompress } from 'node:zlib'
import { GatewayIntentBits as Intents, GatewayOpcodes as Ops } from 'discord-api-types/v10'
import { expect, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Twin } from '../src/index.ts'

export type Payload = { op: number; d: any; s?: number; t?: string }

/** Everything but the privileged ones. */
export const PLAIN_INTENTS =
  Intents.Guilds |
  Intents.GuildWebhooks |
  Intents.GuildMessages |
  Intents.GuildMessageReactions |
  Intents.GuildMessageTyping

/** A client that does only what it is told, one connection long. */
export class RawClient {
  readonly socket: WebSocket
  readonly received: Payload[] = []
  closed: { code: number; reason: string } | null = null
  readonly #twin: Twin
  readonly #stream: Inflate | ZstdDecompress | null
  #chunks: Buffer[] = []
  #decoded: Promise<void> = Promise.resolve()
  onPayload: (payload: Payload) => void = () => {}

  constructor(twin: Twin, parameters: Record<string, string> = {}) {
    this.#twin = twin
    const query = new URLSearchParams({ v: '10', encoding: 'json', ...parameters })
    this.#stream =
      parameters.compress === 'zlib-stream'
        ? createInflate()
        : parameters.compress === 'zstd-stream'
          ? createZstdDecompress()
          : null
    this.#stream?.on('data', (chunk: Buffer) => this.#chunks.push(chunk))
    this.socket = new WebSocket(`${twin.url.replace('http', 'ws')}/gateway/?${query.toString()}`)
    this.socket.on('error', () => {})
    this.socket.on('message', (data: Buffer, isBinary) => {
      this.#decoded = this.#decoded.then(async () => this.#take(await this.#decode(data, isBinary)))
    })
    this.socket.on('close', (code, reason) => {
      void this.#decoded.then(() => (this.closed = { code, reason: reason.toString() }))
    })
  }

  send(op: number, d: unknown): void {
    this.socket.send(JSON.stringify({ op, d }))
  }

  /** The first payload of this kind from the `from`th payload on. */
  async next(isMeant: (payload: Payload) => boolean, from = 0): Promise<Payload> {
    return vi.waitFor(
      () => {
        const found = this.received.slice(from).find(isMeant)
        if (!found) throw new Error(`not among ${this.received.map(({ op, t }) => t ?? op).join(', ')}`)
        return found
      },
      { timeout: 5000, interval: 5 },
    )
  }

  event(name: string, from = 0): Promise<Payload> {
    return this.next(({ t }) => t === name, from)
  }

  events(name?: string): Payload[] {
    return this.received.filter(({ op, t }) => op === Ops.Dispatch && (name === undefined || t === name))
  }

  async hello(): Promise<this> {
    await this.next(({ op }) => op === Ops.Hello)
    return this
  }

  identifyWith(more: Record<string, unknown> = {}): void {
    this.send(Ops.Identify, {
      token: this.#twin.botToken,
      properties: { os: 'linux', browser: 'test', device: 'test' },
      intents: PLAIN_INTENTS,
      ...more,
    })
  }

  /** Identifies and waits for everything that belongs to it. */
  async identify(more: Record<string, unknown> = {}): Promise<{ sessionId: string; ready: any }> {
    await this.hello()
    this.identifyWith(more)
    const ready = (await this.event('READY')).d
    await this.settle()
    return { sessionId: ready.session_id, ready }
  }

  resumeWith(sessionId: string, seq: number): void {
    this.send(Ops.Resume, { token: this.#twin.botToken, session_id: sessionId, seq })
  }

  /** Waits until everything that was sent so far has come: a heartbeat is answered after it. */
  async settle(): Promise<void> {
    const from = this.received.length
    this.send(Ops.Heartbeat, null)
    await this.next(({ op }) => op === Ops.HeartbeatAck, from)
  }

  get sequence(): number {
    return this.events().at(-1)?.s ?? 0
  }

  async closeCode(): Promise<number> {
    return (await vi.waitUntil(() => this.closed, { timeout: 5000, interval: 5 })).code
  }

  #take(payload: Payload): void {
    this.received.push(payload)
    this.onPayload(payload)
  }

  async #decode(data: Buffer, isBinary: boolean): Promise<Payload> {
    if (!isBinary) return JSON.parse(data.toString())
    const stream = this.#stream
    if (!stream) return JSON.parse(inflateSync(data).toString())
    await new Promise<void>((resolve, reject) => stream.write(data, (error) => (error ? reject(error) : resolve())))
    while (stream.read() !== null);
    const text = Buffer.concat(this.#chunks).toString()
    this.#chunks = []
    return JSON.parse(text)
  }
}

/** A guild with the bot, its owner and a channel, in an empty twin. */
export function addGuild(twin: Twin, id: string, { everyone = 0x400n | 0x10000n } = {}) {
  const { world } = twin
  const ownerId = '175928847299117063'
  if (!world.people.has(ownerId))
    world.addPerson({ id: ownerId, username: 'jonas_plays', globalName: 'Jonas', avatar: null })
  world.addGuild({ id, name: `guild ${id}`, icon: null, ownerId, everyone })
  world.setMember(id, ownerId, [])
  world.joinBot(id)
  return { guildId: id, ownerId, channel: world.createChannel({ guildId: id, name: 'general' }) }
}

/** Equal random numbers for equal seeds. */
export function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Nothing of these came, known because something sent later has come. */
export function expectNone(client: RawClient, ...names: string[]): void {
  expect(client.events().filter(({ t }) => names.includes(t ?? ''))).toEqual([])
}
