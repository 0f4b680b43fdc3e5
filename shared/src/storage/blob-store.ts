import type { Readable } from 'node:stream'

/** An inclusive range of bytes. */
export type ByteRange = { start: number; end: number }

/** Which part of an object is read, and the key when it is encrypted. */
export type ReadOptions = { range?: ByteRange | undefined; key?: Buffer | null }

/** Keeps bytes by their SHA-256. Objects never change. */
export type BlobStore = {
  /** Takes a finished file into the store under the hash of what is in it, encrypted when there is a `key`, which must be new. The file is moved; storing what is there already replaces it. */
  putFile: (sha256: string, file: string, key?: Buffer | null) => Promise<void>
  /** Size in bytes of what was put, or null when the object is not there. */
  size: (sha256: string) => Promise<number | null>
  /** Whether the object is there and encrypted. */
  isEncrypted: (sha256: string) => Promise<boolean>
  /** The bytes, or a range of them. Throws `not-found` when the object is not there, or is encrypted and its key is gone. */
  read: (sha256: string, options?: ReadOptions) => Promise<Readable>
  /** A new empty folder on the same disk for work in progress. The caller removes it. */
  makeWorkFolder: () => Promise<string>
  /** Removes work folders whose owner was killed: those that nothing was put into for this long. */
  removeLeftovers: (olderThanMs: number) => Promise<void>
  delete: (sha256: string) => Promise<void>
  /** Hashes of objects that were put longer ago than this, some at a time, in no order. */
  listOlderThan: (ageMs: number) => AsyncIterable<string[]>
}
