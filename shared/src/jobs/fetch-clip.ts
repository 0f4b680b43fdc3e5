import * as z from 'zod'
import { zSnowflake } from '../core/snowflake.ts'
import { defineJob } from './define.ts'

/** Downloads a clip, keeps its bytes and makes its poster. */
export const fetchClip = defineJob({
  name: 'fetch-clip',
  payload: z.object({ clipId: zSnowflake }),
  retryLimit: 5,
  retryDelaySeconds: 10,
  expireInSeconds: 3600,
  key: ({ clipId }) => clipId,
})
