import { describe, expect, it } from 'vitest'
import { DEMO } from '../src/index.ts'
import { startCheckedTwin } from './checked-twin.ts'

describe('the control API', () => {
  it('refuses what would break the world', async () => {
    const twin = await startCheckedTwin()
    const { squad } = DEMO.guilds
    const [channel] = twin.world.channelsOf(squad).filter(({ name }) => name === 'clips')
    const overwrite = { id: squad, type: 0, allow: 'x', deny: '0' }
    const asked: [method: string, path: string, body: unknown, status: number][] = [
      ['POST', '/channels', { guild_id: squad, name: 'x', permission_overwrites: [overwrite] }, 400],
      ['POST', '/channels', { guild_id: squad, name: 'x', type: 11 }, 400],
      ['POST', '/channels', { guild_id: squad, name: 'x', type: 99 }, 400],
      ['PATCH', `/channels/${channel?.id}`, { permission_overwrites: [overwrite] }, 400],
      ['PATCH', `/guilds/${squad}`, { owner_id: '77' }, 404],
      ['POST', `/channels/${channel?.id}/history`, { author_id: '77', count: 1 }, 404],
      ['DELETE', `/channels/${channel?.id}/messages/abc`, undefined, 404],
    ]
    for (const [method, path, body, status] of asked) {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${twin.url}/_twin${path}`, {
        method,
        ...(body ? { headers, body: JSON.stringify(body) } : {}),
      })
      expect([method, path, answer.status]).toEqual([method, path, status])
    }
    expect((await fetch(`${twin.url}//`)).status).toBe(404)
    expect((await fetch(`${twin.url}/`)).status).toBe(200)
    await twin.close()
  })
})
