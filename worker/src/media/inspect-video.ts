import { randomUUID } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { AppError } from '@dcs/shared/core'
import type { VideoFacts } from './inspection.ts'
import { MediaFailure } from './media-failure.ts'
import { runChild, type ChildEnd } from './run-child.ts'

export type { VideoFacts } from './inspection.ts'

const DEFAULT_TIMEOUT_MS = 30_000

type Options = {
  /** Ends the inspection; its reason is thrown. */
  signal?: AbortSignal
  timeoutMs?: number
  /** Where the poster goes, if there is one: written beside and renamed. */
  posterPath: string
}

/**
 * Reads what a stored video is and makes its poster, in a process of its own that is gone afterwards. Throws a `MediaFailure` when the file is at
 * fault; anything else may go better at another time.
 */
export async function inspectVideo(path: string, options: Options): Promise<VideoFacts> {
  const { signal, timeoutMs = DEFAULT_TIMEOUT_MS, posterPath } = options
  signal?.throwIfAborted()
  const draft = `${posterPath}.${randomUUID()}.part`
  try {
    const facts = factsFrom(await runChild(path, draft, { signal, timeoutMs }))
    if (facts.poster) await rename(draft, posterPath)
    return facts
  } finally {
    await rm(draft, { force: true })
  }
}

function factsFrom(end: ChildEnd): VideoFacts {
  switch (end.outcome) {
    case 'facts':
      return end.facts
    case 'refused':
      throw new MediaFailure(end.code, end.message)
    case 'timeout':
      throw new MediaFailure('timeout', 'The video took too long to read.')
    case 'crashed':
      throw new MediaFailure('crashed', 'The video cannot be shown: reading it made the decoder crash.')
    case 'error':
      throw new AppError('internal', `The video could not be inspected: ${end.message}`)
  }
}
