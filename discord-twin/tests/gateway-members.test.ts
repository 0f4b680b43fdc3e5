import { GatewayIntentBits as Intents, GatewayOpcodes as Ops } from 'discord-api-types/v10'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'
import { addGuild, PLAIN_INTENTS, RawClient } from './gateway-client.ts'

const GUILD = '613425648685547541'

describe('members on request', () => {
  let twin: CheckedTwin
  let client: RawClient

  beforeEach(async () => {
    twin = await startCheckedTwin({ world: 'empty' })
    addGuild(twin, GUILD)
    for (let index = 0; index < 2500; index += 1) {
      const { id } = twin.world.addPerson({
        id: String(1_000_000 + index),
        username: `player${index}`,
        globalName: null,
        avatar: null,
      })
      twin.world.setMember(GUILD, id, [])
    }
    client = new RawClient(twin)
  })
  afterEach(async () => {
    client.socket.terminate()
    await twin.close()
  })

  const ask = async (data: Record<string, unknown>) => {
    const from = client.received.length
    client.send(Ops.RequestGuildMembers, { guild_id: GUILD, limit: 0, ...data })
    await client.settle()
    return client.received.slice(from).flatMap(({ t, d }) => (t ? [{ t, d }] : []))
  }

  it('come all in chunks of 1000, once in 30 seconds', async () => {
    await client.identify({ intents: PLAIN_INTENTS | Intents.GuildMembers })
    const chunks = await ask({ query: '', nonce: 'n1' })
    expect(chunks.map(({ t, d }) => [t, d.members.length, d.chunk_index, d.chunk_count, d.nonce])).toEqual([
      ['GUILD_MEMBERS_CHUNK', 1000, 0, 3, 'n1'],
      ['GUILD_MEMBERS_CHUNK', 1000, 1, 3, 'n1'],
      ['GUILD_MEMBERS_CHUNK', 502, 2, 3, 'n1'],
    ])
    expect(new Set(chunks.flatMap(({ d }) => d.members.map(({ user }: any) => user.id))).size).toBe(2502)
    const [limited] = await ask({ query: '', nonce: 'n2' })
    expect(limited).toMatchObject({
      t: 'RATE_LIMITED',
      d: { opcode: 8, retry_after: expect.any(Number), meta: { guild_id: GUILD, nonce: 'n2' } },
    })
    expect(limited!.d.retry_after).toBeGreaterThan(0)
    expect(limited!.d.retry_after).toBeLessThanOrEqual(30)
    twin.world.clock.speed = 1e6
    expect(await ask({ query: '' })).toHaveLength(3)
  })

  it('come by id with those that are not there, and by the start of their name', async () => {
    await client.identify()
    expect(await ask({ user_ids: ['1000001', '1', '1000002'] })).toMatchObject([
      { d: { members: [{ user: { id: '1000001' } }, { user: { id: '1000002' } }], not_found: ['1'], chunk_count: 1 } },
    ])
    expect((await ask({ query: 'PLAYER24', limit: 5 }))[0]!.d.members).toHaveLength(5)
    expect((await ask({ query: 'player', limit: 1000 }))[0]!.d.members).toHaveLength(100)
    expect(await ask({ query: 'nobody', limit: 1 })).toMatchObject([{ d: { members: [], chunk_count: 1 } }])
  })

  it('do not come all without the intent for members', async () => {
    await client.identify()
    expect(await ask({ query: '' })).toEqual([])
  })
})
