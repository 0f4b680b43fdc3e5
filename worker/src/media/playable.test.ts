import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { mediaFile, mediaFiles } from '../../../discord-twin/src/world/media-files.ts'
import {
  changed,
  cutRemuxed,
  difference,
  encoded,
  folder,
  inspect,
  isFlat,
  pick,
  posterPath,
  replaceAll,
  thumbhashTurned,
  times,
} from './tests/helpers.ts'
import { remux } from './tests/videos.ts'

describe('a video that can be played', () => {
  it.each(mediaFiles.filter((file) => file.playable))('is read as what it is: $key', async (file) => {
    const facts = await inspect(file.path)
    expect(facts).toMatchObject({
      contentType: file.contentType,
      width: file.width,
      height: file.height,
      videoCodec: file.codec,
      hasAudio: file.key !== 'no-audio',
      posterProblem: null,
    })
    expect(facts.durationSeconds).toBeCloseTo(file.durationSeconds, 1)
    const scale = 640 / Math.max(file.width, file.height)
    expect(facts.poster).toMatchObject({ width: file.width * scale, height: file.height * scale })
    expect(await sharp(posterPath).metadata()).toMatchObject({ ...pick(facts), format: 'webp' })
    expect(difference(facts.poster!.thumbhash, file.thumbhash)).toBeLessThan(0.15)
  })

  it('has an upright poster: vertical', async () => {
    const file = mediaFile('vertical')
    const { poster, rotation } = await inspect(file.path)
    expect(rotation).toBe(0)
    const upsideDown = await thumbhashTurned(180)
    expect(difference(poster!.thumbhash, file.thumbhash)).toBeLessThan(difference(upsideDown, file.thumbhash))
  })

  it('has an upright poster: rotated', async () => {
    const { poster, rotation } = await inspect(mediaFile('rotated').path)
    const asStored = path.join(folder, 'stored.mp4')
    await remux(mediaFile('rotated').path, asStored, { format: 'mp4' })
    expect((await inspect(asStored)).poster).toMatchObject({ width: 640, height: 360 })
    expect([90, 270]).toContain(rotation)
    expect(difference(poster!.thumbhash, await thumbhashTurned(rotation))).toBeLessThan(0.02)
  })

  it.each([90, 180, 270] as const)('is turned by %i degrees when the container says so', async (rotation) => {
    const plain = await inspect(mediaFile('scene-3').path)
    const expected = await thumbhashTurned(rotation)
    const turned = path.join(folder, 'turned.mp4')
    await remux(mediaFile('scene-3').path, turned, { format: 'mp4', rotation })
    const facts = await inspect(turned)
    expect(facts.rotation).toBe(rotation)
    expect([facts.width, facts.height]).toEqual(
      rotation === 180 ? [plain.width, plain.height] : [plain.height, plain.width],
    )
    expect(difference(facts.poster!.thumbhash, expected)).toBeLessThan(0.02)
  })

  it.each([
    ['mp4', 'mp4', 'video/mp4'],
    ['fragmented-mp4', 'mp4', 'video/mp4'],
    ['mov', 'mov', 'video/quicktime'],
    ['mkv', 'matroska', 'video/x-matroska'],
    ['live-mkv', 'matroska', 'video/x-matroska'],
  ] as const)('is recognised by its content, whatever its name: %s', async (format, container, contentType) => {
    const file = path.join(folder, 'unnamed')
    await remux(mediaFile('scene-3').path, file, { format })
    const facts = await inspect(file)
    expect(facts).toMatchObject({ container, contentType, videoCodec: 'avc', audioCodec: 'aac', hasAudio: true })
    expect(facts.durationSeconds).toBeCloseTo(8, 1)
    expect(facts.poster).not.toBeNull()
  })

  it('may be a live recording that broke off: what is there counts', async () => {
    const whole = await encoded({ pictures: times(80, 'bars'), keyEvery: 10 })
    const file = path.join(folder, 'live.mkv')
    await writeFile(file, await cutRemuxed('live-mkv', 0.6, whole))
    const { durationSeconds, poster } = await inspect(file)
    expect(durationSeconds).toBeGreaterThan(2)
    expect(durationSeconds).toBeLessThan(7)
    expect(poster).not.toBeNull()
  })

  it('gets its poster from a later key frame when the first is black', async () => {
    const file = await encoded({ pictures: [...times(20, 'black'), ...times(20, 'bars')], keyEvery: 10 })
    expect(await isFlat((await inspect(file)).poster)).toBe(false)
  })

  it('gets its poster from between key frames when the only one is black', async () => {
    const file = await encoded({ pictures: [...times(3, 'black'), ...times(20, 'bars')], keyEvery: 100 })
    expect(await isFlat((await inspect(file)).poster)).toBe(false)
  })

  it('keeps a black poster when there is nothing else, and is never enlarged', async () => {
    const facts = await inspect(await encoded({ pictures: times(20, 'black'), keyEvery: 10 }))
    expect(facts.poster).toMatchObject({ width: 64, height: 64 })
    expect(await isFlat(facts.poster)).toBe(true)
  })

  it('goes without a poster when the decoder does not know the codec', async () => {
    const file = await changed('h264-faststart', (bytes) => replaceAll(bytes, 'avc1', 'abcd'))
    const facts = await inspect(file)
    expect(facts).toMatchObject({ videoCodec: 'abcd', width: 640, height: 360, poster: null })
    expect(facts.posterProblem).toBeTruthy()
    await expect(readFile(posterPath)).rejects.toThrow('ENOENT')
  })
})
