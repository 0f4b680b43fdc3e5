import * as z from 'zod'
import { zSnowflake } from '../core/snowflake.ts'
import { defineJob } from './define.ts'

/** Asks Discord's search index for the messages with videos of a scan, newest first. */
export const searchGuild = defineJob({
  name: 'search-guild',
  payload: z.object({ scanId: z.uuid(), guildId: zSnowflake }),
  retryLimit: 5,
  retryDelaySeconds: 5,
  expireInSeconds: 6 * 3600,
  key: ({ scanId }) => scanId,
  subject: ({ guildId }) => guildId,
})
