import type { FileSource } from './file-source.ts'

/** Enough for hours of a fragmented recording. */
const MAX_BOXES = 50_000

/** What the top level of an MP4 or QuickTime file says about itself. */
export type BoxSummary = {
  types: ReadonlySet<string>
  /** A box claims more bytes than the file has. */
  isCut: boolean
}

/** Walks over the top-level boxes, reading only their headers. */
export async function summarizeBoxes(file: FileSource): Promise<BoxSummary> {
  const types = new Set<string>()
  let at = 0
  for (let count = 0; at + 8 <= file.size && count < MAX_BOXES; count++) {
    const bytes = await file.read(at, Math.min(at + 16, file.size))
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const type = String.fromCharCode(...bytes.subarray(4, 8))
    if (!/^[\w .©-]{4}$/.test(type)) break
    types.add(type)
    const short = view.getUint32(0)
    if (short === 0) return { types, isCut: false }
    if (short === 1 && bytes.length < 16) return { types, isCut: true }
    const size = short === 1 ? Number(view.getBigUint64(8)) : short
    if (size < 8) break
    at += size
  }
  return { types, isCut: at > file.size || (types.size > 0 && at < file.size && file.size - at < 8) }
}
