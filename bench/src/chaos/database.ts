import { sleep } from '@dcs/shared/core'
import { embeddedPostgresStatus } from '@dcs/shared/db'
import pg from 'pg'
import type { Killed } from './programs.ts'

const CONNECT_TIMEOUT_MS = 3_000
const QUERY_TIMEOUT_MS = 20_000

/** Looks at the database of a folder and ends its processes. Holds no lease: the programs must look after the server themselves. */
export class ScratchServer {
  readonly #directory: string
  #client: pg.Client | null = null

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Address of the server now; throws when it is not up. */
  async url(): Promise<string> {
    const { state, url } = await embeddedPostgresStatus(this.#directory)
    if (state !== 'running' || url === undefined) throw new Error('The database is down.')
    return url
  }

  /** Rows of a statement; throws while the server is down. */
  async rows<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = (this.#client ??= await this.#connect())
    try {
      return (await client.query<Row>(text, values)).rows
    } catch (error) {
      await this.disconnect()
      throw error
    }
  }

  /** The same, until it works. */
  async rowsWhenUp<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    for (;;) {
      try {
        return await this.rows<Row>(text, values)
      } catch (error) {
        // A wrong statement does not become right.
        if (error instanceof pg.DatabaseError && error.code?.startsWith('42')) throw error
        await sleep(100)
      }
    }
  }

  async isUp(): Promise<boolean> {
    return this.rows('select 1').then(
      () => true,
      () => false,
    )
  }

  /** SIGKILL of the whole server; null when it was not up. */
  async killServer(): Promise<Killed | null> {
    const { state, pid } = await embeddedPostgresStatus(this.#directory)
    if (state !== 'running' || pid === undefined || !(await this.isUp())) return null
    return this.#kill(pid)
  }

  /** SIGKILL of one connection of a program; the server then ends all connections and recovers. */
  async killConnection(choose: (pids: readonly number[]) => number): Promise<Killed | null> {
    const rows = await this.rows<{ pid: number }>(
      `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() order by application_name, backend_start`,
    ).catch(() => [])
    return rows.length === 0 ? null : this.#kill(choose(rows.map(({ pid }) => pid)))
  }

  async disconnect(): Promise<void> {
    const client = this.#client
    this.#client = null
    await client?.end().catch(() => {})
  }

  async #kill(pid: number): Promise<Killed> {
    const begun = performance.now()
    process.kill(pid, 'SIGKILL')
    // The connection at hand may not have noticed yet.
    await this.disconnect()
    const back = async () => {
      do await sleep(50)
      while (!(await this.isUp()))
      return performance.now() - begun
    }
    return { backAfter: back() }
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: await this.url(),
      application_name: 'dcs-chaos',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
    })
    client.on('error', () => {
      if (this.#client === client) this.#client = null
    })
    await client.connect()
    return client
  }
}
