import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { migrate } from '../src/db/migrate/migrate.ts'

/** A database of its own for a test file. */
export type TestDatabase = { url: string; drop: () => Promise<void> }

/** An empty database. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return create('')
}

/** A database with our tables, copied from one that is migrated once per run. */
export async function createMigratedDatabase(): Promise<TestDatabase> {
  return create(` template ${await ensureTemplate()}`)
}

/** Runs statements on a connection of its own. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function create(template: string): Promise<TestDatabase> {
  const server = inject('testServerUrl')
  const name = `dcs_test_${randomBytes(6).toString('hex')}`
  await withClient(server, (client) => client.query(`create database ${name}${template}`))
  return {
    url: urlOf(server, name),
    drop: () =>
      withClient(server, async (client) => void (await client.query(`drop database if exists ${name} with (force)`))),
  }
}

const TEMPLATE = 'dcs_test_template'

/** Test files run in several processes: the lock makes the first one migrate and the others wait for it. */
async function ensureTemplate(): Promise<string> {
  const server = inject('testServerUrl')
  await withClient(server, async (client) => {
    await client.query(`select pg_advisory_lock(hashtext('dcs:test-template'))`)
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1 and datistemplate', [
      TEMPLATE,
    ])
    if (rowCount) return
    await client.query(`drop database if exists ${TEMPLATE}`)
    await client.query(`create database ${TEMPLATE}`)
    await withClient(urlOf(server, TEMPLATE), (template) => migrate(template))
    await client.query(`alter database ${TEMPLATE} is_template true`)
  })
  return TEMPLATE
}

function urlOf(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
