import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterEach, expect, it, vi } from 'vitest'
import { listRunningPrograms, putHeartbeat, startHeartbeat } from '../../src/db/index.ts'
import { rows, useDatabase } from './fixtures.ts'

const { url } = useDatabase()

afterEach(async () => {
  await rows('delete from program_heartbeats')
})

/** A program that has reported and can be killed. */
async function program(name: string, isHealthy = true) {
  const client = new pg.Client(url())
  client.on('error', () => {})
  await client.connect()
  const instanceId = randomUUID()
  await putHeartbeat(client, { instanceId, program: name, isHealthy, detail: { jobs: 1 } })
  return { client, instanceId }
}

it('lists the programs that run, with what they say about themselves', async () => {
  const worker = await program('worker')
  const bot = await program('bot', false)
  expect(await listRunningPrograms()).toEqual([
    { program: 'bot', instanceId: bot.instanceId, isHealthy: false, detail: { jobs: 1 }, seenAt: expect.any(Date) },
    {
      program: 'worker',
      instanceId: worker.instanceId,
      isHealthy: true,
      detail: { jobs: 1 },
      seenAt: expect.any(Date),
    },
  ])
  await Promise.all([worker.client.end(), bot.client.end()])
})

it('sees at once that a program died', async () => {
  const { client } = await program('worker')
  const [{ pid } = {}] = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows
  await rows('select pg_terminate_backend($1)', [pid])
  await vi.waitFor(async () => expect(await listRunningPrograms()).toEqual([]))
})

it('counts a program that no longer reports as unhealthy, and forgets it later', async () => {
  const { client } = await program('worker')
  await rows(`update program_heartbeats set seen_at = now() - interval '20 seconds'`)
  expect(await listRunningPrograms()).toMatchObject([{ program: 'worker', isHealthy: false }])
  await rows(`update program_heartbeats set seen_at = now() - interval '2 hours'`)
  expect(await listRunningPrograms()).toEqual([])
  expect(await rows('select from program_heartbeats')).toEqual([])
  await client.end()
})

it('does not take another connection for one that is gone, even with the same process number', async () => {
  const { client } = await program('worker')
  await rows(`update program_heartbeats set backend_start = backend_start - interval '1 hour'`)
  expect(await listRunningPrograms()).toEqual([])
  await client.end()
})

it('reports until it is stopped, also after its connection broke', async () => {
  let isHealthy = true
  const heartbeat = await startHeartbeat('bot', () => ({ isHealthy, detail: {} }))
  expect(await listRunningPrograms()).toMatchObject([{ program: 'bot', isHealthy: true }])
  isHealthy = false
  await heartbeat.beat()
  expect(await listRunningPrograms()).toMatchObject([{ program: 'bot', isHealthy: false }])

  const [before] = await rows('select backend_pid from program_heartbeats')
  await rows('select pg_terminate_backend(backend_pid) from program_heartbeats')
  await vi.waitFor(
    async () => {
      await heartbeat.beat()
      expect(await listRunningPrograms()).toMatchObject([{ program: 'bot' }])
      expect(await rows('select backend_pid from program_heartbeats')).not.toEqual([before])
    },
    { timeout: 10_000 },
  )

  await heartbeat.stop()
  expect(await listRunningPrograms()).toEqual([])
  expect(await rows('select from program_heartbeats')).toEqual([])
})
