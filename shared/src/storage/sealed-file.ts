import { createCipheriv, createDecipheriv } from 'node:crypto'
import fs, { type FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { AppError } from '../core/errors.ts'
import type { ByteRange } from './blob-store.ts'

/**
 * An encrypted file: the mark, the size of what is in it, then pieces of 64 KiB, each with AES-256-GCM. A piece's number is its nonce, and the mark and the
 * size are authenticated with it, so a piece that was changed, moved or cut off is noticed; a key is for one file only, so no nonce comes twice.
 */
const MARK = Buffer.from('DCS-SEALED-1\r\n\0\n')
const HEADER = MARK.length + 8
const PIECE = 64 * 1024
const TAG = 16

/** Encrypts a file into a new one. The key must be new: made for this file. */
export async function sealFile(source: string, target: string, key: Buffer): Promise<void> {
  const input = await fs.open(source, 'r')
  const output = await fs.open(target, 'wx')
  try {
    const { size } = await input.stat()
    const header = toHeader(size)
    await output.write(header)
    for (let index = 0; index * PIECE < size; index += 1) {
      const plain = await readFully(input, index * PIECE, Math.min(PIECE, size - index * PIECE))
      const cipher = createCipheriv('aes-256-gcm', key, toNonce(index)).setAAD(header)
      await output.write(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]))
    }
    await output.sync()
  } finally {
    await input.close()
    await output.close()
  }
}

/** Size of what is in an encrypted file in bytes; null when the file is not encrypted. */
export async function readSealedSize(file: FileHandle): Promise<number | null> {
  const header = Buffer.alloc(HEADER)
  const { bytesRead } = await file.read(header, 0, HEADER, 0)
  if (bytesRead < HEADER || !header.subarray(0, MARK.length).equals(MARK)) return null
  return Number(header.readBigUInt64BE(MARK.length))
}

/** What is in an encrypted file of this size, or a range of it. Closes the file. Fails when a piece is not what was written. */
export function readSealed(file: FileHandle, size: number, key: Buffer, range?: ByteRange): Readable {
  const { start, end } = range ?? { start: 0, end: size - 1 }
  return Readable.from(openPieces(file, size, key, start, Math.min(end, size - 1)), { objectMode: false })
}

async function* openPieces(file: FileHandle, size: number, key: Buffer, start: number, end: number) {
  try {
    const header = toHeader(size)
    for (let index = Math.floor(start / PIECE); index * PIECE <= end; index += 1) {
      const begin = index * PIECE
      const length = Math.min(PIECE, size - begin)
      const sealed = await readFully(file, HEADER + index * (PIECE + TAG), length + TAG)
      const plain = openPiece(sealed, key, toNonce(index), header)
      yield plain.subarray(Math.max(0, start - begin), Math.min(length, end - begin + 1))
    }
  } finally {
    await file.close()
  }
}

function openPiece(sealed: Buffer, key: Buffer, nonce: Buffer, header: Buffer): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
      .setAAD(header)
      .setAuthTag(sealed.subarray(-TAG))
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()])
  } catch (cause) {
    throw new AppError('internal', 'An encrypted file was changed, or its key is another.', { cause })
  }
}

function toHeader(size: number): Buffer {
  const header = Buffer.alloc(HEADER)
  MARK.copy(header)
  header.writeBigUInt64BE(BigInt(size), MARK.length)
  return header
}

function toNonce(index: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(index, 8)
  return nonce
}

async function readFully(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done)
    if (bytesRead === 0) throw new AppError('internal', 'A file in the store is shorter than it should be.')
    done += bytesRead
  }
  return bytes
}
