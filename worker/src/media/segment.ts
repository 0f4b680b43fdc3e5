import type { FileSource } from './file-source.ts'

const EBML_ID = 0x1a45dfa3
const SEGMENT_ID = 0x18538067

/** Whether a Matroska or WebM file says that it is longer than it is. Live recordings say nothing and may end anywhere. */
export async function isSegmentCut(file: FileSource): Promise<boolean> {
  const header = await elementAt(file, 0, EBML_ID)
  if (header?.size === undefined) return false
  const segment = await elementAt(file, header.dataStart + header.size, SEGMENT_ID)
  return segment?.size !== undefined && segment.dataStart + segment.size > file.size
}

async function elementAt(
  file: FileSource,
  at: number,
  id: number,
): Promise<{ dataStart: number; size: number | undefined } | null> {
  if (at + 12 > file.size) return null
  const bytes = Buffer.from(await file.read(at, at + 12))
  if (bytes.readUInt32BE(0) !== id) return null
  const first = bytes.readUInt8(4)
  const length = Math.clz32(first) - 23
  if (length > 8) return null
  const digits = bytes.subarray(4, 4 + length).toString('hex')
  const mask = (1n << BigInt(7 * length)) - 1n
  const value = BigInt(`0x${digits}`) & mask
  // All ones: not known when it was written.
  return { dataStart: at + 4 + length, size: value === mask ? undefined : Number(value) }
}
