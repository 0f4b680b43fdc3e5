import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { SECOND } from '../core/time.ts'
import { getConfig } from './config.ts'
import { putHeartbeat } from './repositories/heartbeats.repo.ts'

/** What a program says about itself. */
export type Health = { isHealthy: boolean; detail: Record<string, unknown> }

const INTERVAL_MS = 3 * SECOND

/**
 * Reports the health of a program every few seconds, on a connection of its own: when the program dies, the connection closes and everybody sees it
 * at once. A lost connection is opened again.
 */
export async function startHeartbeat(
  program: string,
  check: () => Health | Promise<Health>,
): Promise<{ beat: () => Promise<void>; stop: () => Promise<void> }> {
  const instanceId = randomUUID()
  let client: pg.Client | null = null
  let running: Promise<void> = Promise.resolve()

  const beatOnce = async () => {
    if (!client) {
      const opened = new pg.Client({ connectionString: getConfig().url, application_name: `dcs-heartbeat-${program}` })
      opened.on('error', () => {})
      opened.on('end', () => {
        client = null
      })
      await opened.connect()
      client = opened
    }
    await putHeartbeat(client, { instanceId, program, ...(await check()) })
  }
  const beat = () => (running = running.then(beatOnce))

  await beat()
  // A beat that fails is missed; the next one opens a new connection if need be.
  const timer = setInterval(
    () =>
      void (running = running
        .catch(() => {})
        .then(beatOnce)
        .catch(() => {})),
    INTERVAL_MS,
  )
  return {
    beat,
    stop: async () => {
      clearInterval(timer)
      await running.catch(() => {})
      await client?.query('delete from program_heartbeats where instance_id = $1', [instanceId]).catch(() => {})
      await client?.end()
    },
  }
}
