import fs from 'node:fs'
import path from 'node:path'
import { renderEnvExample, renderEnvReference, repositoryRoot } from '@dcs/shared/config'
import { modelsDifferFromMigrations } from '@dcs/shared/db'
import { renderDefaultSettingsFile, renderSettingsReference } from '@dcs/shared/settings/generate'

/** Files made from code, and how. */
const GENERATED: Record<string, () => string> = {
  '.env.example': renderEnvExample,
  'docs/reference/env.md': renderEnvReference,
  'docs/reference/settings.md': renderSettingsReference,
  'settings.default.jsonc': renderDefaultSettingsFile,
}

/** Writes the generated files and returns the names of those that changed. */
export function writeGenerated(): string[] {
  const changed = Object.keys(GENERATED).filter((file) => read(file) !== GENERATED[file]?.())
  for (const file of changed) {
    const target = path.join(repositoryRoot, file)
    fs.mkdirSync(path.dirname(target), { recursive: true })
    fs.writeFileSync(target, GENERATED[file]?.() ?? '')
  }
  return changed
}

/** Names of generated files that are not what the code would make now; `shared/src/db/migrations` when the models have changed since. */
export async function staleFiles(): Promise<string[]> {
  const files = Object.keys(GENERATED).filter((file) => read(file) !== GENERATED[file]?.())
  return (await modelsDifferFromMigrations())
    ? [...files, 'shared/src/db/migrations (npm run dcs -- db generate <name>)']
    : files
}

function read(file: string): string | null {
  const target = path.join(repositoryRoot, file)
  return fs.existsSync(target) ? fs.readFileSync(target, 'utf8') : null
}
