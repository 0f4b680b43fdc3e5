import type { VideoFrame } from '@napi-rs/webcodecs'
import sharp from 'sharp'
import { toRgb, type Coefficients } from './yuv.ts'

export type Picture = { width: number; height: number; rgb: Uint8Array }

type Layout = { across: 1 | 2; down: 1 | 2; depth: 8 | 10 | 12 }

/** Scales the planes first and converts colours then: little memory, and the matrix is the video's, not the decoder's guess. */
export async function frameToRgb(frame: VideoFrame, width: number, height: number): Promise<Picture> {
  const { format, colorSpace, visibleRect } = frame
  const layout = format && layoutOf(format)
  // Decoders label GBR planes as YUV.
  if (!layout || colorSpace.matrix === 'rgb')
    throw new Error(`Pictures of the format ${format ?? 'unknown'} cannot be converted.`)
  const bytes = new Uint8Array(frame.allocationSize())
  const planes = await frame.copyTo(bytes)
  const scaled = []
  for (const [index, plane] of planes.slice(0, 3).entries()) {
    const [across, down] = index === 0 ? [1, 1] : [layout.across, layout.down]
    const part = {
      width: Math.ceil(visibleRect.width / across),
      height: Math.ceil(visibleRect.height / down),
      stride: layout.depth === 8 ? plane.stride : plane.stride / 2,
    }
    const samples = samplesOf(bytes, plane.offset, part.stride * part.height, layout.depth)
    scaled.push(await scalePlane(samples, part, width, height))
  }
  const [y, u, v] = scaled
  if (!y || !u || !v) throw new Error('The picture has too few planes.')
  const matrix = colorSpace.matrix ?? (visibleRect.height >= 720 ? 'bt709' : 'smpte170m')
  return { width, height, rgb: toRgb(y, u, v, coefficients[matrix] ?? BT601, colorSpace.fullRange ?? false) }
}

const BT601: Coefficients = { red: 0.299, blue: 0.114 }
const coefficients: Record<string, Coefficients> = {
  bt709: { red: 0.2126, blue: 0.0722 },
  'bt2020-ncl': { red: 0.2627, blue: 0.0593 },
}

function layoutOf(format: string): Layout | null {
  const match = /^I4(20|22|44)A?(?:P(10|12))?$/.exec(format)
  if (!match) return null
  const depth = match[2] === '10' ? 10 : match[2] === '12' ? 12 : 8
  return { across: match[1] === '44' ? 1 : 2, down: match[1] === '20' ? 2 : 1, depth }
}

/** The samples of a plane as bytes. */
function samplesOf(bytes: Uint8Array, offset: number, count: number, depth: Layout['depth']): Uint8Array {
  if (depth === 8) return bytes.subarray(offset, offset + count)
  const wide = new Uint16Array(bytes.buffer, bytes.byteOffset + offset, count)
  return Uint8Array.from(wide, (sample) => sample >> (depth - 8))
}

async function scalePlane(
  samples: Uint8Array,
  plane: { width: number; height: number; stride: number },
  width: number,
  height: number,
): Promise<Uint8Array> {
  return await sharp(samples, { raw: { width: plane.stride, height: plane.height, channels: 1 } })
    .extract({ left: 0, top: 0, width: plane.width, height: plane.height })
    .resize(width, height, { fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer()
}
