import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeBlobStore } from '../../tests/blob-store-contract.ts'
import { openDiskStore, removeLeftovers } from './disk.ts'

const makeFolder = () => fs.mkdtemp(path.join(os.tmpdir(), 'dcs-store-'))

describeBlobStore('the disk store', async () => {
  const root = await makeFolder()
  return { store: await openDiskStore(root), close: () => fs.rm(root, { recursive: true }) }
})

describe('the folder of the disk store', () => {
  let root: string

  beforeAll(async () => {
    root = await makeFolder()
  })
  afterAll(() => fs.rm(root, { recursive: true }))

  it('is made when it is not there', async () => {
    const deep = path.join(root, 'a', 'b')
    await (await openDiskStore(deep)).makeWorkFolder()
    expect(await fs.readdir(deep)).toEqual(['work'])
  })

  it('is refused with its path and what to do when it cannot be made', async () => {
    const file = path.join(root, 'file')
    await fs.writeFile(file, '')
    await expect(openDiskStore(file)).rejects.toThrow(`STORAGE_PATH: the folder ${file} cannot be made or written`)
  })

  it('loses what killed programs left behind, and nothing else', async () => {
    const folder = path.join(root, 'leftovers')
    const store = await openDiskStore(folder)
    const [old, fresh] = [await store.makeWorkFolder(), await store.makeWorkFolder()]
    await fs.writeFile(path.join(old, 'video'), 'half')
    const before = new Date(Date.now() - 61 * 60_000)
    await fs.utimes(old, before, before)
    await removeLeftovers(folder)
    expect(await fs.readdir(path.join(folder, 'work'))).toEqual([path.basename(fresh)])
  })

  it('may be missing when leftovers are removed', async () => {
    await removeLeftovers(path.join(root, 'never made'))
  })
})
