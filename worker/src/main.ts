import { loadConfig } from '@dcs/shared/config'
import { createLogger, runProgram } from '@dcs/shared/core'
import { startWorker } from './worker.ts'

const log = createLogger('worker')

await runProgram(log, async () => {
  const config = loadConfig()
  log.level = config.logLevel
  const worker = await startWorker(config, log)
  log.info('ready')
  return { ready: {}, stop: worker.stop }
})
