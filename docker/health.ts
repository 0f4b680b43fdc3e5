import { loadConfig } from '@dcs/shared/config'
import { closeDb, initDb, listRunningPrograms } from '@dcs/shared/db'

// Exit code 0 when the program of this container works. Bot and interface are asked; the worker has no port, so the database is.
const [program] = process.argv.slice(2)

process.exitCode = (await check()) ? 0 : 1

async function check(): Promise<boolean> {
  const config = loadConfig()
  if (program === 'bot') return answers(`http://127.0.0.1:${config.bot.port}/health`, config.bot.apiToken)
  // The page itself, not /api/health: a bot that is down must not make the interface's container unhealthy.
  if (program === 'interface') return answers(`http://127.0.0.1:${config.interface.port}/`)
  await initDb({ applicationName: 'dcs-health', poolMax: 1, migrate: false })
  try {
    return (await listRunningPrograms()).some((running) => running.program === program && running.isHealthy)
  } finally {
    await closeDb()
  }
}

async function answers(url: string, token?: string): Promise<boolean> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const signal = AbortSignal.timeout(5_000)
  const response = await fetch(url, { headers, signal, redirect: 'manual' }).catch(() => null)
  return response !== null && response.status < 400
}
