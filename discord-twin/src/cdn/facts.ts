import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { Attachment } from '../world/types.ts'
import { crc32c } from './crc32c.ts'

/** Where the bytes of a file are. */
export type Content = Attachment['content']

/** What is true of a file's bytes; the hashes are base64. */
export type Facts = { sizeBytes: number; md5: string; crc32c: string; etag: string }

const ofPaths = new Map<string, Promise<Facts>>()
const ofBytes = new WeakMap<Buffer, Promise<Facts>>()

/** Size and hashes of a file, read once however often it is asked for. */
export function factsOf(content: Content): Promise<Facts> {
  const known = 'path' in content ? ofPaths.get(content.path) : ofBytes.get(content.bytes)
  if (known) return known
  const facts = read(content)
  if ('bytes' in content) ofBytes.set(content.bytes, facts)
  else {
    ofPaths.set(content.path, facts)
    facts.catch(() => ofPaths.delete(content.path))
  }
  return facts
}

/** The bytes of a file from `start` to `end`, both included. */
export function readContent(content: Content, { start, end }: { start: number; end: number }): Readable {
  if (end < start) return Readable.from([])
  return 'path' in content
    ? createReadStream(content.path, { start, end })
    : Readable.from([content.bytes.subarray(start, end + 1)])
}

async function read(content: Content): Promise<Facts> {
  const hash = createHash('md5')
  let [sizeBytes, sum] = [0, 0]
  for await (const chunk of readContent(content, { start: 0, end: Number.POSITIVE_INFINITY })) {
    const bytes = chunk as Buffer
    hash.update(bytes)
    sum = crc32c(bytes, sum)
    sizeBytes += bytes.length
  }
  const digest = hash.digest()
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(sum)
  return {
    sizeBytes,
    md5: digest.toString('base64'),
    crc32c: checksum.toString('base64'),
    etag: `"${digest.toString('hex')}"`,
  }
}
