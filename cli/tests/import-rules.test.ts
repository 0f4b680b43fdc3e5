import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../..')

// A file that breaks the rule, and the sentence the rule answers with.
const violations = [
  ['shared/src/core/planted.ts', '../db/config.ts', 'core imports nothing of ours'],
  ['shared/src/domain/planted.ts', '../db/config.ts', 'pure'],
  ['shared/src/domain/planted.ts', 'node:fs', 'pure'],
  ['shared/src/db/planted.ts', '../jobs/index.ts', 'The database knows only'],
  ['shared/src/jobs/planted.ts', '@dcs/bot', 'shared knows no program'],
  ['bot/src/planted.ts', '@dcs/worker', 'Programs talk through'],
  ['worker/src/jobs/planted.ts', '../../../bot/src/context.ts', 'Programs talk through'],
  ['worker/src/planted.ts', '@dcs/discord-twin', 'Product code never imports the twin'],
  ['interface/src/server/planted.ts', 'pg', 'SQL lives in'],
  ['bot/src/planted.ts', 'drizzle-orm', 'SQL lives in'],
  ['bot/src/planted.ts', '../../shared/src/db/config.ts', 'Import @dcs/shared'],
  ['interface/src/components/planted.tsx', '@dcs/shared/db', 'runs in a browser'],
  ['discord-twin/src/planted.ts', '@dcs/shared/core', 'stands alone'],
] as const

describe('import rules', () => {
  let folder: string

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-lint-'))
    fs.copyFileSync(path.join(root, '.oxlintrc.json'), path.join(folder, '.oxlintrc.json'))
  })
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

  it.each(violations)('%s must not import %s', (file, imported, sentence) => {
    const target = path.join(folder, file)
    fs.mkdirSync(path.dirname(target), { recursive: true })
    fs.writeFileSync(target, `import { planted } from '${imported}'\nexport const used = planted\n`)
    const oxlint = path.join(root, 'node_modules/oxlint/bin/oxlint')
    const result = spawnSync(process.execPath, [oxlint, file], { cwd: folder, encoding: 'utf8' })
    fs.rmSync(target)
    expect(result.stdout).toContain(sentence)
    expect(result.status).not.toBe(0)
  })
})
