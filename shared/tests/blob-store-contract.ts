import { createHash, randomBytes } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BlobStore } from '../src/storage/blob-store.ts'

/** What every store must keep, whatever is behind it. */
export function describeBlobStore(
  name: string,
  open: () => Promise<{ store: BlobStore; close: () => Promise<void> }>,
): void {
  describe(`${name} as a store`, () => {
    let store: BlobStore
    let close: () => Promise<void>

    beforeAll(async () => {
      ;({ store, close } = await open())
    })
    afterAll(() => close())

    const makeObject = async (bytes = randomBytes(70_000)) => {
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const file = path.join(await store.makeWorkFolder(), 'object')
      await fs.writeFile(file, bytes)
      return { sha256, file, bytes }
    }

    it('gives back the bytes it was given, and moves the file', async () => {
      const { sha256, file, bytes } = await makeObject()
      await store.putFile(sha256, file)
      expect(await buffer(await store.read(sha256))).toEqual(bytes)
      expect(await store.size(sha256)).toBe(bytes.length)
      await expect(fs.stat(file)).rejects.toThrow('ENOENT')
    })

    it.each([
      [0, 0],
      [10, 19],
      [65_530, 69_999],
    ])('gives the bytes %i to %i, both included', async (start, end) => {
      const { sha256, file, bytes } = await makeObject()
      await store.putFile(sha256, file)
      expect(await buffer(await store.read(sha256, { range: { start, end } }))).toEqual(bytes.subarray(start, end + 1))
    })

    it('takes the same object again, also from several sides at once', async () => {
      const bytes = randomBytes(1_000)
      const copies = await Promise.all(Array.from({ length: 8 }, () => makeObject(bytes)))
      await Promise.all(copies.map(({ sha256, file }) => store.putFile(sha256, file)))
      const { sha256 } = copies[0]!
      expect(await buffer(await store.read(sha256))).toEqual(bytes)
    })

    it('keeps an empty object', async () => {
      const { sha256, file } = await makeObject(Buffer.alloc(0))
      await store.putFile(sha256, file)
      expect(await store.size(sha256)).toBe(0)
      expect(await buffer(await store.read(sha256))).toHaveLength(0)
    })

    it('says that an object is not there', async () => {
      const missing = '0'.repeat(64)
      expect(await store.size(missing)).toBeNull()
      await expect(store.read(missing)).rejects.toMatchObject({ code: 'not-found' })
      expect(await store.isEncrypted(missing)).toBe(false)
    })

    it('deletes, and does not mind when there is nothing to delete', async () => {
      const { sha256, file } = await makeObject()
      await store.putFile(sha256, file)
      await store.delete(sha256)
      await store.delete(sha256)
      expect(await store.size(sha256)).toBeNull()
    })

    it.each(['../../etc/passwd', 'A'.repeat(64), 'ab', ''])('refuses %j as a name', async (name) => {
      const { file } = await makeObject()
      await expect(store.putFile(name, file)).rejects.toMatchObject({ code: 'invalid-input' })
      await expect(store.size(name)).rejects.toMatchObject({ code: 'invalid-input' })
      await expect(store.read(name)).rejects.toMatchObject({ code: 'invalid-input' })
      await expect(store.delete(name)).rejects.toMatchObject({ code: 'invalid-input' })
    })

    it.each([0, 1, 65_535, 65_536, 65_537, 200_000])('keeps %i bytes that only their key opens', async (length) => {
      const { sha256, file, bytes } = await makeObject(randomBytes(length))
      const key = randomBytes(32)
      await store.putFile(sha256, file, key)
      expect(await store.isEncrypted(sha256)).toBe(true)
      expect(await store.size(sha256)).toBe(length)
      expect(await buffer(await store.read(sha256, { key }))).toEqual(bytes)
      for (const [start, end] of [
        [0, 0],
        [65_530, 65_540],
        [65_536, 131_071],
        [length - 1, length - 1],
      ] as const) {
        if (start < 0 || start >= length) continue
        const part = await buffer(await store.read(sha256, { key, range: { start, end } }))
        expect(part).toEqual(bytes.subarray(start, end + 1))
      }
      await expect(store.read(sha256)).rejects.toMatchObject({ code: 'not-found' })
      await expect(fs.stat(file)).rejects.toThrow('ENOENT')
      if (length > 0)
        await expect(store.read(sha256, { key: randomBytes(32) }).then(buffer)).rejects.toMatchObject({
          code: 'internal',
        })
    })

    it('replaces an object that was not encrypted by one that is', async () => {
      const bytes = randomBytes(1_000)
      const [plain, again] = [await makeObject(bytes), await makeObject(bytes)]
      await store.putFile(plain.sha256, plain.file)
      expect(await store.isEncrypted(plain.sha256)).toBe(false)
      const key = randomBytes(32)
      await store.putFile(again.sha256, again.file, key)
      expect(await store.isEncrypted(plain.sha256)).toBe(true)
      expect(await buffer(await store.read(plain.sha256, { key }))).toEqual(bytes)
    })

    it('makes a new empty folder each time', async () => {
      const [one, two] = [await store.makeWorkFolder(), await store.makeWorkFolder()]
      expect(one).not.toBe(two)
      expect(await fs.readdir(one)).toEqual([])
    })
  })
}
