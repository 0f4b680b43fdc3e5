import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Difference } from './compare.ts'
import type { ScratchServer } from './database.ts'

/** Compares the folder of objects with the database: every row a file of that hash, every file a row, every row a clip. */
export async function compareFiles(server: ScratchServer, folder: string): Promise<Difference[]> {
  const found: Difference[] = []
  const wrong = (id: string, why: string) => found.push({ kind: 'wrong', id, why })
  const rows = await server.rowsWhenUp<{ sha256: string; size_bytes: string; is_used: boolean }>(`
    select o.sha256, o.size_bytes, exists (select from clips c where c.object_sha256 = o.sha256 or c.poster_sha256 = o.sha256) as is_used
    from objects o`)
  const files = new Set(await listFiles(folder))
  for (const { sha256, size_bytes: size, is_used: isUsed } of rows) {
    const name = path.join(sha256.slice(0, 2), sha256.slice(2, 4), sha256)
    if (!isUsed) wrong(sha256, 'an object that no clip has')
    if (!files.delete(name)) {
      if (isUsed) wrong(sha256, 'the file of an object is missing')
      continue
    }
    const stat = await fs.stat(path.join(folder, name))
    if (stat.size !== Number(size)) wrong(sha256, `a file of ${stat.size} bytes, not ${size}`)
    else if ((await hashOf(path.join(folder, name))) !== sha256) wrong(sha256, 'a file with another hash')
  }
  for (const name of files) wrong(name, 'a file that no object row names')
  return found
}

/** Work in progress that a killed program left is removed after an hour and is no object. */
async function listFiles(folder: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((name) => !name.startsWith(`work${path.sep}`))
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
