import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { PermanentFailure } from '@dcs/shared/core'
import sharp from 'sharp'
import { rgbaToThumbHash, thumbHashToRGBA } from 'thumbhash'
import { afterAll, afterEach, expect } from 'vitest'
import { mediaFile } from '../../../../discord-twin/src/world/media-files.ts'
import { inspectVideo, type VideoFacts } from '../inspect-video.ts'
import { MediaFailure } from '../media-failure.ts'
import { encode, remux } from './videos.ts'

sharp.cache(false)

export const folder: string = await mkdtemp(path.join(os.tmpdir(), 'dcs-media-'))
export const posterPath = path.join(folder, 'poster.webp')

afterEach(async () => {
  await expectNothingLeft()
  await rm(posterPath, { force: true })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

export const inspect = (file: string): Promise<VideoFacts> => inspectVideo(file, { posterPath })

async function expectNothingLeft(): Promise<void> {
  expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([])
  expect(process.getActiveResourcesInfo()).not.toContain('ProcessWrap')
}

export async function expectFailure(attempt: Promise<unknown>, code: string): Promise<void> {
  const error = await attempt.then(
    () => null,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(MediaFailure)
  expect(error).toBeInstanceOf(PermanentFailure)
  expect(error).toMatchObject({ failureCode: code, publicMessage: expect.stringMatching(/^The (file|video).+\.$/) })
}

export function pick({ poster }: VideoFacts) {
  return { width: poster?.width, height: poster?.height }
}

export async function encoded(drawing: Parameters<typeof encode>[1]): Promise<string> {
  const file = path.join(folder, 'encoded.mp4')
  await encode(file, drawing)
  return file
}

export async function changed(key: string, change: (bytes: Buffer) => void): Promise<string> {
  const bytes = await readFile(mediaFile(key).path)
  change(bytes)
  const file = path.join(folder, 'changed.mp4')
  await writeFile(file, bytes)
  return file
}

export async function cut(key: string, share: number, less = 0): Promise<Buffer> {
  const bytes = await readFile(mediaFile(key).path)
  return bytes.subarray(0, Math.floor(bytes.length * share) - less)
}

type Format = Parameters<typeof remux>[2]['format']

export async function cutRemuxed(format: Format, share: number, source = mediaFile('scene-3').path): Promise<Buffer> {
  const file = path.join(folder, 'remuxed')
  await remux(source, file, { format })
  const bytes = await readFile(file)
  return bytes.subarray(0, Math.floor(bytes.length * share))
}

export function replaceAll(bytes: Buffer, from: string, to: string): void {
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at)) bytes.write(to, at, 'latin1')
}

export function times<const Value>(count: number, value: Value): Value[] {
  return Array.from({ length: count }, () => value)
}

export async function isFlat(poster: VideoFacts['poster']): Promise<boolean> {
  expect(poster).not.toBeNull()
  const { entropy } = await sharp(posterPath).stats()
  return entropy < 1
}

/** The thumbhash of the poster that was just made, turned. */
export async function thumbhashTurned(degrees: number): Promise<string> {
  const turned = await sharp(posterPath).rotate(degrees).png().toBuffer()
  const { data, info } = await sharp(turned)
    .resize(100, 100, { fit: 'inside' })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64')
}

/** How much two thumbhashes differ: 0 the same, 1 black and white. */
export function difference(one: string, other: string): number {
  const [a, b] = [one, other].map((hash) => thumbHashToRGBA(Buffer.from(hash, 'base64')))
  expect([a!.w, a!.h]).toEqual([b!.w, b!.h])
  return a!.rgba.reduce((sum, value, i) => sum + Math.abs(value - (b!.rgba[i] ?? 0)), 0) / a!.rgba.length / 255
}

export function pseudoRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
