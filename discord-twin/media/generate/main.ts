/** Makes every file of the folder `media` anew and its manifest. Needs ffmpeg and ffprobe on PATH; the results are committed. */
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join, resolve } from 'node:path'
import sharp from 'sharp'
import { rgbaToThumbHash } from 'thumbhash'
import { clipPlans, type ClipPlan } from './clips.ts'
import { drawingOf, encodeClip } from './encode.ts'
import { drawAvatar, drawIcon } from './portraits.ts'

const folder = resolve(import.meta.dirname, '..')
const work = await mkdtemp(join(tmpdir(), 'twin-media-'))
const only = process.argv.slice(2)

const contentTypes: Record<string, string> = { '.mp4': 'video/mp4', '.mov': 'video/quicktime', '.webm': 'video/webm' }
const codecs: Record<string, string> = { 'hevc-mp4': 'hevc', 'av1-webm': 'av1', 'vp9-webm': 'vp9' }

for (const kind of ['clips', 'avatars', 'icons']) await mkdir(join(folder, kind), { recursive: true })
const entries = []
for (const [index, plan] of clipPlans.entries()) {
  const file = `clips/${plan.key}${extname(plan.fileName)}`
  if (only.length === 0 || only.includes(plan.key)) await encodeClip(plan, index + 11, join(folder, file), work)
  entries.push(await describe(plan, index + 11, file))
}
const text = 'clips/text.mp4'
await writeFile(join(folder, text), 'This is a note that somebody renamed to .mp4 to get it past the upload filter.\n'.repeat(12))
entries.push({ ...(entries.find(({ key }) => key === 'no-audio') ?? {}), key: 'text', fileName: 'totally_a_video.mp4', file: text, sizeBytes: (await stat(join(folder, text))).size, playable: false })
await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(entries, null, 2)}\n`)

for (let i = 1; i <= 12; i += 1) await sharp(Buffer.from(drawAvatar(i))).png({ palette: true }).toFile(join(folder, `avatars/avatar-${i}.png`))
for (let i = 1; i <= 5; i += 1) await sharp(Buffer.from(drawIcon(i))).png({ palette: true }).toFile(join(folder, `icons/icon-${i}.png`))
await rm(work, { recursive: true })

async function describe(plan: ClipPlan, seed: number, file: string) {
  const { width, height, frame } = drawingOf(plan, seed)
  const small = { width: Math.round((width / Math.max(width, height)) * 96), height: Math.round((height / Math.max(width, height)) * 96) }
  const pixels = await sharp(await frame(plan.seconds * 0.25), { raw: { width, height, channels: 3 } }).resize(small).ensureAlpha().raw().toBuffer()
  return {
    key: plan.key,
    fileName: plan.fileName,
    file,
    contentType: contentTypes[extname(plan.fileName)] ?? 'video/mp4',
    sizeBytes: (await stat(join(folder, file))).size,
    width,
    height,
    durationSeconds: plan.cutAt === undefined ? durationOf(file) : plan.seconds,
    thumbhash: Buffer.from(rgbaToThumbHash(small.width, small.height, pixels)).toString('base64'),
    codec: codecs[plan.encoding ?? ''] ?? 'avc',
    playable: plan.cutAt === undefined,
  }
}

function durationOf(file: string): number {
  const text = execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', join(folder, file)], { encoding: 'utf8' })
  return Math.round(Number(text) * 1000) / 1000
}
