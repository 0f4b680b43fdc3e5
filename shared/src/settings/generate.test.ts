import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultSettingsPath } from './file.ts'
import { renderDefaultSettingsFile, renderSettingsReference } from './generate.ts'
import { settingEntries } from './list.ts'

const remedy = 'out of date; run: npm run generate'

describe('generated files', () => {
  it('are up to date', async () => {
    const reference = path.join(path.dirname(defaultSettingsPath), 'docs/reference/settings.md')
    expect(await readFile(defaultSettingsPath, 'utf8'), `settings.default.jsonc is ${remedy}`).toBe(
      renderDefaultSettingsFile(),
    )
    expect(await readFile(reference, 'utf8'), `docs/reference/settings.md is ${remedy}`).toBe(renderSettingsReference())
  })

  it('name every setting', () => {
    const reference = renderSettingsReference()
    expect(settingEntries.filter((entry) => !reference.includes(`\`${entry.key}\``))).toEqual([])
    expect(settingEntries.length).toBeGreaterThan(20)
  })

  it('offer no setting that has no effect, and say why it is still accepted', () => {
    const retired = settingEntries.filter((entry) => entry.retired !== undefined)
    expect(retired.map(({ key }) => key)).toEqual(['debounce_ms', 'safety.rate_limit_window_ms'])
    for (const { path: keys, retired: reason } of retired) {
      expect(renderDefaultSettingsFile()).not.toContain(`"${keys.at(-1)}"`)
      expect(renderSettingsReference()).toContain(reason)
    }
  })
})
