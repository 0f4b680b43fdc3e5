import fs from 'node:fs'
import type { MediaFile } from './media-files.ts'

const HEADER_BYTES = 8

/** The video with a free box at its end (ISO/IEC 14496-12, 8.1.2): plays as before, and no other mark makes the same bytes. MP4 only. */
export function marked(file: MediaFile, mark: string): Buffer {
  if (file.contentType !== 'video/mp4') throw new RangeError(`${file.key} is no MP4 and cannot be marked.`)
  const content = Buffer.from(mark)
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt32BE(HEADER_BYTES + content.length)
  header.write('free', 4, 'latin1')
  return Buffer.concat([fs.readFileSync(file.path), header, content])
}
