import { listRunningPrograms, type RunningProgram } from '@dcs/shared/db'
import { getContext } from './context.ts'

/** The state of one part of the product. */
export type PartHealth = {
  status: 'up' | 'down'
  reason?: string
  instances?: number
  detail?: Record<string, unknown>
}

/** The state of the product: down when one part is. */
export type ProductHealth = {
  status: 'ok' | 'down'
  parts: Record<'database' | 'bot' | 'worker' | 'interface', PartHealth>
}

const TIMEOUT_MS = 2_500

/** Looks at every part. Answers within three seconds, also when the database hangs. */
export async function checkHealth(): Promise<ProductHealth> {
  const programs = await askDatabase()
  const isDatabaseUp = Array.isArray(programs)
  const unknown: PartHealth = { status: 'down', reason: 'not known: the database does not answer' }
  const parts: ProductHealth['parts'] = {
    database: isDatabaseUp ? { status: 'up' } : { status: 'down', reason: programs },
    bot: isDatabaseUp ? toPart('bot', programs) : unknown,
    worker: isDatabaseUp ? toPart('worker', programs) : unknown,
    interface: { status: 'up' },
  }
  const isUp = Object.values(parts).every((part) => part.status === 'up')
  return { status: isUp ? 'ok' : 'down', parts }
}

/** One part, from what its running instances report: up when one of them is healthy. */
export function toPart(program: string, programs: readonly RunningProgram[]): PartHealth {
  const instances = programs.filter((running) => running.program === program)
  const best = instances.find((running) => running.isHealthy) ?? instances[0]
  if (!best) return { status: 'down', reason: 'not running' }
  const common = { instances: instances.length, detail: best.detail }
  return best.isHealthy
    ? { status: 'up', ...common }
    : { status: 'down', reason: 'running, but not healthy', ...common }
}

async function askDatabase(): Promise<RunningProgram[] | string> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, TIMEOUT_MS, 'does not answer')
  })
  try {
    return await Promise.race([getContext().then(() => listRunningPrograms()), timeout])
  } catch {
    return 'cannot be reached'
  } finally {
    clearTimeout(timer)
  }
}
