import * as z from 'zod'
import { defineJob } from './define.ts'

/** Erases what a request names, in pieces: clips, traces in clips of others, the account, files. Killed at any time, the next run goes on. */
export const erase = defineJob({
  name: 'erase',
  payload: z.object({ erasureId: z.uuid() }),
  retryLimit: 50,
  retryDelaySeconds: 2,
  expireInSeconds: 6 * 3600,
  key: ({ erasureId }) => erasureId,
})
