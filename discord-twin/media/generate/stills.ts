/** Makes the stills of every clip and the WebP form of every picture, as Discord's media proxy would answer them. Needs ffmpeg on PATH; the results are committed. */
import { execFileSync } from 'node:child_process'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join, parse, resolve } from 'node:path'
import sharp from 'sharp'

const folder = resolve(import.meta.dirname, '..')
const stills = join(folder, 'stills')
await rm(stills, { recursive: true, force: true })
await mkdir(stills, { recursive: true })

for (const file of await readdir(join(folder, 'clips'))) {
  const frame = firstFrame(join(folder, 'clips', file))
  if (frame.length === 0) continue
  const still = join(stills, parse(file).name)
  const wide = sharp(frame).resize({ width: 640, height: 640, fit: 'inside', withoutEnlargement: true })
  await wide.clone().jpeg({ quality: 68, mozjpeg: true }).toFile(`${still}.jpeg`)
  await wide.clone().webp({ quality: 55, effort: 6 }).toFile(`${still}.webp`)
  await sharp(frame).resize({ width: 160, height: 160, fit: 'inside' }).png({ palette: true, colours: 64, effort: 10 }).toFile(`${still}.png`)
}
for (const kind of ['avatars', 'icons'])
  for (const file of await readdir(join(folder, kind)))
    await sharp(join(folder, kind, file)).webp({ quality: 75, effort: 6 }).toFile(join(stills, `${parse(file).name}.webp`))

/** Empty when the file cannot be played. */
function firstFrame(path: string): Buffer {
  try {
    return execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', '-'], { maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return Buffer.alloc(0)
  }
}
