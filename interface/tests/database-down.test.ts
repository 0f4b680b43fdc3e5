import { expect, it } from 'vitest'
import { loadConfig } from '@dcs/shared/config'
import { serverSide } from '../src/lib/server-side.ts'
import { startServerSide } from '../src/server/server.ts'

it('says in words that the database is down, on pages and in the API, and starts all the same', async () => {
  Object.assign(process.env, { POSTGRES_DSN: 'postgres://nobody:x@127.0.0.1:1/none', LOG_LEVEL: 'silent' })
  const server = startServerSide(loadConfig())
  const { routes, pages } = serverSide()

  const health = await routes.health(new Request('http://127.0.0.1:3000/api/health'), {})
  expect(health.status).toBe(503)
  expect(await health.json()).toMatchObject({
    status: 'down',
    parts: { database: { status: 'down', reason: 'cannot be reached' }, interface: { status: 'up' } },
  })

  const clips = await routes.clips(new Request('http://127.0.0.1:3000/api/clips'), {})
  expect(clips.status).toBe(503)
  expect(clips.headers.get('retry-after')).toBe('5')
  expect(await clips.json()).toEqual({
    error: { code: 'unavailable', message: 'The database cannot be reached right now. Try again in a moment.' },
  })

  expect(await pages.library(new Headers(), undefined)).toMatchObject({ outcome: 'problem' })
  await server.stop()
})
