import fs from 'node:fs'
import path from 'node:path'
import { AppError } from '../../core/errors.ts'
import { wayOut } from './binaries.ts'
import { findVersion, stopServer } from './cluster.ts'
import { ensureDatabase } from './connection.ts'
import { getCredentials, toUrl } from './credentials.ts'
import { Lease, lockFile, reachServer } from './lease.ts'
import { withLock } from '../../core/lock.ts'
import { readPostmaster } from './postmaster.ts'

/** A Postgres server of our own, shared by every process that opened the same directory. */
export type EmbeddedPostgres = {
  /** Connection string of the database. */
  url: string
  /** Whether this call started the server; false when it was up already. */
  startedByUs: boolean
  /** Ends our use of the server and stops it if nobody else is connected. Close your own connections first. */
  release(): Promise<void>
}

/** Whether a directory holds a server, and how to reach it. */
export type EmbeddedPostgresStatus = {
  state: 'absent' | 'stopped' | 'running'
  pid?: number
  port?: number
  url?: string
  /** Major version. */
  version?: string
}

/** Opens the Postgres server that lives in `directory`; creates and starts it where needed. Safe from any number of processes at once. */
export async function openEmbeddedPostgres(
  directory: string,
  { database = 'dcs' }: { database?: string } = {},
): Promise<EmbeddedPostgres> {
  return namingFileErrors(directory, async () => {
    requirePlainPath(directory)
    fs.mkdirSync(directory, { recursive: true })
    const home = fs.realpathSync(directory)
    let lease: Lease | undefined
    try {
      return await withLock(lockFile(home), async () => {
        const { connection, credentials, startedByUs } = await reachServer(home)
        const held = (lease = new Lease(home, connection))
        await ensureDatabase(connection, database)
        held.unref()
        return { url: toUrl(credentials, database), startedByUs, release: () => held.release() }
      })
    } catch (error) {
      await lease?.release().catch(() => {})
      throw error
    }
  })
}

/** Says what is in the directory. Starts nothing. */
export async function embeddedPostgresStatus(
  directory: string,
  { database = 'dcs' }: { database?: string } = {},
): Promise<EmbeddedPostgresStatus> {
  return namingFileErrors(directory, async () => {
    const version = findVersion(directory)
    if (version === null) return { state: 'absent' }
    const now = readPostmaster(directory)
    if (now.state !== 'running') return { state: 'stopped', version }
    const credentials = { ...getCredentials(directory), port: now.postmaster.port }
    return { state: 'running', ...now.postmaster, url: toUrl(credentials, database), version }
  })
}

/** Stops the server of the directory even when others use it. False when it was not running. */
export async function stopEmbeddedPostgres(directory: string): Promise<boolean> {
  return namingFileErrors(directory, async () => {
    if (findVersion(directory) === null) return false
    const home = fs.realpathSync(directory)
    return withLock(lockFile(home), async () => {
      if (readPostmaster(home).state !== 'running') return false
      await stopServer(home)
      return true
    })
  })
}

/** Postgres' own tools hand paths to a shell in double quotes. */
function requirePlainPath(directory: string): void {
  if (process.platform === 'win32' || !/["$`\\\n]/.test(path.resolve(directory))) return
  const problem = `${directory} cannot hold the embedded Postgres: its path has one of the characters " $ \` \\ in it.`
  throw new AppError('invalid-input', `${problem} Choose another data directory. ${wayOut}`)
}

async function namingFileErrors<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { code, path: file } = error as NodeJS.ErrnoException
    if (!file || error instanceof AppError) throw error
    const reason = code === 'EACCES' || code === 'EPERM' ? ' It may belong to another user.' : ''
    throw new AppError('invalid-input', `Cannot use ${directory} for the embedded Postgres.${reason}`, { cause: error })
  }
}
