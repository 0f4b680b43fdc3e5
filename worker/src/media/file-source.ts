import type { FileHandle } from 'node:fs/promises'
import { CustomSource } from 'mediabunny'
import { Refusal } from './inspection.ts'

/** Larger than any picture and any index that fits the limits on pictures and uploads; what a damaged length field asks for is not. */
const MAX_READ_BYTES = 128 * 1024 * 1024

/** A file that reads no other file, whatever it refers to. */
export class FileSource {
  readonly size: number
  readonly source: CustomSource
  /** What the disk said. The demuxer may wrap or swallow it. */
  diskError: unknown
  readonly #handle: FileHandle

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle
    this.size = size
    this.source = new CustomSource({
      getSize: () => size,
      read: (start, end) => this.read(start, end),
      prefetchProfile: 'fileSystem',
      handleUnhandledError: () => {},
    })
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    if (end - start > MAX_READ_BYTES) throw new Refusal('unsupported', DAMAGED)
    const bytes = new Uint8Array(end - start)
    let done = 0
    while (done < bytes.length) {
      const bytesRead = await this.#readOnce(bytes, done, start)
      if (bytesRead === 0) throw (this.diskError ??= new Error('The file became shorter while it was read.'))
      done += bytesRead
    }
    return bytes
  }

  async #readOnce(bytes: Uint8Array, done: number, start: number): Promise<number> {
    try {
      return (await this.#handle.read(bytes, done, bytes.length - done, start + done)).bytesRead
    } catch (error) {
      throw (this.diskError ??= error)
    }
  }
}

export const DAMAGED = 'The file cannot be read as a video: it is damaged, or of a kind that is not supported.'
