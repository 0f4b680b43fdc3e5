import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { avatarFiles, iconFiles, mediaFile, mediaFiles } from './media-files.ts'

describe('the media files', () => {
  it.each(mediaFiles.map((file) => [file.key, file] as const))('%s is as the manifest says', (_key, file) => {
    expect(fs.statSync(file.path).size).toBe(file.sizeBytes)
  })

  it('fit into 10 MB and have distinct keys', () => {
    expect(mediaFiles.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeLessThan(10_000_000)
    expect(new Set(mediaFiles.map(({ key }) => key)).size).toBe(mediaFiles.length)
    for (const { path } of [...avatarFiles, ...iconFiles]) expect(fs.existsSync(path)).toBe(true)
  })

  it('have the index where their keys say', () => {
    expect(boxes('h264-faststart')).toEqual(['ftyp', 'moov', 'free', 'mdat'])
    expect(boxes('h264-moov-end').at(-1)).toBe('moov')
    expect(boxes('truncated')).not.toContain('moov')
    for (const key of ['av1-webm', 'vp9-webm'])
      expect(fs.readFileSync(mediaFile(key).path).readUInt32BE(0)).toBe(0x1a45dfa3)
    expect(fs.readFileSync(mediaFile('text').path, 'utf8')).toMatch(/^This is a note/)
  })
})

/** Names of the top-level boxes of an mp4 file (ISO/IEC 14496-12). */
function boxes(key: string): string[] {
  const bytes = fs.readFileSync(mediaFile(key).path)
  const names: string[] = []
  for (let at = 0; at + 8 <= bytes.length;) {
    names.push(bytes.toString('latin1', at + 4, at + 8))
    at += bytes.readUInt32BE(at) || bytes.length
  }
  return names
}
