import { readFileSync } from 'node:fs'
import { mediaFiles } from './media-files.ts'

/** What Discord finds out about an uploaded file by looking at it. */
export type FileFacts = {
  width: number | null
  height: number | null
  durationSeconds: number | null
  thumbhash: string | null
  mediaKey: string | null
}

const NOTHING: FileFacts = { width: null, height: null, durationSeconds: null, thumbhash: null, mediaKey: null }
const known = new WeakMap<Buffer, FileFacts>()

/** Looks at a file: one of the world's videos is recognised, the size of pictures and videos is read from their headers. */
export function factsOf(bytes: Buffer): FileFacts {
  const found = known.get(bytes) ?? lookAt(bytes)
  known.set(bytes, found)
  return found
}

/** The type Discord gives a file; that of the upload counts unless it says nothing. */
export function contentTypeOf(name: string, given: string | null): string | null {
  if (given !== null && given !== '' && given !== 'application/octet-stream') return given
  const extension = /\.([^.]+)$/.exec(name.toLowerCase())?.[1]
  return (extension === undefined ? undefined : TYPES[extension]) ?? given
}

const TYPES: Record<string, string> = {
  mp4: 'video/mp4',
  m4v: 'video/x-m4v',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  avi: 'video/x-msvideo',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  wav: 'audio/x-wav',
  txt: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
  zip: 'application/zip',
  pdf: 'application/pdf',
}

function lookAt(bytes: Buffer): FileFacts {
  const media = mediaFiles.find(({ sizeBytes, path }) => sizeBytes === bytes.length && readFileSync(path).equals(bytes))
  if (media) {
    const { width, height, durationSeconds, thumbhash, key } = media
    return { width, height, durationSeconds, thumbhash, mediaKey: key }
  }
  try {
    return { ...NOTHING, ...(pictureSize(bytes) ?? videoFacts(bytes)) }
  } catch (error) {
    // A header that ends too early says nothing.
    if (error instanceof RangeError) return NOTHING
    throw error
  }
}

type Size = { width: number; height: number }

function pictureSize(bytes: Buffer): Size | null {
  const start = bytes.toString('latin1', 0, 16)
  if (start.startsWith('\x89PNG')) return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
  if (start.startsWith('GIF8')) return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
  if (start.startsWith('\xff\xd8')) return jpegSize(bytes)
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return webpSize(bytes, start.slice(12, 16))
  return null
}

function jpegSize(bytes: Buffer): Size | null {
  for (let at = 2; at < bytes.length;) {
    const marker = bytes.readUInt8(at + 1)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return null
}

function webpSize(bytes: Buffer, kind: string): Size | null {
  if (kind === 'VP8X') return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
  if (kind === 'VP8 ') return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
  if (kind !== 'VP8L') return null
  const bits = bytes.readUInt32LE(21)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}

/** Length and size of an MP4 or MOV from its `moov` box. */
function videoFacts(bytes: Buffer): Partial<FileFacts> | null {
  if (bytes.toString('latin1', 4, 8) !== 'ftyp') return null
  const moov = boxes(bytes, 0, bytes.length).find(({ type }) => type === 'moov')
  if (!moov) return null
  const inside = boxes(bytes, moov.start, moov.end)
  const header = inside.find(({ type }) => type === 'mvhd')
  const sizes = inside
    .filter(({ type }) => type === 'trak')
    .flatMap(({ start, end }) => boxes(bytes, start, end).filter(({ type }) => type === 'tkhd'))
    // The last eight bytes of a track header are its size as shown, in 16.16.
    .map(({ end }) => ({ width: bytes.readUInt16BE(end - 8), height: bytes.readUInt16BE(end - 4) }))
  const size = sizes.find(({ width, height }) => width > 0 && height > 0)
  return { ...size, ...(header ? { durationSeconds: durationOf(bytes, header.start) } : {}) }
}

function durationOf(bytes: Buffer, at: number): number {
  const isLong = bytes.readUInt8(at) === 1
  const scale = bytes.readUInt32BE(at + (isLong ? 20 : 12))
  const length = isLong ? Number(bytes.readBigUInt64BE(at + 24)) : bytes.readUInt32BE(at + 16)
  return scale === 0 ? 0 : Math.round((length / scale) * 1000) / 1000
}

type Box = { type: string; start: number; end: number }

function boxes(bytes: Buffer, from: number, to: number): Box[] {
  const found: Box[] = []
  for (let at = from; at + 8 <= to;) {
    const short = bytes.readUInt32BE(at)
    const size = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short === 0 ? to - at : short
    if (size < 8) break
    found.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      start: at + (short === 1 ? 16 : 8),
      end: Math.min(at + size, to),
    })
    at += size
  }
  return found
}
