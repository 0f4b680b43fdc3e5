import fs from 'node:fs'
import path from 'node:path'
import { database } from '@dcs/shared/db'

/** Where a word was found, and how often. */
export type Found = { where: string; rows: number }

/** Looks for words in every column of every table, whatever its type, as text. */
export async function searchDatabase(words: readonly string[]): Promise<Found[]> {
  const pool = database().$client
  const { rows: columns } = await pool.query<{ schema: string; table: string; column: string }>(`
    select n.nspname as schema, c.relname as table, a.attname as column
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
      and a.attnum > 0 and not a.attisdropped order by 1, 2, a.attnum`)
  const found: Found[] = []
  for (const { schema, table, column } of columns) {
    const name = `${quote(schema)}.${quote(table)}`
    const patterns = words.map((word) => `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`)
    const { rows } = await pool.query<{ count: number }>(
      `select count(*)::int as count from ${name} where ${quote(column)}::text ilike any($1)`,
      [patterns],
    )
    const count = rows[0]?.count ?? 0
    if (count > 0) found.push({ where: `${schema}.${table}.${column}`, rows: count })
  }
  return found
}

/** Files below a folder whose path has one of these hashes. */
export function searchFolder(folder: string, hashes: ReadonlySet<string>): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(
      (file) =>
        [...file.matchAll(/[0-9a-f]{64}/g)].some(([hash]) => hashes.has(hash)) ||
        hashes.has(file.replaceAll(/[^0-9a-f]/g, '').slice(-64)),
    )
}

/** Lines of logs that have one of the words. */
export function searchLogs(folder: string, words: readonly string[]): string[] {
  return fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.log'))
    .flatMap((file) => fs.readFileSync(path.join(folder, file), 'utf8').split('\n'))
    .filter((line) => words.some((word) => line.toLowerCase().includes(word.toLowerCase())))
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
