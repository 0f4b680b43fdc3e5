import * as z from 'zod'
import { zSnowflake } from '../core/snowflake.ts'
import { defineJob } from './define.ts'

/** Reads the history of a channel for one scan run, newest message first. */
export const scanChannel = defineJob({
  name: 'scan-channel',
  payload: z.object({ runId: z.uuid(), guildId: zSnowflake, channelId: zSnowflake }),
  retryLimit: 5,
  retryDelaySeconds: 5,
  expireInSeconds: 6 * 3600,
  key: ({ runId }) => runId,
  subject: ({ channelId }) => channelId,
})
