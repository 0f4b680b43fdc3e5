import * as z from 'zod'
import { zSnowflake } from '../core/snowflake.ts'
import { countPendingBeside } from '../db/repositories/pending-clips.repo.ts'
import { defineJob } from './define.ts'

/** The priority of a clip that was just posted, and of one that a person asks for. */
export const LIVE_PRIORITY = 1

/** Beyond this many waiting clips of a guild, their order is that of their age. */
export const COUNTED_CLIPS_MAX = 10_000

/**
 * Downloads a clip, keeps its bytes and makes its poster. The more clips of its guild wait when it is added, the later it is fetched: so the first clips of
 * every guild come before the ten thousandth of one.
 */
export const fetchClip = defineJob({
  name: 'fetch-clip',
  payload: z.object({ clipId: zSnowflake }),
  retryLimit: 5,
  retryDelaySeconds: 10,
  expireInSeconds: 3600,
  key: ({ clipId }) => clipId,
  prioritize: async (payloads, db) => {
    const waiting = await countPendingBeside(
      payloads.map(({ clipId }) => clipId),
      COUNTED_CLIPS_MAX,
      db,
    )
    return payloads.map(({ clipId }) => -(waiting.get(clipId) ?? 0))
  },
})
