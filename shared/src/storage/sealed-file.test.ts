import { randomBytes } from 'node:crypto'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSealed, readSealedSize, sealFile } from './sealed-file.ts'

const PIECE_ON_DISK = 64 * 1024 + 16

describe('an encrypted file', () => {
  let folder: string
  let bytes: Buffer
  let key: Buffer
  let sealed: Buffer

  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'dcs-sealed-'))
    bytes = randomBytes(200_000)
    key = randomBytes(32)
    await fs.writeFile(path.join(folder, 'plain'), bytes)
    await sealFile(path.join(folder, 'plain'), path.join(folder, 'sealed'), key)
    sealed = await fs.readFile(path.join(folder, 'sealed'))
  })
  afterAll(() => fs.rm(folder, { recursive: true }))

  const open = async (content: Buffer) => {
    await fs.writeFile(path.join(folder, 'changed'), content)
    const file = await fs.open(path.join(folder, 'changed'), 'r')
    const size = await readSealedSize(file)
    if (size !== null) return buffer(readSealed(file, size, key))
    await file.close()
    return null
  }

  it('shows nothing of what is in it', () => {
    for (let at = 0; at < bytes.length - 16; at += 1_000)
      expect(sealed.includes(bytes.subarray(at, at + 16))).toBe(false)
  })

  it('opens', async () => {
    expect(await open(sealed)).toEqual(bytes)
  })

  it.each([
    ['a changed byte', () => change(sealed, 100_000)],
    ['a changed size', () => change(sealed, 20)],
    ['a cut end', () => sealed.subarray(0, -1)],
    ['a missing last piece', () => sealed.subarray(0, 24 + 3 * PIECE_ON_DISK)],
    ['pieces in another order', () => swapPieces(sealed)],
  ])('is refused with %s', async (_, made) => {
    await expect(open(made())).rejects.toMatchObject({ code: 'internal' })
  })

  it('is told from any other file', async () => {
    expect(await open(bytes)).toBeNull()
    expect(await open(Buffer.alloc(0))).toBeNull()
  })
})

function change(content: Buffer, at: number): Buffer {
  const copy = Buffer.from(content)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

function swapPieces(content: Buffer): Buffer {
  const piece = (index: number) => content.subarray(24 + index * PIECE_ON_DISK, 24 + (index + 1) * PIECE_ON_DISK)
  return Buffer.concat([content.subarray(0, 24), piece(1), piece(0), content.subarray(24 + 2 * PIECE_ON_DISK)])
}
