import fs from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyBinaries, getPackagedBinaries, healSymlinks } from './binaries.ts'
import { openEmbeddedPostgres } from './embedded-postgres.ts'
import { makeDirectory, query, removeDirectory } from './testing.ts'

describe('an embedded Postgres in an awkward place', { timeout: 60_000 }, () => {
  let directory: string

  beforeEach(() => {
    directory = makeDirectory(0o700)
  })
  afterEach(() => removeDirectory(directory))

  it.skipIf(process.getuid?.() !== 0 || !fs.existsSync('/usr/bin/setpriv'))(
    'runs below a directory that only root may enter (needs root, and setpriv of Linux)',
    async () => {
      const held = await openEmbeddedPostgres(path.join(directory, 'postgres'))
      expect(await query(held.url, 'select 1 as one')).toEqual([{ one: 1 }])
      await held.release()
    },
  )

  it('heals the links that an install without scripts leaves out', () => {
    const copy = copyBinaries(getPackagedBinaries(), directory)
    const lib = path.join(copy.root, 'native', 'lib')
    const links = fs.readdirSync(lib).filter((name) => fs.lstatSync(path.join(lib, name)).isSymbolicLink())
    for (const name of links) fs.rmSync(path.join(lib, name))
    healSymlinks(copy)
    healSymlinks(copy)
    for (const name of links) expect(fs.existsSync(path.join(lib, name))).toBe(true)
  })

  it('refuses a folder that holds something else', async () => {
    fs.mkdirSync(path.join(directory, 'data'))
    fs.writeFileSync(path.join(directory, 'data', 'notes.txt'), 'mine')
    await expect(openEmbeddedPostgres(directory)).rejects.toThrow('neither empty nor a Postgres database')
    expect(fs.readFileSync(path.join(directory, 'data', 'notes.txt'), 'utf8')).toBe('mine')
  })
})
