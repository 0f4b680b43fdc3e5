import type { ClipRules } from './clip-types.ts'

/** Why a video does not keep to the limits of its channel, as a sentence; null when it does. What is unknown (null, size 0) does. */
export function brokenLimit(
  { durationSeconds, sizeBytes }: { durationSeconds: number | null; sizeBytes: number },
  { minVideoSeconds, maxVideoSeconds, maxSizeBytes }: ClipRules,
): string | null {
  if (maxSizeBytes > 0 && sizeBytes > maxSizeBytes)
    return `The file has ${megabytes(sizeBytes)} MB; this channel keeps at most ${megabytes(maxSizeBytes)} MB (setting max_size_mb).`
  if (durationSeconds === null) return null
  if (durationSeconds < minVideoSeconds)
    return `The video is ${seconds(durationSeconds)} s long; this channel keeps none below ${seconds(minVideoSeconds)} s (setting min_video_seconds).`
  if (maxVideoSeconds > 0 && durationSeconds > maxVideoSeconds)
    return `The video is ${seconds(durationSeconds)} s long; this channel keeps none above ${seconds(maxVideoSeconds)} s (setting max_video_seconds).`
  return null
}

function megabytes(bytes: number): string {
  return String(Math.ceil(bytes / 100_000) / 10)
}

function seconds(value: number): string {
  return String(Math.round(value * 100) / 100)
}
