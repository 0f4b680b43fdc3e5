import fs from 'node:fs/promises'
import { findClip, markClipFailed, markClipReady } from '@dcs/shared/db'
import type { Handler } from '../../runner/handler.ts'
import { keepClip } from './keep-clip.ts'

/** Fetches the bytes of a clip, makes its poster and keeps both. */
export const fetchClipHandler: Handler<'fetch-clip'> = {
  concurrency: 2,

  run: async (context, { clipId }, run) => {
    const clip = await findClip(clipId)
    if (!clip || clip.state === 'ready') return
    run.event.bytes = clip.sizeBytes
    const folder = await context.store.makeWorkFolder()
    try {
      await markClipReady(clipId, await keepClip(context, clip, folder, run))
    } finally {
      await fs.rm(folder, { recursive: true, force: true })
    }
  },

  recordFailure: (_context, { clipId }, { code, message }) => markClipFailed(clipId, code, message),
}
