import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import type { Clip, StoredVideo } from '@dcs/shared/db'
import type { WorkerContext } from '../../context.ts'
import { inspectVideo, type VideoFacts } from '../../media/inspect-video.ts'
import { MediaFailure } from '../../media/media-failure.ts'
import type { JobRun } from '../../runner/handler.ts'
import { FetchError } from './failures.ts'
import { fetchBytes } from './fetch-bytes.ts'

/** Downloads a clip into a work folder, looks at it, and puts it and its poster into the store. Bytes that are no video are not kept. */
export async function keepClip(
  context: WorkerContext,
  clip: Clip,
  folder: string,
  { signal, event }: JobRun,
): Promise<StoredVideo> {
  const [video, poster] = [path.join(folder, 'video'), path.join(folder, 'poster.webp')]
  const sha256 = await fetchBytes(context, clip, video, signal)
  const facts = await inspect(video, poster, signal)
  if (facts.posterProblem !== null) event.posterProblem = facts.posterProblem
  const kept = facts.poster ? await putPoster(context, poster, facts.poster.contentType) : null
  await context.store.putFile(sha256, video)
  return {
    object: { sha256, sizeBytes: clip.sizeBytes, contentType: facts.contentType },
    poster: kept,
    durationSeconds: facts.durationSeconds,
    width: facts.width,
    height: facts.height,
    videoCodec: facts.videoCodec,
    audioCodec: facts.audioCodec,
    placeholder: facts.poster?.thumbhash ?? null,
  }
}

async function inspect(video: string, posterPath: string, signal: AbortSignal): Promise<VideoFacts> {
  try {
    return await inspectVideo(video, { signal, posterPath })
  } catch (error) {
    // The machine may have been busy; the file is to blame when it happens every time.
    if (error instanceof MediaFailure && error.failureCode === 'timeout')
      throw new FetchError('timeout', error.message, { cause: error })
    throw error
  }
}

async function putPoster(context: WorkerContext, file: string, contentType: string) {
  const bytes = await fs.readFile(file)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await context.store.putFile(sha256, file)
  return { sha256, sizeBytes: bytes.length, contentType }
}
