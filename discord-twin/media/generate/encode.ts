/** Draws a clip frame by frame and hands the frames to ffmpeg, which is needed only here. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { tune } from './audio.ts'
import type { ClipPlan, Encoding } from './clips.ts'

const h264 = ['-c:v', 'libx264', '-preset', 'slow', '-crf', '29', '-profile:v', 'high', '-tune', 'animation']
const aac = ['-c:a', 'aac', '-b:a', '64k']
const opus = ['-c:a', 'libopus', '-b:a', '40k']
const encoders: Record<Encoding, readonly string[]> = {
  'h264-mp4': [...h264, ...aac, '-movflags', '+faststart'],
  'h264-mp4-moov-end': [...h264, ...aac],
  'h264-mov': [...h264, ...aac],
  'hevc-mp4': ['-c:v', 'libx265', '-preset', 'medium', '-crf', '30', '-tag:v', 'hvc1', '-x265-params', 'log-level=error', ...aac, '-movflags', '+faststart'],
  'av1-webm': ['-c:v', 'libsvtav1', '-preset', '5', '-crf', '42', '-g', '90', ...opus],
  'vp9-webm': ['-c:v', 'libvpx-vp9', '-crf', '38', '-b:v', '0', '-cpu-used', '2', '-row-mt', '1', ...opus],
}

export type Drawing = { readonly width: number; readonly height: number; readonly frame: (time: number) => Promise<Buffer> }

/** The pictures of a clip as raw RGB, upright. */
export function drawingOf(plan: ClipPlan, seed: number): Drawing {
  const [width, height] = plan.portrait ? [360, 640] : [640, 360]
  const draw = plan.scene({ width, height, seconds: plan.seconds, seed, look: plan.look ?? 0, player: plan.player, rival: plan.rival ?? 'Otterly' })
  return {
    width,
    height,
    frame: (time) => sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${draw(time)}</svg>`)).removeAlpha().raw().toBuffer(),
  }
}

/** Writes the clip to `target`. */
export async function encodeClip(plan: ClipPlan, seed: number, target: string, workFolder: string): Promise<void> {
  const { width, height, frame } = drawingOf(plan, seed)
  const fps = plan.fps ?? 30
  const sound = join(workFolder, `${plan.key}.wav`)
  await writeFile(sound, tune(plan.seconds, seed))
  const turn = plan.rotated ? 'transpose=2,' : ''
  const ffmpeg = startFfmpeg([
    '-f', 'rawvideo', '-pixel_format', 'rgb24', '-video_size', `${width}x${height}`, '-framerate', String(fps), '-i', '-',
    ...(plan.silent ? [] : ['-i', sound]),
    '-vf', `${turn}scale=out_color_matrix=bt709:out_range=tv,format=yuv420p`, '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709',
    ...encoders[plan.encoding ?? 'h264-mp4'], '-map_metadata', '-1', '-fflags', '+bitexact', target,
  ])
  for (let i = 0; i < Math.round(plan.seconds * fps); i += 1) {
    if (!ffmpeg.stdin.write(await frame(i / fps))) await once(ffmpeg.stdin, 'drain')
  }
  ffmpeg.stdin.end()
  await finished(ffmpeg)
  if (plan.rotated) await markRotated(target)
  if (plan.cutAt !== undefined) await truncate(target, Math.floor((await readFile(target)).length * plan.cutAt))
}

/**
 * Adds the display matrix without touching the pictures. ffmpeg 5 reads `rotate` against the clock: 270 is the quarter
 * turn with the clock that `transpose=2` needs.
 */
async function markRotated(target: string): Promise<void> {
  const turned = `${target}.turned.mp4`
  await finished(startFfmpeg(['-i', target, '-c', 'copy', '-metadata:s:v', 'rotate=270', '-movflags', '+faststart', '-fflags', '+bitexact', turned]))
  await rename(turned, target)
}

function startFfmpeg(args: readonly string[]) {
  return spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args], { stdio: ['pipe', 'inherit', 'inherit'] })
}

async function finished(ffmpeg: ReturnType<typeof startFfmpeg>): Promise<void> {
  const [code] = await once(ffmpeg, 'close')
  if (code !== 0) throw new Error(`ffmpeg ended with ${String(code)}`)
}
