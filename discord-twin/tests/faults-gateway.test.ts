import { once } from 'node:events'
import { API, Client, GatewayDispatchEvents, GatewayIntentBits, GatewayOpcodes as Ops } from '@discordjs/core'
import { REST } from '@discordjs/rest'
import { WebSocketManager, WebSocketShardEvents } from '@discordjs/ws'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { DEMO, type Channel } from '../src/index.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'

const INTENTS = GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.MessageContent
const GUILDS = 4

type Payload = { op: number; s: number | null; t: string | null; d: any }

describe('faults of the gateway', () => {
  let twin: CheckedTwin
  let general: Channel
  let clips: Channel
  const sockets = new Set<WebSocket>()

  beforeAll(async () => {
    // Sessions may start as fast as tests do, and are kept.
    twin = await startCheckedTwin({ timeScale: 1e6, sessionLifetimeMs: 1e15 })
    const inSquad = twin.world.channelsOf(DEMO.guilds.squad)
    general = inSquad.find(({ name }) => name === 'general')!
    clips = inSquad.find(({ name }) => name === 'clips')!
  })
  afterEach(() => {
    twin.faults.removeAll()
    for (const socket of sockets) socket.terminate()
    sockets.clear()
  })
  afterAll(() => twin.close())

  const post = (content: string, channel = general) =>
    twin.world.postMessage({ channelId: channel.id, authorId: DEMO.people.mara, content })

  /** A plain connection that keeps what it gets. */
  const connect = () => {
    const socket = new WebSocket(`${twin.url.replace('http', 'ws')}/gateway?v=10&encoding=json`)
    sockets.add(socket)
    const got: Payload[] = []
    let closeCode: number | null = null
    socket.on('message', (data) => got.push(JSON.parse((data as Buffer).toString()) as Payload))
    socket.on('close', (code) => (closeCode = code))
    const send = (op: number, d: unknown) => socket.send(JSON.stringify({ op, d }))
    return {
      got,
      send,
      identify: () => send(Ops.Identify, { token: twin.botToken, intents: INTENTS, properties: {} }),
      resume: (sessionId: string, seq: number) =>
        send(Ops.Resume, { token: twin.botToken, session_id: sessionId, seq }),
      until: (check: (payload: Payload) => boolean) =>
        vi.waitFor(() => expect(got.some(check)).toBe(true), { interval: 5 }),
      closed: () => vi.waitFor(() => expect(closeCode).not.toBe(null), { interval: 5 }).then(() => closeCode),
      /** What messages say, in the order in which they came. */
      contents: () => got.filter(({ t }) => t === 'MESSAGE_CREATE').map(({ d }) => d.content as string),
      numbers: () => got.filter(({ t }) => t === 'MESSAGE_CREATE').map(({ s }) => s!),
    }
  }
  const login = async () => {
    const client = connect()
    await client.until(({ op }) => op === Ops.Hello)
    client.identify()
    await vi.waitFor(() => expect(client.got.filter(({ t }) => t === 'GUILD_CREATE')).toHaveLength(GUILDS), {
      interval: 5,
    })
    const sessionId = client.got.find(({ t }) => t === 'READY')!.d.session_id as string
    return { ...client, sessionId, seq: () => client.got.findLast(({ s }) => s !== null)!.s! }
  }
  const said = (content: string) => (payload: Payload) => payload.d?.content === content
  const resumed = async (sessionId: string, seq: number) => {
    const client = connect()
    await client.until(({ op }) => op === Ops.Hello)
    client.resume(sessionId, seq)
    await client.until(({ t, op }) => t === 'RESUMED' || op === Ops.InvalidSession)
    return client
  }

  it('duplicate-events repeats an event with its number', async () => {
    const client = await login()
    const fault = twin.faults.add({ kind: 'duplicate-events', copies: 2, times: 1 })
    post('twice more')
    post('once')
    await client.until(said('once'))
    expect(client.contents()).toEqual(['twice more', 'twice more', 'twice more', 'once'])
    expect(new Set(client.numbers()).size).toBe(2)
    expect(fault.strikes).toBe(1)
  })

  it('out-of-order-events sends an event after later ones, and what it still holds when it is removed', async () => {
    const client = await login()
    const swapped = twin.faults.add({ kind: 'out-of-order-events', times: 1 })
    for (const content of ['a', 'b', 'c']) post(content)
    await client.until(said('c'))
    expect(client.contents()).toEqual(['b', 'a', 'c'])
    const [b, a] = client.numbers()
    expect(b).toBe(a! + 1)
    swapped.remove()

    const heldBack = twin.faults.add({ kind: 'out-of-order-events', holdBack: 3, times: 1 })
    for (const content of ['d', 'e', 'f']) post(content)
    await client.until(said('f'))
    heldBack.remove()
    await client.until(said('d'))
    expect(client.contents().slice(3)).toEqual(['e', 'f', 'd'])

    twin.faults.add({ kind: 'out-of-order-events', atMostMs: 1, times: 1 })
    post('alone')
    await client.until(said('alone'))
  })

  it('lost-events never sends an event, not even after a resume', async () => {
    const client = await login()
    const seq = client.seq()
    twin.faults.add({ kind: 'lost-events', event: 'MESSAGE_CREATE', channel: general.id, times: 1 })
    post('elsewhere', clips)
    post('lost')
    post('kept')
    await client.until(said('kept'))
    expect(client.contents()).toEqual(['elsewhere', 'kept'])
    expect(client.numbers()).toEqual([seq + 1, seq + 3])
    twin.disconnectGateway(true)
    await client.closed()
    expect((await resumed(client.sessionId, seq)).contents()).toEqual(['elsewhere', 'kept'])
  })

  it('events are selected by name, guild and channel', async () => {
    const client = await login()
    const other = twin.world.channelsOf(DEMO.guilds.lan).find(({ name }) => name === 'chat')!
    const faults = [
      twin.faults.add({ kind: 'duplicate-events', event: ['MESSAGE_DELETE', 'MESSAGE_UPDATE'] }),
      twin.faults.add({ kind: 'duplicate-events', guild: DEMO.guilds.lan }),
      twin.faults.add({ kind: 'duplicate-events', channel: clips.id }),
      twin.faults.add({ kind: 'duplicate-events', caller: DEMO.people.mara }),
      twin.faults.add({ kind: 'duplicate-events', after: 2 }),
    ]
    const { id } = post('one')
    post('two', clips)
    post('three', other)
    twin.world.deleteMessage(general.id, id)
    await client.until(({ t }) => t === 'MESSAGE_DELETE')
    expect(faults.map(({ strikes }) => strikes)).toEqual([1, 1, 1, 0, 2])
  })

  it('slow-gateway delays events in their order, and sends them when it is removed', async () => {
    const client = await login()
    // Hours, as this twin's time runs.
    const slow = twin.faults.add({ kind: 'slow-gateway', delayMs: 1e12 })
    post('first')
    post('second')
    await slow.struck(2)
    client.send(Ops.Heartbeat, null)
    await client.until(({ op }) => op === Ops.HeartbeatAck)
    expect(client.contents()).toEqual([])
    slow.remove()
    await client.until(said('second'))
    twin.faults.add({ kind: 'slow-gateway', delayMs: 1e6 })
    post('third')
    await client.until(said('third'))
    expect(client.contents()).toEqual(['first', 'second', 'third'])
  })

  it('dropped-socket cuts before or after an event; a resume brings what is missing', async () => {
    const client = await login()
    twin.faults.add({ kind: 'dropped-socket', after: 1, times: 1 })
    for (const content of ['a', 'b', 'c']) post(content)
    expect(await client.closed()).toBe(1006)
    expect(client.contents()).toEqual(['a'])
    const second = await resumed(client.sessionId, client.seq())
    expect(second.contents()).toEqual(['b', 'c'])

    twin.faults.add({ kind: 'dropped-socket', sendFirst: true, closeCode: 4000, times: 1 })
    post('d')
    expect(await second.closed()).toBe(4000)
    expect(second.contents()).toEqual(['b', 'c', 'd'])

    const third = await resumed(client.sessionId, client.seq() + 4)
    twin.faults.add({ kind: 'dropped-socket', on: 'now', resumable: false })
    expect(await third.closed()).toBe(1006)
    const refused = await resumed(client.sessionId, client.seq())
    expect(refused.got.at(-1)).toMatchObject({ op: Ops.InvalidSession, d: false })
  })

  it('refused-resume gives an invalid session and forgets it', async () => {
    const client = await login()
    const seq = client.seq()
    const refused = twin.faults.add({ kind: 'refused-resume', times: 1 })
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const again = await resumed(client.sessionId, seq)
      expect(again.got.at(-1)).toMatchObject({ op: Ops.InvalidSession, d: false })
    }
    expect(refused.strikes).toBe(1)
  })

  it('no-heartbeat-ack leaves heartbeats without answer', async () => {
    const client = await login()
    const silent = twin.faults.add({ kind: 'no-heartbeat-ack', times: 1 })
    client.send(Ops.Heartbeat, null)
    await silent.struck(1)
    client.send(Ops.Heartbeat, null)
    await client.until(({ op }) => op === Ops.HeartbeatAck)
    post('later')
    await client.until(said('later'))
    expect(client.got.filter(({ op }) => op === Ops.HeartbeatAck)).toHaveLength(1)
  })

  it('reconnect-requested sends op 7, at once or after an event', async () => {
    const client = await login()
    const requests = () => client.got.filter(({ op }) => op === Ops.Reconnect).length
    twin.faults.add({ kind: 'reconnect-requested' })
    await vi.waitFor(() => expect(requests()).toBe(1))
    twin.faults.add({ kind: 'reconnect-requested', on: 'event', times: 1 })
    post('with it')
    await vi.waitFor(() => expect(requests()).toBe(2))
    expect(client.got.slice(-2).map(({ op }) => op)).toEqual([Ops.Dispatch, Ops.Reconnect])
  })

  it('guild-outage takes a guild away and brings it back', async () => {
    const client = await login()
    const outage = twin.faults.add({ kind: 'guild-outage', guild: DEMO.guilds.lan })
    await client.until(({ t, d }) => t === 'GUILD_DELETE' && d.id === DEMO.guilds.lan && d.unavailable === true)
    const before = client.got.length
    outage.remove()
    await vi.waitFor(() =>
      expect(client.got.slice(before)).toContainEqual(
        expect.objectContaining({ t: 'GUILD_CREATE', d: expect.objectContaining({ id: DEMO.guilds.lan }) }),
      ),
    )
    expect(() => twin.faults.add({ kind: 'guild-outage', guild: '1' })).toThrow('There is no guild 1')
    expect(twin.faults.list()).toEqual([])
  })

  it('token-revoked closes with 4004 and accepts no session until it is removed', async () => {
    const client = await login()
    const revoked = twin.faults.add({ kind: 'token-revoked' })
    expect(await client.closed()).toBe(4004)
    const again = connect()
    await again.until(({ op }) => op === Ops.Hello)
    again.identify()
    expect(await again.closed()).toBe(4004)
    revoked.remove()
    await login()
  })

  it('a real client sees each event once while its connection drops again and again', async () => {
    const rest = new REST({ version: '10', api: twin.apiUrl }).setToken(twin.botToken)
    const gateway = new WebSocketManager({ token: twin.botToken, rest, intents: INTENTS })
    const client = new Client({ rest, gateway })
    const seen: string[] = []
    client.on(GatewayDispatchEvents.MessageCreate, ({ data }) => void seen.push(data.content))
    const ready = once(gateway, WebSocketShardEvents.Ready)
    await gateway.connect()
    await ready
    const sent: string[] = []
    for (let drop = 0; drop < 3; drop += 1) {
      twin.faults.add({ kind: 'dropped-socket', event: 'MESSAGE_CREATE', after: 3, times: 1 })
      const again = once(gateway, WebSocketShardEvents.Resumed)
      for (let count = 0; count < 10; count += 1) {
        sent.push(`message ${sent.length}`)
        await new API(rest).channels.createMessage(general.id, { content: sent.at(-1)! })
      }
      await again
    }
    await vi.waitFor(() => expect(seen).toHaveLength(sent.length))
    expect(seen).toEqual(sent)
    await gateway.destroy()
  })
})
