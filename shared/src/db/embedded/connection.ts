import net from 'node:net'
import pg from 'pg'
import { sleep } from '../../core/time.ts'
import type { Credentials } from './credentials.ts'

/** One connection to the server's own `postgres` database, on a socket of ours so that it can be told not to keep the process alive. */
export type Connection = {
  client: pg.Client
  socket: net.Socket
  /** The process that serves it. */
  pid: number
}

/** Connects as the server's one role. Errors of the connection after that surface in its queries and its `end` event only. */
export async function connect({ port, password }: Credentials, applicationName: string): Promise<Connection> {
  const socket = new net.Socket()
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'dcs',
    password,
    database: 'postgres',
    application_name: applicationName,
    ssl: false,
    stream: () => socket,
    connectionTimeoutMillis: 10_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    return { client, socket, pid: rows[0]?.pid ?? 0 }
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/** Connects as soon as the server lets us in, which may take a while after a crash; null when `isAlive` says that it is gone. */
export async function connectWhenReady(
  credentials: Credentials,
  applicationName: string,
  isAlive: () => boolean,
): Promise<Connection | null> {
  const deadline = Date.now() + 60_000
  for (;;)
    try {
      return await connect(credentials, applicationName)
    } catch (error) {
      if (!isAlive()) return null
      if (isRefused(error) || Date.now() > deadline) throw error
      await sleep(50)
    }
}

/** A wrong password does not get better by waiting; starting up, shutting down and not listening yet do. */
function isRefused(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' && code.startsWith('28')
}

/** Creates the database if the server does not have it yet. Call it under the lock. */
export async function ensureDatabase({ client }: Connection, database: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [database])
  if (!rowCount) await client.query(`create database ${pg.escapeIdentifier(database)}`)
}

/** The process ids of the other client connections, and whether each is a lease. */
export async function listOthers({ client }: Connection): Promise<{ pid: number; isLease: boolean }[]> {
  const { rows } = await client.query<{ pid: number; isLease: boolean }>(
    `select pid, application_name = $1 as "isLease" from pg_stat_activity
     where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    [leaseName],
  )
  return rows
}

/** The application name by which leases are told from other connections. */
export const leaseName = 'dcs-lease'
