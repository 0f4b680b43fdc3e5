import type { ClientBase } from 'pg'
import { AppError } from '../../core/errors.ts'
import { listMigrations, type Migration } from './files.ts'
import { readHistory, removeFromHistory } from './history.ts'
import { inMigrationTransaction } from './lock.ts'
import { requireKnown } from './migrate.ts'

/** What a rollback undid, and the tables whose rows it kept a copy of. */
export type RollbackReport = { undone: string[]; kept: { table: string; rows: number }[] }

/** The schema that keeps copies of what a rollback takes away. */
export const KEPT_SCHEMA = 'dcs_kept'

/**
 * Undoes the newest `count` migrations in one transaction. Tables that lose rows or columns are copied to the schema `dcs_kept` first.
 * The first migration is the original's own tables and is never undone: throws `conflict`.
 */
export async function rollback(
  client: ClientBase,
  count = 1,
  migrations: Migration[] = listMigrations(),
): Promise<RollbackReport> {
  return inMigrationTransaction(client, async () => {
    const history = await readHistory(client)
    requireKnown(history, migrations)
    const undo = history.slice(Math.max(0, history.length - count)).toReversed()
    if (undo.length === 0)
      throw new AppError('conflict', 'There is nothing to roll back: no migration has been applied.')
    if (undo.some(({ name }) => name === migrations[0]?.name)) {
      throw new AppError(
        'conflict',
        `${migrations[0]?.name} made or adopted the original's six tables and is never rolled back, because that would delete them. ` +
          `At most ${history.length - 1} can be rolled back here. The original's code runs against the database as it is.`,
      )
    }
    const kept: RollbackReport['kept'] = []
    const copied = new Set<string>()
    for (const { name } of undo) {
      const migration = migrations.find((candidate) => candidate.name === name)
      if (!migration?.down)
        throw new AppError('conflict', `Migration ${name} has no down.sql and cannot be rolled back.`)
      kept.push(...(await keepRows(client, migration.down, copied)))
      for (const statement of migration.down) await client.query(statement)
      await removeFromHistory(client, name)
    }
    return { undone: undo.map(({ name }) => name), kept }
  })
}

/** `copied` are tables that an earlier step copied already, with more columns than they have now. */
async function keepRows(
  client: ClientBase,
  down: readonly string[],
  copied: Set<string>,
): Promise<RollbackReport['kept']> {
  const kept: RollbackReport['kept'] = []
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 17)
  for (const table of losingTables(down)) {
    if (copied.has(table)) continue
    copied.add(table)
    const { rows } = await client.query<{ rows: string }>(`select count(*) as rows from ${table}`)
    const count = Number(rows[0]?.rows ?? 0)
    if (count === 0) continue
    await client.query(`create schema if not exists ${KEPT_SCHEMA}`)
    const copy = `${KEPT_SCHEMA}."${table.replaceAll('"', '').replace('.', '_')}_${stamp}"`
    // As JSON, because the types of the columns may be dropped with the table.
    await client.query(`create table ${copy} as select to_jsonb(kept) as row from ${table} kept`)
    kept.push({ table: copy.replaceAll('"', ''), rows: count })
  }
  return kept
}

function losingTables(down: readonly string[]): Set<string> {
  const found = down.flatMap((statement) => [
    ...statement.matchAll(/^\s*drop table (?:if exists )?((?:"\w+"\.)?"\w+")/gim),
    ...statement.matchAll(/^\s*alter table ((?:"\w+"\.)?"\w+") drop column/gim),
  ])
  return new Set(found.map(([, table]) => table ?? '').filter(Boolean))
}
