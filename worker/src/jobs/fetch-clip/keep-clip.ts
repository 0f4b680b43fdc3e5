import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { markClipReady, withObjectLocks, type Clip, type StoredVideo } from '@dcs/shared/db'
import { brokenLimit, type ClipRules } from '@dcs/shared/domain'
import type { WorkerContext } from '../../context.ts'
import { inspectVideo, type VideoFacts } from '../../media/inspect-video.ts'
import { MediaFailure } from '../../media/media-failure.ts'
import { createTurns } from '../../media/turns.ts'
import type { JobRun } from '../../runner/handler.ts'
import { FetchError, LimitBroken, TooBig } from './failures.ts'
import { fetchBytes } from './fetch-bytes.ts'
import { putObject } from './put-object.ts'
import type { SavedFile } from './save-body.ts'

/** Looking at a video keeps a core busy, downloading does not: what waits here is safe from a message that is deleted. */
const inspections = createTurns(availableParallelism())

/**
 * Downloads a clip into a work folder, looks at it, puts it and its poster into the store and marks it ready. Bytes that are no video are not kept. Throws
 * `LimitBroken` when they do not keep to the limits of the channel.
 */
export async function keepClip(
  context: WorkerContext,
  clip: Clip,
  rules: ClipRules,
  folder: string,
  { signal, event }: JobRun,
): Promise<void> {
  requireWithin(clip, rules)
  const [video, poster] = [path.join(folder, 'video'), path.join(folder, 'poster.webp')]
  const { sha256, sizeBytes } = await fetchBytes(context, clip, rules, video, signal).catch((error: unknown) => {
    throw error instanceof TooBig && rules.maxSizeBytes > 0 ? tooBigFor(rules, error) : error
  })
  const facts = await inspect(video, poster, signal)
  requireWithin({ durationSeconds: facts.durationSeconds, sizeBytes }, rules)
  if (facts.posterProblem !== null) event.posterProblem = facts.posterProblem
  const made = facts.poster ? await describePoster(poster, facts.poster.contentType) : null
  // While the locks are held, nobody can remove these objects because nothing refers to them yet.
  await withObjectLocks(made ? [sha256, made.sha256] : [sha256], async (tx) => {
    const isThere = await markClipReady(clip.id, toStored({ sha256, sizeBytes }, made, facts), tx)
    if (!isThere) return
    if (made) await putObject(context, { sha256: made.sha256, file: poster, authorId: clip.authorId }, tx)
    await putObject(context, { sha256, file: video, authorId: clip.authorId }, tx)
  })
}

function toStored(saved: SavedFile, poster: StoredVideo['poster'], facts: VideoFacts): StoredVideo {
  return {
    object: { ...saved, contentType: facts.contentType },
    poster,
    durationSeconds: facts.durationSeconds,
    width: facts.width,
    height: facts.height,
    videoCodec: facts.videoCodec,
    audioCodec: facts.audioCodec,
    placeholder: facts.poster?.thumbhash ?? null,
  }
}

function requireWithin(video: { durationSeconds: number | null; sizeBytes: number }, rules: ClipRules): void {
  const sentence = brokenLimit(video, rules)
  if (sentence !== null) throw new LimitBroken(sentence)
}

function tooBigFor(rules: ClipRules, cause: TooBig): LimitBroken {
  const size = { durationSeconds: null, sizeBytes: cause.maxBytes + 1 }
  return new LimitBroken(brokenLimit(size, rules) ?? cause.message, { cause })
}

async function inspect(video: string, posterPath: string, signal: AbortSignal): Promise<VideoFacts> {
  try {
    return await inspections(signal, () => inspectVideo(video, { signal, posterPath }))
  } catch (error) {
    // The machine may have been busy; the file is to blame when it happens every time.
    if (error instanceof MediaFailure && error.failureCode === 'timeout')
      throw new FetchError('timeout', error.message, { cause: error })
    throw error
  }
}

async function describePoster(file: string, contentType: string) {
  const bytes = await fs.readFile(file)
  return { sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length, contentType }
}
