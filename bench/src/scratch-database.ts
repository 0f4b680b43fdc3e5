import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { loadConfig } from '@dcs/shared/config'
import { closeDb, initDb } from '@dcs/shared/db'
import pg from 'pg'

/**
 * Connects to an empty database of our own with the product's tables: on the server of TEST_DATABASE_URL or of the product's settings, else on an
 * embedded one in a temporary folder. `remove` leaves nothing behind.
 */
export async function openScratchDatabase(): Promise<{ remove: () => Promise<void> }> {
  const configured = loadConfig().database
  const server = process.env.TEST_DATABASE_URL ?? (configured.kind === 'server' ? configured.url : undefined)
  return server ? onServer(server) : inFolder()
}

async function inFolder() {
  const directory = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'dcs-bench-'))
  // The server runs as another user when we are root.
  fs.chmodSync(directory, 0o755)
  const remove = async () => {
    await closeDb()
    fs.rmSync(directory, { recursive: true, force: true })
  }
  return openOr(remove, { directory })
}

async function onServer(server: string) {
  const name = `dcs_bench_${randomBytes(6).toString('hex')}`
  const run = async (statement: string) => {
    const client = new pg.Client(server)
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
  await run(`create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const remove = async () => {
    await closeDb()
    await run(`drop database if exists ${name} with (force)`)
  }
  return openOr(remove, { url: url.href })
}

async function openOr(remove: () => Promise<void>, options: Parameters<typeof initDb>[0]) {
  try {
    await initDb({ ...options, applicationName: 'dcs-bench' })
    return { remove }
  } catch (error) {
    await remove()
    throw error
  }
}
