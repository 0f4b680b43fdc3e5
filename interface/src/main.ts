import http from 'node:http'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '@dcs/shared/config'
import { AppError, createLogger, runProgram } from '@dcs/shared/core'
import { createNextApp } from './server/next-app.ts'
import { prepareRequest } from './server/page-headers.ts'
import { startServerSide } from './server/server.ts'

const { values } = parseArgs({
  options: {
    host: { type: 'string' },
    port: { type: 'string' },
    dev: { type: 'boolean', default: false },
  },
})
const dir = path.resolve(import.meta.dirname, '..')

const config = loadConfig()
await runProgram(createLogger('interface', config.logLevel), async () => {
  const hostname = values.host ?? config.interface.host
  const port = values.port === undefined ? config.interface.port : Number(values.port)
  const serverSide = startServerSide(config)
  const app = createNextApp({ dev: values.dev, dir, hostname, port })
  const stopParts = async () => {
    await app.close()
    await serverSide.stop()
  }
  try {
    await app.prepare()
    const handle = app.getRequestHandler()
    const server = http.createServer((request, response) => {
      if (!prepareRequest(request, response, config, { isDev: values.dev })) void handle(request, response)
    })
    // Reloading in development comes over a WebSocket.
    const upgrade = app.getUpgradeHandler()
    server.on('upgrade', (request, socket, head) => void upgrade(request, socket, head))
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) =>
        reject(new AppError('conflict', `Port ${port} on ${hostname} cannot be used by the interface.`, { cause })),
      )
      server.listen(port, hostname, resolve)
    })
    return {
      ready: { url: `http://${hostname}:${port}` },
      stop: async () => {
        const closed = new Promise((resolve) => server.close(resolve))
        server.closeAllConnections()
        await closed
        await stopParts()
      },
    }
  } catch (error) {
    // What was opened would keep the process from ending.
    await stopParts().catch(() => {})
    throw error
  }
})
