import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { documentedRoutes } from '../../src/coverage/document.ts'
import { toZod } from './schemas.ts'

const root = path.resolve(import.meta.dirname, '../../..')

/** Tests of the twin's own start, and of the check itself. */
const UNCHECKED = [
  'discord-twin/tests/checked-twin.ts',
  'discord-twin/tests/conformance/everywhere.test.ts',
  'discord-twin/tests/conformance/validator.test.ts',
  'discord-twin/tests/coverage.test.ts',
  // Breaks the rules on purpose.
  'discord-twin/tests/odd-input.test.ts',
  // Thousands of requests, many of them refused; what is looked at is their number.
  'shared/tests/rate-budget.test.ts',
  // The twin's faults break the rules on purpose.
  'e2e/tests/chaos.test.ts',
]

describe('the check against Discord’s document', () => {
  it('watches every twin that a test starts', () => {
    const folders = ['shared', 'bot', 'worker', 'interface', 'discord-twin', 'cli', 'e2e'].map(
      (name) => `${name}/tests`,
    )
    const files = folders
      .filter((folder) => fs.existsSync(path.join(root, folder)))
      .flatMap((folder) =>
        fs
          .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.ts'))
          .map((name) => `${folder}/${name}`),
      )
    const unchecked = files.filter((file) => /\bstartTwin\b/.test(fs.readFileSync(path.join(root, file), 'utf8')))
    expect(unchecked.filter((file) => !UNCHECKED.includes(file))).toEqual([])
  })

  it('has a schema for everything that the document names', () => {
    const schemas = Object.values(documentedRoutes)
      .flatMap((operations) => Object.values(operations))
      .flatMap(({ query = {}, request, responses }) => [...Object.values(query), request, ...Object.values(responses)])
      .filter((schema) => schema !== undefined && schema !== null)
    expect(schemas.length).toBeGreaterThan(300)
    for (const schema of schemas) expect(() => toZod(schema)).not.toThrow()
  })
})
