import type { Readable } from 'node:stream'

/** An inclusive range of bytes. */
export type ByteRange = { start: number; end: number }

/** Keeps bytes by their SHA-256. Objects never change. */
export type BlobStore = {
  /** Takes a finished file into the store under its hash. The file is moved; storing what is there already is fine. */
  putFile: (sha256: string, file: string) => Promise<void>
  /** Size in bytes, or null when the object is not there. */
  size: (sha256: string) => Promise<number | null>
  /** The bytes, or a range of them. Throws `not-found`. */
  read: (sha256: string, range?: ByteRange) => Promise<Readable>
  /** A path that programs which need a real file can read. Throws `not-found`. */
  localPath: (sha256: string) => Promise<string>
  /** A new empty folder on the same disk for work in progress. The caller removes it. */
  makeWorkFolder: () => Promise<string>
  delete: (sha256: string) => Promise<void>
  /** Hashes of objects that were put longer ago than this, some at a time, in no order. */
  listOlderThan: (ageMs: number) => AsyncIterable<string[]>
}
