import { GatewayIntentBits as Intents, GatewayOpcodes as Ops } from 'discord-api-types/v10'
import { REST } from '@discordjs/rest'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Twin, TwinOptions } from '../src/index.ts'
import { startCheckedTwin } from './checked-twin.ts'
import { addGuild, PLAIN_INTENTS, RawClient } from './gateway-client.ts'

const GUILD = '613425648685547541'
let twin: Twin
const clients: RawClient[] = []

async function start(options: TwinOptions = {}): Promise<Twin> {
  twin = await startCheckedTwin({ world: 'empty', ...options })
  addGuild(twin, GUILD)
  return twin
}
function connect(parameters?: Record<string, string>): RawClient {
  const client = new RawClient(twin, parameters)
  clients.push(client)
  return client
}
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.terminate()
  await twin.close()
})

describe('a connection is closed', () => {
  it.each([
    ['4012 for another version', { v: '9' }, 4012],
    ['4002 for another encoding, with a reason that says so', { encoding: 'etf' }, 4002],
  ])('%s', async (_name, parameters, code) => {
    await start()
    expect(await connect(parameters).closeCode()).toBe(code)
  })

  it.each<[string, (client: RawClient) => void, number]>([
    ['4002 for what is not JSON', (client) => client.socket.send('{'), 4002],
    ['4002 for what is no payload', (client) => client.socket.send('[]'), 4002],
    ['4002 for a message above 4096 bytes', (client) => client.send(Ops.Heartbeat, 'x'.repeat(4096)), 4002],
    ['4002 for an identify without properties', (client) => client.identifyWith({ properties: undefined }), 4002],
    ['4002 for a heartbeat that is no number', (client) => client.send(Ops.Heartbeat, 'now'), 4002],
    ['4001 for an unknown opcode', (client) => client.send(99, {}), 4001],
    ['4001 for an opcode of the server', (client) => client.send(Ops.Hello, {}), 4001],
    ['4003 before identifying', (client) => client.send(Ops.RequestGuildMembers, { guild_id: GUILD }), 4003],
    ['4004 for a wrong token', (client) => client.identifyWith({ token: 'wrong' }), 4004],
    [
      '4004 for resuming with a wrong token',
      (client) => client.send(Ops.Resume, { token: 'wrong', session_id: '', seq: 0 }),
      4004,
    ],
    ['4010 for a shard that cannot be', (client) => client.identifyWith({ shard: [2, 2] }), 4010],
    ['4013 for an unknown intent', (client) => client.identifyWith({ intents: 1 << 30 }), 4013],
    ['4013 without intents', (client) => client.identifyWith({ intents: undefined }), 4013],
  ])('%s', async (_name, act, code) => {
    await start()
    const client = await connect().hello()
    act(client)
    expect(await client.closeCode()).toBe(code)
    expect(client.events()).toEqual([])
  })

  it('4005 for identifying or resuming twice', async () => {
    await start({ maxConcurrency: 2 })
    for (const shard of [0, 1]) {
      const client = connect()
      const { sessionId } = await client.identify({ shard: [shard, 2] })
      if (shard === 0) client.identifyWith()
      else client.resumeWith(sessionId, 1)
      expect(await client.closeCode()).toBe(4005)
    }
  })

  it('4002 for a request that is not in Discord’s form', async () => {
    await start()
    const client = connect()
    await client.identify()
    client.send(Ops.RequestGuildMembers, { guild_id: GUILD })
    expect(await client.closeCode()).toBe(4002)
  })

  it('4014 for privileged intents that are not switched on, and only for those', async () => {
    await start({ privilegedIntents: ['GUILD_MEMBERS'], messageContent: false })
    for (const [intents, code] of [
      [Intents.GuildPresences, 4014],
      [Intents.MessageContent, 4014],
    ] as const) {
      const client = await connect().hello()
      client.identifyWith({ intents: PLAIN_INTENTS | intents })
      expect(await client.closeCode()).toBe(code)
    }
    const allowed = connect()
    const { ready } = await allowed.identify({ intents: PLAIN_INTENTS | Intents.GuildMembers })
    expect(ready.application.flags).toBe(1 << 15)
  })

  it('4011 for more guilds than a shard may have, and not when they are shared out', async () => {
    await start({ maxGuildsPerShard: 1, maxConcurrency: 2 })
    addGuild(twin, String(((BigInt(GUILD) >> 22n) + 1n) << 22n))
    const alone = await connect().hello()
    alone.identifyWith()
    expect(await alone.closeCode()).toBe(4011)
    const shards = await Promise.all(
      [0, 1].map(async (shard) => {
        const client = connect()
        // The refused try counts for the first key.
        twin.world.clock.speed = 1e6
        const { ready } = await client.identify({ shard: [shard, 2] })
        return ready
      }),
    )
    expect(shards.map(({ guilds, shard }) => [guilds.length, shard])).toEqual([
      [1, [0, 2]],
      [1, [1, 2]],
    ])
  })

  it('4008 for the 121st payload in a minute, which the clock may shorten', async () => {
    await start()
    const client = await connect().hello()
    for (let count = 0; count < 120; count += 1) client.send(Ops.Heartbeat, null)
    await vi.waitFor(() => expect(client.received.filter(({ op }) => op === Ops.HeartbeatAck)).toHaveLength(120))
    twin.world.clock.speed = 1e9
    await client.settle()
    twin.world.clock.speed = 1
    for (let count = 0; count < 121; count += 1) client.send(Ops.Heartbeat, null)
    expect(await client.closeCode()).toBe(4008)
  })

  it('4009 without heartbeats, and the session is gone', async () => {
    await start({ heartbeatIntervalMs: 50 })
    const client = connect()
    const { sessionId } = await client.identify()
    expect(await client.closeCode()).toBe(4009)
    const again = await connect().hello()
    again.resumeWith(sessionId, client.sequence)
    expect(await again.next(({ op }) => op === Ops.InvalidSession)).toMatchObject({ d: false })
  })

  it('4007 for a sequence that was never sent', async () => {
    await start()
    const client = connect()
    const { sessionId } = await client.identify()
    client.socket.terminate()
    const again = await connect().hello()
    again.resumeWith(sessionId, client.sequence + 1)
    expect(await again.closeCode()).toBe(4007)
  })
})

