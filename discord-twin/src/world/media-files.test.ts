import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { avatarFiles, iconFiles, mediaFile, mediaFiles } from './media-files.ts'

const requiredKeys = [
  ...'h264-faststart h264-moov-end hevc av1-webm vp9-webm mov vertical one-second no-audio'.split(' '),
  ...'rotated truncated text'.split(' '),
  ...Array.from({ length: 12 }, (_, index) => `scene-${index + 1}`),
]
const containers = ['moov', 'trak', 'mdia']

type Box = { readonly type: string; readonly body: Buffer; readonly complete: boolean }

function listBoxes(data: Buffer): Box[] {
  const boxes: Box[] = []
  for (let at = 0; at + 8 <= data.length;) {
    const short = data.readUInt32BE(at)
    const size = short === 1 ? Number(data.readBigUInt64BE(at + 8)) : short === 0 ? data.length - at : short
    if (size < 8) throw new Error(`a box of ${size} bytes at ${at}`)
    const type = data.toString('latin1', at + 4, at + 8)
    boxes.push({
      type,
      body: data.subarray(at + (short === 1 ? 16 : 8), at + size),
      complete: at + size <= data.length,
    })
    at += size
  }
  return boxes
}

function findBoxes(data: Buffer, type: string): Box[] {
  return listBoxes(data).flatMap((box) =>
    box.type === type ? [box] : containers.includes(box.type) ? findBoxes(box.body, type) : [],
  )
}

function topLevelTypes(key: string): string[] {
  return listBoxes(readFileSync(mediaFile(key).path)).map((box) => box.type)
}

/** The kinds of the tracks, 'vide' and 'soun'. */
function trackKinds(key: string): string[] {
  return findBoxes(readFileSync(mediaFile(key).path), 'hdlr').map((box) => box.body.toString('latin1', 8, 12))
}

describe('media files', () => {
  it('has every required key once', () => {
    expect(mediaFiles.map((file) => file.key).toSorted()).toEqual(requiredKeys.toSorted())
    expect(new Set(mediaFiles.map((file) => file.fileName)).size).toBe(mediaFiles.length)
  })

  it('throws for an unknown key', () => {
    expect(() => mediaFile('scene-99')).toThrow('scene-99')
  })

  it.each(mediaFiles)('$key has the stated size and a thumbhash', (file) => {
    expect(statSync(file.path).size).toBe(file.sizeBytes)
    expect(Buffer.from(file.thumbhash, 'base64').length).toBeGreaterThan(15)
    expect(Math.min(file.width, file.height, file.durationSeconds)).toBeGreaterThan(0)
  })

  it('says which files cannot be played', () => {
    const broken = mediaFiles.filter((file) => !file.playable).map((file) => file.key)
    expect(broken.toSorted()).toEqual(['text', 'truncated'])
  })

  it.each(
    mediaFiles.filter((file) => file.playable && file.contentType === 'video/mp4' && file.key !== 'h264-moov-end'),
  )('$key has its index in front of the media', ({ key }) => {
    const types = topLevelTypes(key)
    expect(types[0]).toBe('ftyp')
    expect(types).toContain('mdat')
    expect(types.indexOf('moov')).toBeLessThan(types.indexOf('mdat'))
    expect(types.indexOf('moov')).toBeGreaterThan(0)
  })

  it('has one file with the index at the end', () => {
    const types = topLevelTypes('h264-moov-end')
    expect(types.at(-1)).toBe('moov')
    expect(types.indexOf('mdat')).toBeGreaterThan(0)
  })

  it('has a QuickTime file', () => {
    expect(readFileSync(mediaFile('mov').path).toString('latin1', 4, 12)).toBe('ftypqt  ')
  })

  it.each(['av1-webm', 'vp9-webm'])('%s is a WebM file', (key) => {
    const head = readFileSync(mediaFile(key).path).subarray(0, 64)
    expect(head.readUInt32BE(0)).toBe(0x1a45dfa3)
    expect(head.includes('webm')).toBe(true)
  })

  it('tags HEVC the way browsers expect', () => {
    expect(readFileSync(mediaFile('hevc').path).includes('hvc1')).toBe(true)
  })

  it('has sound everywhere but in the silent file', () => {
    expect(trackKinds('no-audio')).toEqual(['vide'])
    expect(trackKinds('h264-faststart')).toEqual(['vide', 'soun'])
  })

  it('stores the rotated file sideways with a matrix that turns it upright', () => {
    const header = findBoxes(readFileSync(mediaFile('rotated').path), 'tkhd')[0]?.body ?? Buffer.alloc(84)
    const matrix = [40, 44, 52, 56].map((at) => header.readInt32BE(at) / 65_536)
    expect(matrix).toEqual([0, 1, -1, 0])
    expect(header.readUInt32BE(76) / 65_536).toBe(mediaFile('rotated').height)
    expect(mediaFile('rotated').height).toBeGreaterThan(mediaFile('rotated').width)
  })

  it('has a cut-off file without an index, and a text file', () => {
    const boxes = listBoxes(readFileSync(mediaFile('truncated').path))
    expect(boxes.map((box) => box.type)).not.toContain('moov')
    expect(boxes.at(-1)).toMatchObject({ type: 'mdat', complete: false })
    expect(readFileSync(mediaFile('text').path, 'utf8')).toMatch(/^[\x20-\x7e\n]+$/)
  })

  it('has twelve avatars and five icons of 256x256', () => {
    expect([avatarFiles.length, iconFiles.length]).toEqual([12, 5])
    for (const { path } of [...avatarFiles, ...iconFiles]) {
      const png = readFileSync(path)
      expect(png.toString('latin1', 1, 4)).toBe('PNG')
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([256, 256])
    }
  })

  it('stays small', () => {
    const folder = join(mediaFile('text').path, '..', '..')
    const sizes = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).size)
    expect(sizes.reduce((total, size) => total + size, 0)).toBeLessThan(10_000_000)
  })
})
