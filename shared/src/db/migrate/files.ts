import fs from 'node:fs'
import path from 'node:path'
import { readMigrationFiles } from 'drizzle-orm/migrator'

/** Where the generated migrations lie: one folder each with migration.sql, down.sql and snapshot.json. */
export const migrationsFolder = path.join(import.meta.dirname, '../migrations')

/** One step of the schema, oldest first. */
export type Migration = { name: string; hash: string; createdAtMs: number; statements: string[]; down: string[] | null }

/** All migrations the program brings, oldest first. */
export function listMigrations(folder = migrationsFolder): Migration[] {
  return readMigrationFiles({ migrationsFolder: folder }).map((file) => ({
    name: file.name,
    hash: file.hash,
    createdAtMs: file.folderMillis,
    statements: file.sql.map((statement) => statement.trim()).filter(Boolean),
    down: readDown(path.join(folder, file.name, 'down.sql')),
  }))
}

function readDown(file: string): string[] | null {
  if (!fs.existsSync(file)) return null
  const text = fs.readFileSync(file, 'utf8')
  return text
    .split('--> statement-breakpoint')
    .map((statement) => statement.trim())
    .filter(Boolean)
}
