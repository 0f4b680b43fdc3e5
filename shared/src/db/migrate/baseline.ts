import type { ClientBase } from 'pg'
import { AppError } from '../../core/errors.ts'
import { listMigrations, type Migration } from './files.ts'
import { addToHistory, ensureHistory, readHistory } from './history.ts'
import { inMigrationTransaction } from './lock.ts'

/**
 * Records migrations as applied without running them, for a database that has our tables but lost its history (a partial restore).
 * Up to and including `upTo`, or all. Throws `conflict` when a table they make is missing or a history exists.
 */
export async function baseline(
  client: ClientBase,
  upTo?: string,
  migrations: Migration[] = listMigrations(),
): Promise<string[]> {
  const last = upTo === undefined ? migrations.length - 1 : migrations.findIndex(({ name }) => name === upTo)
  if (last < 0)
    throw new AppError(
      'invalid-input',
      `There is no migration ${upTo}. Known: ${migrations.map(({ name }) => name).join(', ')}.`,
    )
  const chosen = migrations.slice(0, last + 1)
  return inMigrationTransaction(client, async () => {
    const history = await readHistory(client)
    if (history.length > 0)
      throw new AppError(
        'conflict',
        `The database already has a history (${history.length} migrations); see npm run dcs -- db status.`,
      )
    const missing = await missingTables(client, chosen)
    if (missing.length > 0) {
      throw new AppError(
        'conflict',
        `The database does not have what ${chosen.at(-1)?.name} makes: ${missing.join(', ')}. Use npm run dcs -- db migrate instead.`,
      )
    }
    await ensureHistory(client)
    for (const migration of chosen) await addToHistory(client, migration)
    return chosen.map(({ name }) => name)
  })
}

async function missingTables(client: ClientBase, migrations: readonly Migration[]): Promise<string[]> {
  const made = migrations.flatMap(({ statements }) =>
    statements.flatMap((text) =>
      [...text.matchAll(/create table ((?:"\w+"\.)?"\w+")/gi)].map(([, name]) => name ?? ''),
    ),
  )
  const { rows } = await client.query<{ name: string }>(
    'select name from unnest($1::text[]) as name where to_regclass(name) is null',
    [made],
  )
  return rows.map(({ name }) => name.replaceAll('"', ''))
}
