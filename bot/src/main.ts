import { loadConfig } from '@dcs/shared/config'
import { createLogger, runProgram } from '@dcs/shared/core'
import { startBot } from './bot.ts'

const log = createLogger('bot')

await runProgram(log, async (signal) => {
  const config = loadConfig()
  log.level = config.logLevel
  const bot = await startBot(config, log, signal)
  log.info({ healthUrl: bot.healthUrl }, 'ready')
  return { ready: { healthUrl: bot.healthUrl }, failed: bot.refused, stop: bot.stop }
})