describe('starting sessions', () => {
  const rest = () => new REST({ version: '10', api: twin.apiUrl }).setToken(twin.botToken)
  const limits = async () => ((await rest().get('/gateway/bot')) as any).session_start_limit

  it('is refused with op 9 when it is too fast, and works after five seconds', async () => {
    await start()
    await connect().identify()
    const client = await connect().hello()
    client.identifyWith()
    expect(await client.next(({ op }) => op === Ops.InvalidSession)).toMatchObject({ d: false })
    twin.world.clock.speed = 1e6
    expect((await client.identify()).ready.session_id).toBeTypeOf('string')
  })

  it('counts per key of max_concurrency', async () => {
    await start({ maxConcurrency: 2 })
    await Promise.all([0, 1].map((shard) => connect().identify({ shard: [shard, 3] })))
    const third = await connect().hello()
    third.identifyWith({ shard: [2, 3] })
    await third.next(({ op }) => op === Ops.InvalidSession)
    expect(await limits()).toMatchObject({ total: 1000, remaining: 997, max_concurrency: 2 })
  })

  it('beyond the limit of a day resets the token: 4004 for everybody, and 401 over REST', async () => {
    await start({ sessionStartLimit: 2, maxConcurrency: 3 })
    const first = connect()
    await first.identify({ shard: [0, 3] })
    expect(await limits()).toMatchObject({ total: 2, remaining: 1 })
    await connect().identify({ shard: [1, 3] })
    const last = await connect().hello()
    last.identifyWith({ shard: [2, 3] })
    expect([await last.closeCode(), await first.closeCode()]).toEqual([4004, 4004])
    await expect(rest().get('/gateway/bot')).rejects.toMatchObject({ status: 401 })
  })

  it('recommends a shard per thousand guilds', async () => {
    await start()
    for (let index = 0; index < 1000; index += 1) twin.world.botGuilds.add(String(index))
    expect(await rest().get('/gateway/bot')).toMatchObject({ shards: 2 })
  })
})

describe('a session', () => {
  it('ends with close code 1000 of the client', async () => {
    await start()
    const client = connect()
    const { sessionId } = await client.identify()
    client.socket.close(1000)
    await client.closeCode()
    const again = await connect().hello()
    again.resumeWith(sessionId, client.sequence)
    await again.next(({ op }) => op === Ops.InvalidSession)
  })

  it('outlives close code 4000 of the client, until its time is up', async () => {
    await start({ sessionLifetimeMs: 60_000 })
    const client = connect()
    const { sessionId } = await client.identify()
    client.socket.close(4000)
    await client.closeCode()
    const again = await connect().hello()
    again.resumeWith(sessionId, client.sequence)
    await again.event('RESUMED')
    again.socket.terminate()
    await again.closeCode()
    twin.world.clock.speed = 1e6
    const late = await connect().hello()
    late.resumeWith(sessionId, again.sequence)
    expect(await late.next(({ op }) => op === Ops.InvalidSession)).toMatchObject({ d: false })
  })

  it('that is resumed while its old connection is alive goes over to the new one', async () => {
    await start()
    const old = connect()
    const { sessionId } = await old.identify()
    const young = await connect().hello()
    young.resumeWith(sessionId, 0)
    await young.event('RESUMED')
    expect(await old.closeCode()).toBe(4000)
    expect(young.events().map(({ t }) => t)).toEqual(['READY', 'GUILD_CREATE', 'RESUMED'])
    expect(young.events().map(({ s }) => s)).toEqual([1, 2, 3])
    const { channel } = addGuild(twin, '81384788765712384')
    await young.next(({ t, d }) => t === 'CHANNEL_CREATE' && d.id === channel.id)
  })

  it('is asked to reconnect with op 7 and for a heartbeat with op 1', async () => {
    await start()
    const client = await connect().hello()
    twin.requestReconnects()
    twin.requestHeartbeats()
    await client.next(({ op }) => op === Ops.Reconnect)
    await client.next(({ op }) => op === Ops.Heartbeat)
  })

  it('gets large payloads compressed when it asks for that in identify', async () => {
    await start()
    const client = await connect().hello()
    const binary: boolean[] = []
    client.socket.on('message', (_data, isBinary) => binary.push(isBinary))
    client.identifyWith({ compress: true })
    await client.event('GUILD_CREATE')
    expect(binary).toContain(true)
  })

  it('takes presence, voice and sounds without effect', async () => {
    await start()
    const client = connect()
    await client.identify()
    client.send(Ops.PresenceUpdate, { since: null, activities: [], status: 'online', afk: false })
    client.send(Ops.VoiceStateUpdate, { guild_id: GUILD, channel_id: null, self_mute: false, self_deaf: false })
    client.send(Ops.RequestSoundboardSounds, { guild_ids: [GUILD] })
    await client.settle()
    expect(client.closed).toBeNull()
  })
})
