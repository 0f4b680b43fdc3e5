import { createReadStream } from 'node:fs'
import fs from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../core/errors.ts'
import { HOUR } from '../core/time.ts'
import type { BlobStore } from './blob-store.ts'

/** Folder below the root for work in progress; two letters never name it, so it meets no object. */
const WORK = 'work'

/** Objects as files `ab/cd/<sha256>` below a folder, which is made when needed. */
export async function openDiskStore(root: string): Promise<BlobStore> {
  const work = path.join(root, WORK)
  try {
    await fs.mkdir(work, { recursive: true })
  } catch (cause) {
    throw new AppError(
      'invalid-input',
      `STORAGE_PATH: the folder ${root} cannot be made or written. Choose another or change its owner.`,
      { cause },
    )
  }
  return {
    putFile: async (sha256, file) => {
      const target = pathOf(root, sha256)
      await fs.mkdir(path.dirname(target), { recursive: true })
      await sync(file)
      await fs.rename(file, target)
      await sync(path.dirname(target))
    },
    size: async (sha256) => {
      const stat = await fs.stat(pathOf(root, sha256)).catch(missingAsNull)
      return stat?.size ?? null
    },
    read: async (sha256, range) => {
      const file = await requireFile(root, sha256)
      return createReadStream(file, { ...range, highWaterMark: 256 * 1024 })
    },
    localPath: (sha256) => requireFile(root, sha256),
    makeWorkFolder: () => fs.mkdtemp(path.join(work, 'job-')),
    delete: async (sha256) => fs.rm(pathOf(root, sha256), { force: true }),
    listOlderThan: (ageMs) => listOlderThan(root, ageMs),
  }
}

/** Removes work folders that a killed program left behind: those older than any job may take. */
export async function removeLeftovers(root: string, olderThanMs = HOUR): Promise<void> {
  const work = path.join(root, WORK)
  for (const name of (await fs.readdir(work).catch(missingAsNull)) ?? []) {
    const folder = path.join(work, name)
    const stat = await fs.stat(folder).catch(missingAsNull)
    if (stat && stat.mtimeMs < Date.now() - olderThanMs) await fs.rm(folder, { recursive: true, force: true })
  }
}

async function* listOlderThan(root: string, ageMs: number): AsyncGenerator<string[]> {
  const before = Date.now() - ageMs
  for (const first of await fs.readdir(root)) {
    if (!/^[0-9a-f]{2}$/.test(first)) continue
    for (const second of (await fs.readdir(path.join(root, first)).catch(missingAsNull)) ?? []) {
      const folder = path.join(root, first, second)
      const names = ((await fs.readdir(folder).catch(missingAsNull)) ?? []).filter((name) =>
        /^[0-9a-f]{64}$/.test(name),
      )
      const old: string[] = []
      for (const name of names) {
        const stat = await fs.stat(path.join(folder, name)).catch(missingAsNull)
        if (stat && stat.ctimeMs <= before) old.push(name)
      }
      if (old.length > 0) yield old
    }
  }
}

function pathOf(root: string, sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw new AppError('invalid-input', `sha256: ${JSON.stringify(sha256)} is not a hash.`)
  return path.join(root, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
}

async function requireFile(root: string, sha256: string): Promise<string> {
  const file = pathOf(root, sha256)
  if (await fs.stat(file).catch(missingAsNull)) return file
  throw new AppError('not-found', `The object ${sha256} is not in the store.`)
}

async function sync(file: string): Promise<void> {
  const handle = await fs.open(file, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function missingAsNull(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
