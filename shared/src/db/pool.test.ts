import net from 'node:net'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { openPool } from './pool.ts'

/** What the server says when it goes away. */
const FATAL = (() => {
  const fields = Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0')
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
})()
/** ReadyForQuery, outside of transactions. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])

/** In front of the server: each connection is lost in the same breath in which it is ready. */
async function startDyingServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const real = new URL(inject('testServerUrl'))
  const server = net.createServer((socket) => {
    const upstream = net.connect(Number(real.port), real.hostname)
    upstream.on('data', (data) => {
      if (data.subarray(-READY.length).equals(READY)) socket.end(Buffer.concat([data, FATAL]))
      else socket.write(data)
    })
    socket.on('data', (data) => upstream.write(data))
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const)
      one.on('error', () => {}).on('close', () => other.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(real)
  url.port = String((server.address() as net.AddressInfo).port)
  return { url: url.href, stop: async () => void (await new Promise((resolve) => server.close(resolve))) }
}

const uncaught: unknown[] = []
const note = (error: unknown) => void uncaught.push(error)
let others: NodeJS.UncaughtExceptionListener[] = []

beforeEach(() => {
  others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException').on('uncaughtException', note)
})
afterEach(() => {
  process.off('uncaughtException', note)
  for (const listener of others) process.on('uncaughtException', listener)
})

it('outlives a server that goes away as a connection is handed out', async () => {
  const server = await startDyingServer()
  const pool = openPool({ connectionString: server.url, max: 2 })
  const use = async () => {
    const client = await pool.connect()
    try {
      return await client.query('select 1')
    } finally {
      client.release(true)
    }
  }
  for (let i = 0; i < 3; i++) await expect(use()).rejects.toThrow()
  await pool.end()
  await server.stop()
  expect(uncaught).toEqual([])
})
