import type { ClientBase } from 'pg'
import { listMigrations, type Migration } from './files.ts'
import { readHistory } from './history.ts'

/** One line of `dcs db status`. */
export type MigrationStatus = { name: string; state: 'applied' | 'pending' | 'unknown'; appliedAt: Date | null }

/** Every migration of the program or the database, oldest first; `unknown` ones are newer than the program. */
export async function migrationStatus(
  client: ClientBase,
  migrations: Migration[] = listMigrations(),
): Promise<MigrationStatus[]> {
  const history = await readHistory(client)
  const known = migrations.map(({ name }): MigrationStatus => {
    const applied = history.find((entry) => entry.name === name)
    return { name, state: applied ? 'applied' : 'pending', appliedAt: applied?.appliedAt ?? null }
  })
  const unknown = history.filter(({ name }) => migrations.every((migration) => migration.name !== name))
  return [...known, ...unknown.map(({ name, appliedAt }): MigrationStatus => ({ name, state: 'unknown', appliedAt }))]
}
