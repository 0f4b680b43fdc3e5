import { database } from '@dcs/shared/db'
import { MINUTE, SECOND } from '@dcs/shared/core'
import type { RateBudgetState } from '@dcs/shared/discord'
import type { GatewayState } from '../gateway/gateway.ts'

type Part = { status: 'up' | 'down'; latencyMs: number | null; problem: string | null }

/** What GET /health answers. */
export type HealthReport = { status: 'ok' | 'down'; gateway: Part; database: Part; requests: Part }

/** Discord asks for a heartbeat every 41 s; two missed ones mean that nobody is there. */
const ACK_MAX_AGE_MS = 2 * MINUTE
const DATABASE_TIMEOUT_MS = 2 * SECOND

/** Looks now: whether the gateway is connected and answers heartbeats, and whether the database answers a query, and whether requests are sent. */
export async function checkHealth(state: GatewayState, budget: RateBudgetState): Promise<HealthReport> {
  const [gateway, db, requests] = [gatewayPart(state), await databasePart(), requestsPart(budget)]
  const isUp = [gateway, db, requests].every((part) => part.status === 'up')
  return { status: isUp ? 'ok' : 'down', gateway, database: db, requests }
}

function requestsPart({ stoppedUntil, invalidLast10Minutes }: RateBudgetState): Part {
  if (!stoppedUntil) return { status: 'up', latencyMs: null, problem: null }
  const problem = `stopped until ${stoppedUntil.toISOString()}: Discord refused ${invalidLast10Minutes} in 10 minutes`
  return { status: 'down', latencyMs: null, problem }
}

function gatewayPart({ isReady, lastAckAt, latencyMs, problem }: GatewayState): Part {
  if (!isReady) return { status: 'down', latencyMs: null, problem: problem ?? 'not connected to Discord yet' }
  if (lastAckAt === null || Date.now() - lastAckAt > ACK_MAX_AGE_MS) {
    return { status: 'down', latencyMs: null, problem: 'Discord does not answer heartbeats' }
  }
  return { status: 'up', latencyMs, problem: null }
}

async function databasePart(): Promise<Part> {
  const begun = performance.now()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('it does not answer in time')), DATABASE_TIMEOUT_MS)
  })
  try {
    await Promise.race([database().execute('select 1'), late])
    return { status: 'up', latencyMs: Math.round(performance.now() - begun), problem: null }
  } catch (error) {
    return { status: 'down', latencyMs: null, problem: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
  }
}
