import fs from 'node:fs'
import path from 'node:path'
import { renderEnvExample, renderEnvReference, repositoryRoot } from '@dcs/shared/config'
import { modelsDifferFromMigrations } from '@dcs/shared/db'
import { renderDefaultSettingsFile, renderSettingsReference } from '@dcs/shared/settings/generate'

/** Files made from code, and how. */
const GENERATED: Record<string, () => string | Promise<string>> = {
  '.env.example': renderEnvExample,
  'docs/reference/env.md': renderEnvReference,
  'docs/reference/settings.md': renderSettingsReference,
  'settings.default.jsonc': renderDefaultSettingsFile,
  // Loaded only here, because an installation for production does not bring the twin.
  'discord-twin/DIFFERENCES.md': async () => (await import('@dcs/discord-twin')).renderDifferences(),
  'discord-twin/FAULTS.md': async () => (await import('@dcs/discord-twin')).renderFaults(),
}

/** Writes the generated files and returns the names of those that changed. */
export async function writeGenerated(): Promise<string[]> {
  const stale = await findStale()
  for (const [file, content] of stale) {
    const target = path.join(repositoryRoot, file)
    fs.mkdirSync(path.dirname(target), { recursive: true })
    fs.writeFileSync(target, content)
  }
  return stale.map(([file]) => file)
}

/** Names of generated files that are not what the code would make now; `shared/src/db/migrations` when the models have changed since. */
export async function staleFiles(): Promise<string[]> {
  const files = (await findStale()).map(([file]) => file)
  return (await modelsDifferFromMigrations())
    ? [...files, 'shared/src/db/migrations (npm run dcs -- db generate <name>)']
    : files
}

async function findStale(): Promise<[file: string, content: string][]> {
  const made = await Promise.all(
    Object.entries(GENERATED).map(async ([file, make]) => [file, await make()] as [string, string]),
  )
  return made.filter(([file, content]) => read(file) !== content)
}

function read(file: string): string | null {
  const target = path.join(repositoryRoot, file)
  return fs.existsSync(target) ? fs.readFileSync(target, 'utf8') : null
}
