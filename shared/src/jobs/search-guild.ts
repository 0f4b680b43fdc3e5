import * as z from 'zod'
import { zSnowflake } from '../core/snowflake.ts'
import { defineJob } from './define.ts'

/** Asks Discord's search index for the messages with videos of a scan, newest first. `wake` tells the job after a pause from the one before it. */
export const searchGuild = defineJob({
  name: 'search-guild',
  payload: z.object({ scanId: z.uuid(), guildId: zSnowflake, wake: z.uuid().optional() }),
  retryLimit: 5,
  retryDelaySeconds: 5,
  expireInSeconds: 6 * 3600,
  key: ({ scanId, wake }) => (wake ? `${scanId}:${wake}` : scanId),
})
