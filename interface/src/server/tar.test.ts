import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { tar, type TarEntry } from './tar.ts'

const modified = new Date('2026-01-02T03:04:05Z')
const file = (name: string, text: string): TarEntry => {
  const content = Buffer.from(text)
  return { name, size: content.length, modified, content }
}
const archive = (entries: readonly TarEntry[]) => buffer(Readable.from(tar(Readable.from(entries))))

describe('an archive', () => {
  it('is unpacked by the tar of the system to the same bytes, times and names', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dcs-tar-'))
    const block = 'x'.repeat(512)
    const bytes = await archive([file('a.txt', 'hello'), file('videos/empty.mp4', ''), file('videos/block.mp4', block)])
    expect(bytes.length % 512).toBe(0)
    fs.writeFileSync(path.join(folder, 'a.tar'), bytes)
    execFileSync('tar', ['-xf', 'a.tar'], { cwd: folder })
    expect(fs.readFileSync(path.join(folder, 'a.txt'), 'utf8')).toBe('hello')
    expect(fs.statSync(path.join(folder, 'a.txt')).mtime).toEqual(modified)
    expect(fs.readFileSync(path.join(folder, 'videos/empty.mp4'), 'utf8')).toBe('')
    expect(fs.readFileSync(path.join(folder, 'videos/block.mp4'), 'utf8')).toBe(block)
  })

  it('breaks off when a file is longer or shorter than it said, and takes no name that it cannot hold', async () => {
    await expect(archive([{ ...file('a', 'abc'), size: 4 }])).rejects.toThrow('a has 3 bytes instead of 4')
    await expect(archive([{ ...file('a', 'abc'), size: 2 }])).rejects.toThrow('a has 3 bytes instead of 2')
    for (const name of ['', 'x'.repeat(101), 'ü'])
      await expect(archive([file(name, '')])).rejects.toThrow('cannot be the name')
  })

  it('tells the size of a file above 8 GB as GNU tar does', async () => {
    const size = 8 ** 11 + 5
    const entry = { name: 'big', size, modified, content: new Uint8Array() }
    const [header] = await Readable.from(tar(Readable.from([entry])))
      .take(1)
      .toArray()
    expect(Buffer.from(header as Uint8Array).readUInt8(124)).toBe(0x80)
    expect(Number(Buffer.from(header as Uint8Array).readBigUInt64BE(128))).toBe(size)
  })
})
