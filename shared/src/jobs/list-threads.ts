import * as z from 'zod'
import { zSnowflake } from '../core/snowflake.ts'
import { defineJob } from './define.ts'

/** Finds the archived threads of a channel, or the posts of a forum, and has those scanned that have something unread. */
export const listThreads = defineJob({
  name: 'list-threads',
  payload: z.object({
    guildId: zSnowflake,
    channelId: zSnowflake,
    /** The scan of the guild that the runs belong to. */
    scanId: z.uuid(),
    mode: z.enum(['complete', 'recheck', 'forward']),
  }),
  retryLimit: 5,
  retryDelaySeconds: 5,
  expireInSeconds: 2 * 3600,
  key: ({ scanId, channelId }) => `${scanId}:${channelId}`,
  subject: ({ channelId }) => channelId,
})
