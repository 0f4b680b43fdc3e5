import { writeFile } from 'node:fs/promises'
import type { VideoFrame } from '@napi-rs/webcodecs'
import sharp, { type Sharp } from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import { frameToRgb, type Picture } from './frame-to-rgb.ts'
import { Refusal, type Poster } from './inspection.ts'
import { tooLarge, type OpenVideo } from './read-facts.ts'

const LONGER_SIDE = 640
const MAX_PIXELS = 36_000_000
/** Below it a picture is nearly one colour. Black has 0, a usual picture 3 to 7. */
const FLAT_ENTROPY = 1

/** A poster, or why there can be none. Throws a Refusal for a picture too large to be decoded. */
export async function makePoster(video: OpenVideo, target: string): Promise<{ poster: Poster } | { problem: string }> {
  requireDecodable(await video.track.getCodedWidth(), await video.track.getCodedHeight())
  let image
  try {
    image = await draw(video)
  } catch (error) {
    if (error instanceof Refusal) throw error
    return { problem: error instanceof Error ? error.message : String(error) }
  }
  await writeFile(target, image.bytes)
  return { poster: image.poster }
}

async function draw(video: OpenVideo): Promise<{ bytes: Buffer; poster: Poster }> {
  const { rotation } = video.facts
  let image = toSharp(await choosePicture(video))
  // sharp mirrors before it turns, the container means after: for a quarter turn that is the other axis.
  if (await video.track.getFlip()) image = rotation % 180 === 0 ? image.flop() : image.flip()
  const { data, info } = await image.rotate(rotation).webp({ quality: 75 }).toBuffer({ resolveWithObject: true })
  const thumbhash = await thumbhashOf(data)
  return { bytes: data, poster: { contentType: 'image/webp', width: info.width, height: info.height, thumbhash } }
}

/** A key frame near a quarter of the video; a later one when that is black; when all are, what a viewer sees there. */
async function choosePicture(video: OpenVideo): Promise<Picture> {
  // Loaded here, so that a machine without the decoder loses the poster and not the clip.
  const { KeyPictures } = await import('./key-pictures.ts')
  const pictures = new KeyPictures(video.track)
  const times = posterTimes(video)
  const keys = await pictures.packetsAt(times)
  const [first] = keys
  if (!first) throw new Error('There is no key frame.')
  let best: { picture: Picture; entropy: number } | undefined
  let problem: unknown
  const attempts = [...keys.map((key) => () => pictures.decode(key)), () => pictures.decodeUntil(first, times[0])]
  for (const attempt of attempts) {
    try {
      const picture = await convert(await attempt(), video)
      const { entropy } = await toSharp(picture).stats()
      if (entropy >= FLAT_ENTROPY) return picture
      if (!best || entropy > best.entropy) best = { picture, entropy }
    } catch (error) {
      if (error instanceof Refusal) throw error
      problem ??= error
    }
  }
  if (!best) throw problem
  return best.picture
}

function posterTimes({ startSeconds, facts: { durationSeconds } }: OpenVideo): [number, number, number] {
  const first = Math.max(durationSeconds * 0.25, Math.min(1, durationSeconds / 2))
  return [startSeconds + first, startSeconds + durationSeconds * 0.5, startSeconds + durationSeconds * 0.75]
}

/** Scaled to the poster's size, not yet upright. */
async function convert(frame: VideoFrame, { facts }: OpenVideo): Promise<Picture> {
  try {
    // What the stream holds, which need not be what the container claims.
    requireDecodable(frame.codedWidth, frame.codedHeight)
    const scale = Math.min(1, LONGER_SIDE / Math.max(facts.width, facts.height))
    const width = Math.max(1, Math.round(facts.width * scale))
    const height = Math.max(1, Math.round(facts.height * scale))
    return facts.rotation % 180 === 0 ? await frameToRgb(frame, width, height) : await frameToRgb(frame, height, width)
  } finally {
    frame.close()
  }
}

function requireDecodable(width: number, height: number): void {
  if (width * height > MAX_PIXELS) throw tooLarge(width, height)
}

function toSharp({ width, height, rgb }: Picture): Sharp {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
}

async function thumbhashOf(image: Buffer): Promise<string> {
  const { data, info } = await sharp(image)
    .resize(100, 100, { fit: 'inside', withoutEnlargement: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64')
}
