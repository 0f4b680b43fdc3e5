import http from 'node:http'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '@dcs/shared/config'
import { AppError, createLogger, runProgram } from '@dcs/shared/core'
import { createNextApp } from './server/next-app.ts'
import { createRequestGuard } from './server/request-guard.ts'
import { startServerSide } from './server/server.ts'

const { values } = parseArgs({
  options: {
    host: { type: 'string' },
    port: { type: 'string' },
    dev: { type: 'boolean', default: false },
  },
})
const dir = path.resolve(import.meta.dirname, '..')

// How long somebody may take to send a request, and how much of it may be headers.
const SLOWEST = { headersTimeout: 15_000, requestTimeout: 30_000, maxHeaderSize: 16 * 1024 }

const config = loadConfig()
const log = createLogger('interface', config.logLevel)
await runProgram(log, async () => {
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
    const guard = createRequestGuard(config, { isDev: values.dev })
    const server = http.createServer(SLOWEST, (request, response) => {
      void guard(request, response)
        .then((isAnswered) => (isAnswered ? undefined : handle(request, response)))
        .catch((error: unknown) => {
          log.error({ err: error }, 'a request could not be handled')
          response.destroy()
        })
    })
    // Reloading in development comes over a WebSocket. Who else asks for one gets an ordinary answer: Node keeps no limits of time on a socket that was handed over.
    if (values.dev) {
      const upgrade = app.getUpgradeHandler()
      server.on('upgrade', (request, socket, head) =>
        request.url?.startsWith('/_next/') ? void upgrade(request, socket, head) : socket.destroy(),
      )
    }
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
