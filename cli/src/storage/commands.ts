import fs from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { loadConfig } from '@dcs/shared/config'
import { AppError } from '@dcs/shared/core'
import {
  checkOperatorKey,
  isStoredObject,
  listObjectAuthors,
  listRunningPrograms,
  rewrapAuthorKeys,
  shareObjectKey,
  withObjectLocks,
} from '@dcs/shared/db'
import { openDiskStore, type BlobStore } from '@dcs/shared/storage'
import { Command } from 'commander'
import { print, printJson, withDatabase, withOptions, type Options } from '../ingest/open.ts'

type StorageCounts = { objects: number; encrypted: number }

/** `dcs storage …`: encryption of the stored files. */
export function storageCommand(): Command {
  const command = new Command('storage').description('encryption of the stored videos and posters')
  withOptions(command.command('status').description('how many objects are encrypted')).action((options: Options) =>
    withDatabase(options, () => showStatus(options)),
  )
  withOptions(
    command.command('encrypt').description('encrypt what was stored before STORAGE_ENCRYPTION_KEY was set'),
  ).action((options: Options) => withDatabase(options, () => encryptAll(options)))
  withOptions(
    command
      .command('rekey')
      .description(
        'encrypt all keys with the one in the variable NEW_STORAGE_ENCRYPTION_KEY; the files stay as they are',
      ),
  ).action((options: Options) => withDatabase(options, () => rekey(options)))
  return command
}

async function showStatus({ json, data }: Options): Promise<void> {
  const store = await openStore(data)
  const counts: StorageCounts = { objects: 0, encrypted: 0 }
  for await (const hashes of store.listOlderThan(0)) {
    counts.objects += hashes.length
    for (const sha256 of hashes) if (await store.isEncrypted(sha256)) counts.encrypted += 1
  }
  const hasKey = loadConfig().storageKey !== null
  if (json) return printJson({ ...counts, hasKey })
  print(`${counts.encrypted} of ${counts.objects} objects are encrypted.`)
  print(
    hasKey
      ? 'STORAGE_ENCRYPTION_KEY is set.'
      : 'STORAGE_ENCRYPTION_KEY is not set: new objects are stored as they are.',
  )
}

async function encryptAll({ json, data }: Options): Promise<void> {
  const key = requireKey()
  await checkOperatorKey(key)
  const store = await openStore(data)
  const folder = await store.makeWorkFolder()
  let encrypted = 0
  try {
    for await (const hashes of store.listOlderThan(0))
      for (const sha256 of hashes) if (await encryptObject(store, key, sha256, folder)) encrypted += 1
  } finally {
    await fs.rm(folder, { recursive: true, force: true })
  }
  if (json) printJson({ encrypted })
  else print(`${encrypted} objects were encrypted.`)
}

/** True when it was not encrypted before. What no row knows is left to the clean-up. */
async function encryptObject(store: BlobStore, operatorKey: Buffer, sha256: string, folder: string): Promise<boolean> {
  if (await store.isEncrypted(sha256)) return false
  return withObjectLocks([sha256], async (tx) => {
    if (!(await isStoredObject(sha256, tx)) || (await store.isEncrypted(sha256))) return false
    const authors = await listObjectAuthors(sha256, tx)
    let key: Buffer | null = null
    for (const author of authors) key = (await shareObjectKey(operatorKey, sha256, author, tx)).key
    if (key === null) return false
    const copy = path.join(folder, sha256)
    await pipeline(await store.read(sha256), (await fs.open(copy, 'wx')).createWriteStream())
    await store.putFile(sha256, copy, key)
    return true
  })
}

async function rekey({ json }: Options): Promise<void> {
  const { storageKey, newStorageKey } = loadConfig()
  if (!storageKey || !newStorageKey)
    throw new AppError(
      'invalid-input',
      'Set STORAGE_ENCRYPTION_KEY to the key used until now, and NEW_STORAGE_ENCRYPTION_KEY to the one to use (openssl rand -base64 32).',
    )
  const running = (await listRunningPrograms()).filter(({ program }) => program === 'worker')
  if (running.length > 0)
    throw new AppError(
      'conflict',
      'A worker is running: it would make keys with the old one meanwhile. Stop all workers, then run this again.',
    )
  const rewrapped = await rewrapAuthorKeys(storageKey, newStorageKey)
  if (json) return printJson({ rewrapped })
  print(`The keys of ${rewrapped} authors are encrypted with the new key.`)
  print('Now set STORAGE_ENCRYPTION_KEY to the new key for worker and interface, and start them again.')
}

function requireKey(): Buffer {
  const { storageKey } = loadConfig()
  if (storageKey) return storageKey
  throw new AppError('invalid-input', 'STORAGE_ENCRYPTION_KEY is not set. openssl rand -base64 32 makes one.')
}

function openStore(data: string | undefined): Promise<BlobStore> {
  return openDiskStore(data === undefined ? loadConfig().storagePath : path.join(path.resolve(data), 'objects'))
}
