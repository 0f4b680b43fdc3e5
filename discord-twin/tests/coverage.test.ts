import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { compareRoutes } from '../src/coverage/coverage.ts'
import { renderRoutes } from '../src/coverage/differences.ts'
import { documentedPath, documentedRoutes } from '../src/coverage/document.ts'
import { renderDifferences, startTwin } from '../src/index.ts'

describe('the list of routes', () => {
  it('is in DIFFERENCES.md as the twin serves them now', async () => {
    const file = path.resolve(import.meta.dirname, '../DIFFERENCES.md')
    expect(await renderDifferences(), 'run npm run generate').toBe(fs.readFileSync(file, 'utf8'))
  })

  it('has every route that a twin answers, and no other', async () => {
    const twin = await startTwin({ world: 'empty' })
    const { served, notServed, extra } = compareRoutes(twin.routes)
    const text = renderRoutes(twin.routes).split('### Not served')[0]!
    const listed = [...text.matchAll(/^- `([^`]+)` (.+)$/gm)].flatMap(([, route = '', methods = '']) =>
      methods.split(', ').map((method) => `${method} ${route}`),
    )
    expect(new Set(listed)).toEqual(new Set([...served, ...extra]))
    const answers = await Promise.all(
      notServed.map(async (route) => {
        const [method, url] = route.split(' ') as [string, string]
        const answer = await fetch(`${twin.apiUrl}/v10${url.replace(/\{\w+\}/g, '1')}`, { method })
        return [route, answer.status, ((await answer.json()) as { code: number }).code]
      }),
    )
    await twin.close()
    expect(answers).toEqual(notServed.map((route) => [route, 404, 0]))
  })

  it('asks for a reason for what is not served', () => {
    const all = Object.entries(documentedRoutes).flatMap(([route, operations]) =>
      Object.keys(operations).map((method) => `${method} ${route}`),
    )
    const without = all.filter((route) => route !== 'GET /channels/{channel_id}/messages')
    expect(() => renderRoutes(without)).toThrow('GET /channels/{channel_id}/messages')
    expect(renderRoutes(all.filter((route) => !route.includes('/lobbies')))).toContain('Lobbies')
  })

  it('knows a route of the server by its shape', () => {
    expect(documentedPath('/api/v10/channels/:channel/messages/:id')).toBe(
      '/channels/{channel_id}/messages/{message_id}',
    )
    expect(documentedPath('/api/users/@me/guilds')).toBe('/users/@me/guilds')
    expect(documentedPath('/api/v10/attachments/refresh-urls')).toBe('/attachments/refresh-urls')
  })
})
