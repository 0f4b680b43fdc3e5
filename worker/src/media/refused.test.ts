import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { mediaFile, mediaFiles } from '../../../discord-twin/src/world/media-files.ts'
import type { VideoFacts } from './inspect-video.ts'
import { MediaFailure } from './media-failure.ts'
import { changed, cut, cutRemuxed, expectFailure, folder, inspect, pseudoRandom } from './tests/helpers.ts'
import { remux } from './tests/videos.ts'

describe('a file that can never be shown', () => {
  const m3u8 = '#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n'

  it.each([
    ['is empty', 'not-a-video', () => Buffer.alloc(0)],
    ['is a few bytes', 'not-a-video', () => Buffer.from('\0\0\0\x20ftyp')],
    ['is zeros', 'not-a-video', () => Buffer.alloc(100_000)],
    ['is a playlist of local files', 'not-a-video', () => Buffer.from(m3u8)],
    ['is a web page', 'not-a-video', () => Buffer.from('<!DOCTYPE html><title>Not found</title>')],
    ['is a picture', 'not-a-video', () => readFile(path.resolve(mediaFile('mov').path, '../../icons/icon-1.png'))],
    ['is of another container', 'unsupported', () => Buffer.from('RIFF\0\0\0\0AVI LIST'.padEnd(400, '\0'))],
    ['is cut, index at the end', 'truncated', () => cut('h264-moov-end', 0.6)],
    ['is cut, index at the front', 'truncated', () => cut('h264-faststart', 0.6)],
    ['is cut inside the index', 'truncated', () => cut('h264-faststart', 0.005)],
    ['misses its last byte', 'truncated', () => cut('h264-faststart', 1, 1)],
    ['is a cut WebM', 'truncated', () => cut('vp9-webm', 0.6)],
    ['is a cut fragmented MP4', 'truncated', () => cutRemuxed('fragmented-mp4', 0.6)],
    ['is a cut MKV', 'truncated', () => cutRemuxed('mkv', 0.9)],
    ['is a cut MOV', 'truncated', () => cut('mov', 0.9)],
  ] as const)('%s: %s', async (_name, code, content) => {
    const file = path.join(folder, 'bad.mp4')
    await writeFile(file, await content())
    await expectFailure(inspect(file), code)
  })

  it('is one of the files the twin spoiled', async () => {
    await expectFailure(inspect(mediaFile('text').path), 'not-a-video')
    await expectFailure(inspect(mediaFile('truncated').path), 'truncated')
    expect(mediaFiles.filter((file) => !file.playable).map((file) => file.key)).toEqual(['truncated', 'text'])
  })

  it('has sound only', async () => {
    const file = path.join(folder, 'sound.mp4')
    await remux(mediaFile('scene-3').path, file, { format: 'mp4', without: 'video' })
    await expectFailure(inspect(file), 'no-video-track')
  })

  it('has pictures too large to be decoded', async () => {
    const file = await changed('h264-faststart', (bytes) => {
      const entry = bytes.indexOf('avc1', bytes.indexOf('stsd'))
      bytes.writeUInt16BE(8192, entry + 28)
      bytes.writeUInt16BE(8192, entry + 30)
    })
    await expectFailure(inspect(file), 'too-large-picture')
  })

  it.each([1, 2, 3, 4, 5, 6])('or is damaged at random (%i): facts or a failure, nothing else', async (seed) => {
    const random = pseudoRandom(seed)
    const key = ['h264-faststart', 'vp9-webm', 'hevc'][seed % 3]!
    const reach = seed % 2 === 0 ? 8_000 : Infinity
    const file = await changed(key, (bytes) => {
      for (let i = 0; i < 400; i++)
        bytes[Math.floor(random() * Math.min(reach, bytes.length))] = Math.floor(random() * 256)
    })
    const result = await inspect(file).catch((error: unknown) => error)
    expect(result instanceof MediaFailure || (result as VideoFacts).durationSeconds > 0).toBe(true)
  })
})
