import fs from 'node:fs/promises'
import { PermanentFailure } from '@dcs/shared/core'
import {
  findChannel,
  findChannelRules,
  findClip,
  isClipUnwanted,
  isHeldBack,
  markClipFailed,
  markClipFiltered,
  type Clip,
} from '@dcs/shared/db'
import { isThread, type ClipRules } from '@dcs/shared/domain'
import type { WorkerContext } from '../../context.ts'
import type { Handler } from '../../runner/handler.ts'
import { LimitBroken } from './failures.ts'
import { keepClip } from './keep-clip.ts'

/** Fetches the bytes of a clip, makes its poster and keeps both. */
export const fetchClipHandler: Handler<'fetch-clip'> = {
  concurrency: ({ downloads }) => downloads,

  run: async (context, { clipId }, run) => {
    const clip = await findClip(clipId)
    if (!clip || clip.state === 'ready' || isHeldBack(clip) || (await isClipUnwanted(clipId))) return
    run.event.bytes = clip.sizeBytes
    const rules = await findRules(context, clip)
    const folder = await context.store.makeWorkFolder()
    try {
      await keepClip(context, clip, rules, folder, run)
    } catch (error) {
      if (!(error instanceof LimitBroken)) throw error
      run.event.filtered = error.message
      await markClipFiltered(clipId, error.message)
    } finally {
      await fs.rm(folder, { recursive: true, force: true })
    }
  },

  recordFailure: (_context, { clipId }, { code, message }, db) => markClipFailed(clipId, code, message, db),

  about: async (_context, { clipId }) => {
    const clip = await findClip(clipId)
    return { guildId: clip?.guildId ?? null, channelId: clip?.channelId ?? null }
  },
}

async function findRules({ settings, cdnHosts }: WorkerContext, clip: Clip): Promise<ClipRules> {
  const channel = await findChannel(clip.channelId)
  if (!channel) throw new PermanentFailure('not-found', 'The channel of this clip is not stored any more.')
  const parent = isThread(channel.type) && channel.parentId ? await findChannel(channel.parentId) : null
  return (await findChannelRules(settings, channel, parent, { cdnHosts, botUserId: null })).clips
}
