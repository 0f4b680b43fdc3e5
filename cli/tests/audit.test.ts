import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { judgeAudit, unpinnedPackages } from '../src/tasks/audit.ts'

const answer = (high: number, critical: number) =>
  JSON.stringify({ metadata: { vulnerabilities: { high, critical, low: 9 } } })

it('fails for high and critical holes, and for nothing less', () => {
  expect(judgeAudit(answer(1, 0)).isBad).toBe(true)
  expect(judgeAudit(answer(0, 2)).sentence).toContain('2 critical and 0 high')
  expect(judgeAudit(answer(0, 0))).toMatchObject({ isBad: false, sentence: expect.stringContaining('nothing high') })
})

it.each(['', 'npm error audit endpoint returned an error', '{"error":{"code":"ENOTFOUND"}}'])(
  'says so and passes where the list cannot be reached: %j',
  (output) => expect(judgeAudit(output)).toMatchObject({ isBad: false, sentence: expect.stringContaining('skipped') }),
)

it('finds every package of the lockfile pinned by a hash, and would notice one that is not', () => {
  const text = fs.readFileSync(path.resolve(import.meta.dirname, '../../package-lock.json'), 'utf8')
  expect(unpinnedPackages(text)).toEqual([])
  const planted = {
    packages: {
      'node_modules/a': { resolved: 'https://evil.example/a.tgz', integrity: 'sha512-x' },
      'node_modules/b': { resolved: 'https://registry.npmjs.org/b.tgz' },
      'node_modules/c': { link: true },
      'node_modules/d': { resolved: 'https://registry.npmjs.org/d.tgz', integrity: 'sha512-x' },
      'node_modules/e': { integrity: 'sha512-x' },
    },
  }
  expect(unpinnedPackages(JSON.stringify(planted))).toEqual(['node_modules/a', 'node_modules/b'])
})
