import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { REST } from '@discordjs/rest'
import { CompressionMethod, WebSocketManager, WebSocketShardEvents } from '@discordjs/ws'
import { GatewayIntentBits as Intents, GatewayOpcodes as Ops, type GatewayDispatchPayload } from 'discord-api-types/v10'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Twin } from '../src/index.ts'
import { startCheckedTwin } from './checked-twin.ts'
import { addGuild, RawClient, seeded } from './gateway-client.ts'

const EVENTS = 1000
const CUTS = 20
const INTENTS = Intents.Guilds | Intents.GuildMessages | Intents.MessageContent
const ALL = Array.from({ length: EVENTS }, (_, index) => String(index))

describe('a client that resumes', { timeout: 25_000 }, () => {
  let twin: Twin
  let say: (content: string) => void

  beforeEach(async () => {
    twin = await startCheckedTwin({ world: 'empty' })
    const { channel, ownerId } = addGuild(twin, '613425648685547541')
    say = (content) => twin.world.postMessage({ channelId: channel.id, authorId: ownerId, content })
  })
  afterEach(() => twin.close())

  /** Posts everything, with cuts at random places; `back` resolves when the client has resumed. Some events come while it is away. */
  async function postWithCuts(seed: number, back: () => Promise<unknown>): Promise<void> {
    const random = seeded(seed)
    const cuts = new Set<string>()
    while (cuts.size < CUTS) cuts.add(String(1 + random(EVENTS - 2)))
    let resumed: Promise<unknown> = Promise.resolve()
    for (const content of ALL) {
      if (cuts.has(content)) await resumed
      say(content)
      if (random(4) === 0) await turn()
      if (!cuts.has(content)) continue
      resumed = back()
      twin.disconnectGateway(true)
      if (random(2) === 0) await resumed
    }
    await resumed
  }

  it('sees each of 1,000 events once and in order through 20 cuts (@discordjs/ws, zlib-stream)', async () => {
    const rest = new REST({ version: '10', api: twin.apiUrl }).setToken(twin.botToken)
    const manager = new WebSocketManager({
      token: twin.botToken,
      rest,
      intents: INTENTS,
      compression: CompressionMethod.ZlibNative,
    })
    manager.on(WebSocketShardEvents.Error, () => {})
    manager.on(WebSocketShardEvents.SocketError, () => {})
    const seen: string[] = []
    let readies = 0
    let resumes = 0
    manager.on(WebSocketShardEvents.Ready, () => (readies += 1))
    manager.on(WebSocketShardEvents.Resumed, () => (resumes += 1))
    manager.on(WebSocketShardEvents.Dispatch, (payload: GatewayDispatchPayload) => {
      if (payload.t === 'MESSAGE_CREATE') seen.push(payload.d.content)
    })
    await manager.connect()
    await postWithCuts(1, () => once(manager, WebSocketShardEvents.Resumed))
    await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(EVENTS), { timeout: 5000 })
    await manager.destroy()
    expect(seen).toEqual(ALL)
    expect({ readies, resumes }).toEqual({ readies: 1, resumes: CUTS })
  })

  it.each(['zstd-stream', 'zlib-stream', 'none'])(
    'sees each of 1,000 events once and in order through 20 cuts (raw, %s)',
    async (compress) => {
      const parameters: Record<string, string> = compress === 'none' ? {} : { compress }
      const seen: string[] = []
      let resumes = 0
      let sessionId = ''
      let sequence = 0
      const connect = () => {
        const client = new RawClient(twin, parameters)
        client.onPayload = ({ op, t, s, d }) => {
          if (s !== undefined && s !== null) sequence = s
          if (op === Ops.Hello && sessionId) client.resumeWith(sessionId, sequence)
          if (t === 'MESSAGE_CREATE') seen.push(d.content)
          if (t === 'RESUMED') resumes += 1
        }
        return client
      }
      let client = connect()
      ;({ sessionId } = await client.identify({ intents: INTENTS }))
      await postWithCuts(2, async () => {
        const before = resumes
        await client.closeCode()
        client = connect()
        await vi.waitUntil(() => resumes > before, { interval: 1 })
      })
      await client.settle()
      expect(seen).toEqual(ALL)
      expect(resumes).toBe(CUTS)
      client.socket.close(1000)
    },
  )
})
