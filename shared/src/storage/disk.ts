import fs, { type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../core/errors.ts'
import { HOUR } from '../core/time.ts'
import type { BlobStore } from './blob-store.ts'
import { readSealed, readSealedSize, sealFile } from './sealed-file.ts'

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
    putFile: async (sha256, file, key) => {
      const target = pathOf(root, sha256)
      await fs.mkdir(path.dirname(target), { recursive: true })
      const finished = key ? `${file}.sealed` : file
      if (key) await sealFile(file, finished, key)
      else await sync(file)
      await fs.rename(finished, target)
      if (key) await fs.rm(file)
      await sync(path.dirname(target))
    },
    size: async (sha256) => {
      const file = await openObject(root, sha256)
      return file && (await closing(file, async () => (await readSealedSize(file)) ?? (await file.stat()).size))
    },
    isEncrypted: async (sha256) => {
      const file = await openObject(root, sha256)
      return file !== null && (await closing(file, async () => (await readSealedSize(file)) !== null))
    },
    read: async (sha256, { range, key = null } = {}) => {
      const file = await openObject(root, sha256)
      if (!file) throw new AppError('not-found', `The object ${sha256} is not in the store.`)
      try {
        const sealedSize = await readSealedSize(file)
        if (sealedSize === null) return file.createReadStream({ start: 0, ...range, highWaterMark: 256 * 1024 })
        if (key) return readSealed(file, sealedSize, key, range)
        throw new AppError(
          'not-found',
          `The object ${sha256} is encrypted, and its key is gone or STORAGE_ENCRYPTION_KEY is not set.`,
          { publicMessage: 'The file of this clip cannot be opened any more.' },
        )
      } catch (error) {
        await file.close()
        throw error
      }
    },
    makeWorkFolder: () => fs.mkdtemp(path.join(work, 'job-')),
    removeLeftovers: (olderThanMs) => removeLeftovers(root, olderThanMs),
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

async function openObject(root: string, sha256: string): Promise<FileHandle | null> {
  return fs.open(pathOf(root, sha256), 'r').catch(missingAsNull)
}

async function closing<T>(file: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    await file.close()
  }
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
