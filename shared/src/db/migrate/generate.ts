import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { AppError } from '../../core/errors.ts'
import { migrationsFolder } from './files.ts'

/**
 * Writes the next migration from the models: migration.sql by drizzle-kit and, beside it, the down.sql that undoes it.
 * Returns the folder, or null when the models have not changed. A developer's tool: needs the development dependencies.
 */
export async function generateMigrationFiles(name: string): Promise<string | null> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
    throw new AppError(
      'invalid-input',
      `name: ${JSON.stringify(name)} must be lower-case words joined by "-", for example add-clip-tags.`,
    )
  }
  const before = listFolders()
  runKit(name, migrationsFolder)
  const added = listFolders().find((folder) => !before.includes(folder))
  if (added === undefined) return null
  const previous = before.at(-1)
  if (previous !== undefined) await writeDown(added, previous)
  return path.join(migrationsFolder, added)
}

/** True when a migration is missing: the models say something else than the migrations make. Writes nothing. */
export async function modelsDifferFromMigrations(): Promise<boolean> {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-migrations-'))
  try {
    fs.cpSync(migrationsFolder, copy, { recursive: true })
    runKit('check', copy)
    return fs.readdirSync(copy).length !== listFolders().length
  } finally {
    fs.rmSync(copy, { recursive: true, force: true })
  }
}

function runKit(name: string, out: string): void {
  const [root, kit] = [
    path.join(migrationsFolder, '../../..'),
    path.join(path.dirname(createRequire(import.meta.url).resolve('drizzle-kit')), 'bin.cjs'),
  ]
  const options = ['--dialect', 'postgresql', '--schema', './src/db/models/index.ts', '--out', out, '--name', name]
  const result = spawnSync(process.execPath, [kit, 'generate', ...options], { cwd: root, encoding: 'utf8' })
  if (result.error || result.status !== 0) {
    throw new AppError(
      'internal',
      `drizzle-kit could not generate a migration: ${result.error?.message ?? (result.stderr || result.stdout)}`,
    )
  }
}

async function writeDown(folder: string, previous: string): Promise<void> {
  const kit = await import('drizzle-kit/api-postgres')
  const snapshots = Object.fromEntries(listFolders().map((name) => [name, readSnapshot(name)]))
  const stateOf = (name: string) => kit.reconstruct(snapshots, snapshots[name]?.id)
  const statements = await kit.generateMigration(await stateOf(folder), await stateOf(previous))
  fs.writeFileSync(
    path.join(migrationsFolder, folder, 'down.sql'),
    `${statements.join('\n--> statement-breakpoint\n')}\n`,
  )
}

function listFolders(): string[] {
  return fs.readdirSync(migrationsFolder).toSorted()
}

function readSnapshot(folder: string): { id: string } {
  return JSON.parse(fs.readFileSync(path.join(migrationsFolder, folder, 'snapshot.json'), 'utf8'))
}
