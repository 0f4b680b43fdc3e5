import type { ClientBase } from 'pg'
import { AppError } from '../../core/errors.ts'
import { adoptDatabase, type Adoption } from '../adopt/adopt.ts'
import { listMigrations, type Migration } from './files.ts'
import { addToHistory, ensureHistory, readHistory, type Applied } from './history.ts'
import { inMigrationTransaction } from './lock.ts'

/** What a call of `migrate` did. */
export type MigrationReport = { adopted: Adoption; applied: string[] }

/**
 * Brings a database to our schema: an empty one, one of the original's two layouts, or one of ours that is behind.
 * One transaction under a lock, so any number of processes may call it at once and a failure leaves the database as it was.
 * Throws `conflict` when the database holds something we do not recognise or is newer than this program.
 */
export async function migrate(
  client: ClientBase,
  migrations: Migration[] = listMigrations(),
): Promise<MigrationReport> {
  if (isUpToDate(await readHistory(client), migrations)) return { adopted: 'none', applied: [] }
  return inMigrationTransaction(client, async () => {
    const history = await readHistory(client)
    requireKnown(history, migrations)
    const adopted = history.length === 0 ? await adoptDatabase(client) : 'none'
    await ensureHistory(client)
    const [first] = migrations
    if (adopted !== 'none' && first) await addToHistory(client, first)
    const present = new Set((await readHistory(client)).map(({ name }) => name))
    const pending = migrations.filter(({ name }) => !present.has(name))
    for (const migration of pending) await apply(client, migration)
    return { adopted, applied: pending.map(({ name }) => name) }
  })
}

/** Throws `conflict` when the database has migrations this program does not know. */
export function requireKnown(history: readonly Applied[], migrations: readonly Migration[]): void {
  const unknown = history.filter(({ name }) => migrations.every((migration) => migration.name !== name))
  if (unknown.length === 0) return
  throw new AppError(
    'conflict',
    `The database is newer than this program: it has ${unknown.map(({ name }) => name).join(', ')}. ` +
      'Start the newer version, or roll back with it first: npm run dcs -- db rollback.',
  )
}

function isUpToDate(history: readonly Applied[], migrations: readonly Migration[]): boolean {
  return history.length === migrations.length && migrations.every(({ name }, index) => history[index]?.name === name)
}

async function apply(client: ClientBase, migration: Migration): Promise<void> {
  for (const statement of migration.statements) {
    try {
      await client.query(statement)
    } catch (cause) {
      throw new AppError(
        'conflict',
        `Migration ${migration.name} could not be applied; the database was left as it was. Statement: ${statement.slice(0, 120)}`,
        { cause },
      )
    }
  }
  await addToHistory(client, migration)
}
