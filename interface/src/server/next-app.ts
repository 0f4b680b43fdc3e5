import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { Duplex } from 'node:stream'

/** The part of Next's own server that we use. */
export type NextApp = {
  prepare: () => Promise<void>
  getRequestHandler: () => (request: IncomingMessage, response: ServerResponse) => Promise<void>
  getUpgradeHandler: () => (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>
  close: () => Promise<void>
}

// Next's types are made for bundlers: as an ES module they do not say that it can be called, and they change `process.env` for everybody.
const next = createRequire(import.meta.url)('next') as (options: {
  dev: boolean
  dir: string
  hostname: string
  port: number
  httpServer: http.Server
}) => NextApp

/** Next, for the pages in `dir`. */
export function createNextApp(options: Omit<Parameters<typeof next>[0], 'httpServer'>): NextApp {
  // At the first request Next would listen to our server for WebSockets by itself. It gets one that nobody connects to.
  return next({ ...options, httpServer: http.createServer() })
}
