import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '../../core/errors.ts'
import { startServer, stopServer } from './cluster.ts'
import { connect, connectWhenReady, leaseName, listOthers, type Connection } from './connection.ts'
import { getCredentials, type Credentials } from './credentials.ts'
import { withLock } from '../../core/lock.ts'
import { readPostmaster } from './postmaster.ts'

const restoreAttempts = 10
const goodbyeMs = 1_000

/** A connection to a server that runs now, and whether it was started for it. */
export type Reached = { connection: Connection; credentials: Credentials; startedByUs: boolean }

/** The file whose holder may start and stop the server of the directory. */
export function lockFile(directory: string): string {
  return path.join(directory, 'lock')
}

/** Connects to the server of the directory, which is started if it is not up. Call it under the lock. */
export async function reachServer(directory: string): Promise<Reached> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const startedByUs = readPostmaster(directory).state !== 'running'
    if (startedByUs) await startServer(directory)
    const now = readPostmaster(directory)
    if (now.state !== 'running') continue
    const credentials = { ...getCredentials(directory), port: now.postmaster.port }
    const isAlive = () => readPostmaster(directory).state === 'running'
    const connection = await connectWhenReady(credentials, leaseName, isAlive)
    if (connection) return { connection, credentials, startedByUs }
  }
  throw new AppError('unavailable', `The embedded Postgres in ${directory} ended again and again; see its server.log.`)
}

/**
 * Keeps the server up while it is held: the last one to be released stops it, and one whose process is killed ends by itself.
 * It is a connection that does nothing. When a crash of the server takes it away, it is taken anew, with a restart if need be.
 */
export class Lease {
  readonly #directory: string
  #connection: Connection | null = null
  #releasing: Promise<void> | null = null

  /** Call it under the lock that the connection was made under. */
  constructor(directory: string, connection: Connection) {
    this.#directory = directory
    this.#hold(connection)
  }

  /** From here on the lease does not keep this process alive. */
  unref(): void {
    this.#connection?.socket.unref()
  }

  /** Gives up the lease, and stops the server if nobody else is connected. Close your own pools first. */
  release(): Promise<void> {
    this.#releasing ??= withLock(lockFile(this.#directory), () => this.#end()).finally(() => this.#disconnect())
    return this.#releasing
  }

  #hold(connection: Connection): void {
    this.#connection = connection
    connection.client.once('end', () => {
      if (this.#connection !== connection) return
      this.#connection = null
      void this.#restore()
    })
  }

  async #restore(): Promise<void> {
    for (let attempt = 0; attempt < restoreAttempts && !this.#releasing; attempt++)
      try {
        return await withLock(lockFile(this.#directory), async () => {
          const stoppedOnPurpose = readPostmaster(this.#directory).state === 'stopped'
          if (this.#releasing || stoppedOnPurpose) return
          this.#hold((await reachServer(this.#directory)).connection)
          this.unref()
        })
      } catch {
        await wait(1_000, undefined, { ref: false }) // programs see the failure in their own queries; the next attempt may succeed
      }
  }

  async #end(): Promise<void> {
    const now = readPostmaster(this.#directory)
    if (now.state !== 'running') return
    const credentials = { ...getCredentials(this.#directory), port: now.postmaster.port }
    const observer = await connect(credentials, 'dcs-release').catch(() => null)
    if (!observer) return
    const isIdle = await this.#leave(observer).finally(() => observer.client.end())
    if (isIdle) await stopServer(this.#directory)
  }

  /** Ends our connection, waits until the server noticed, and says whether nobody else is left. */
  async #leave(observer: Connection): Promise<boolean> {
    const ownPid = this.#connection?.pid
    await this.#disconnect()
    for (const deadline = Date.now() + goodbyeMs; ; await wait(10)) {
      const others = await listOthers(observer)
      if (others.length === 0) return true
      const isGone = others.every(({ pid }) => pid !== ownPid)
      if (isGone && others.some(({ isLease }) => isLease)) return false
      if (Date.now() > deadline) return false // pools that were closed a moment ago had time to go
    }
  }

  async #disconnect(): Promise<void> {
    const connection = this.#connection
    this.#connection = null
    connection?.socket.ref()
    await connection?.client.end().catch(() => {})
  }
}
