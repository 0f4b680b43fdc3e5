import pg from 'pg'
import { afterAll, beforeAll, vi } from 'vitest'
import { closeDb, database, initDb, upsertChannels, upsertGuilds, type ChannelSnapshot } from '../../src/db/index.ts'
import { createMigratedDatabase } from '../test-database.ts'

/** Connects the tests of a file to a database of their own. */
export function useDatabase(poolMax = 20): { url: () => string } {
  let url = ''
  let drop = async () => {}
  beforeAll(async () => {
    ;({ url, drop } = await createMigratedDatabase())
    await initDb({ url, poolMax, migrate: false })
  })
  afterAll(async () => {
    await closeDb()
    await drop()
  })
  return { url: () => url }
}

let lastId = 1_000_000_000_000_000_000n

/** An id nobody has yet; above 2^53, so that a number would lose its end. */
export function newId(): string {
  return String(++lastId)
}

/** Rows of a statement, on a connection of the pool. */
export async function rows(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  return (await database().$client.query(text, values)).rows
}

/** The only row of a statement. */
export async function row(text: string, values: unknown[] = []): Promise<Record<string, unknown>> {
  const [first, ...more] = await rows(text, values)
  if (!first || more.length > 0) throw new Error(`${more.length + (first ? 1 : 0)} rows instead of one`)
  return first
}

/** Stores a guild and returns its id. */
export async function newGuild(): Promise<string> {
  const id = newId()
  await upsertGuilds([{ id, name: `guild ${id}` }])
  return id
}

/** Stores a channel, of a new guild unless one is given, and returns its id. */
export async function newChannel(guildId?: string, more: Partial<ChannelSnapshot> = {}): Promise<string> {
  const id = newId()
  await upsertChannels([{ id, name: `channel ${id}`, type: 'text', ...more, guildId: guildId ?? (await newGuild()) }])
  return id
}

/** The statements that `work` sends to the server, in order. */
export async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const spy = vi.spyOn(pg.Client.prototype, 'query')
  try {
    await work()
    return spy.mock.calls.map(([query]) => (typeof query === 'string' ? query : (query as { text: string }).text))
  } finally {
    spy.mockRestore()
  }
}

/** Runs `work` so many times at once. */
export async function atOnce<T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => work(index)))
}
